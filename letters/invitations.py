"""Letters that invite."""

from __future__ import annotations

import datetime as dt

from letters.letter import Letter, moment, written


def customer_invited(*, organization: str, partner: str, inviter: str, expires_at: dt.datetime) -> Letter:
    """To whoever shall set up a customer's account and be its first administrator."""
    return written("customer_invited", "$partner invites $organization", organization=organization, partner=partner,
                   inviter=inviter, expires=moment(expires_at))


def user_invited(*, name: str, company: str, inviter: str, expires_at: dt.datetime) -> Letter:
    """To somebody who shall join a company's people."""
    return written("user_invited", "Your account at $company", name=name, company=company, inviter=inviter,
                   expires=moment(expires_at))
