"""Letters to people who begin."""

from __future__ import annotations

import datetime as dt

from letters.letter import Letter, moment, written


def welcome(*, name: str, company: str, partner: str, login: str, expires_at: dt.datetime) -> Letter:
    """To the first administrator of a company that a partner has set up. Holds no password."""
    return written("welcome", "Welcome to the account of $company", name=name, company=company, partner=partner, login=login,
                   expires=moment(expires_at))
