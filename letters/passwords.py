"""Letters about passwords."""

from __future__ import annotations

import datetime as dt

from letters.letter import Letter, moment, written


def password_changed(*, name: str, company: str, at: dt.datetime) -> Letter:
    """To somebody whose password is another one from now on."""
    return written("password_changed", "Your password was changed", name=name, company=company, at=moment(at))


def password_reset(*, name: str, company: str, expires_at: dt.datetime) -> Letter:
    """To somebody for whom a link to a new password was asked for where people sign in."""
    return written("password_reset", "Choose a new password", name=name, company=company, expires=moment(expires_at))


def password_withdrawn(*, name: str, company: str, admin: str, expires_at: dt.datetime) -> Letter:
    """To somebody whose password an administrator has taken back."""
    return written("password_withdrawn", "Choose a new password", name=name, company=company, admin=admin,
                   expires=moment(expires_at))
