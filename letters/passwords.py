"""Letters about passwords."""

from __future__ import annotations

import datetime as dt

from letters.letter import Letter, moment, written


def password_changed(*, name: str, company: str, at: dt.datetime) -> Letter:
    """To somebody whose password is another one from now on."""
    return written("password_changed", "Your password was changed", name=name, company=company, at=moment(at))
