"""What people type: trimmed, composed, and checked; whatever is wrong goes to the list of problems."""

from __future__ import annotations

import asyncio
import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from models.records import name_key
from models.users import HASHING, PASSWORD_BYTES, hash_password, normal_email
from resolvers.change import ErrorCode, Problems

NAME_KEY = 400
EMAIL = 254
DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
PASSWORD = 12
POLICY = (f"A password has at least {PASSWORD} characters, at least four of them different, and is no part of the "
          "e-mail address.")


def line(text: str | None) -> str:
    """The text composed (NFC), without control characters, without space at the ends or twice in a row."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text or "")
    return " ".join(unicodedata.normalize("NFC", plain).split())


def name(problems: Problems, field: str, text: str | None, most: int) -> str:
    """A name of up to `most` characters, with at least one letter or digit; "" where none is given."""
    found = line(text)
    if len(found) > most or len(name_key(found)) > NAME_KEY:
        problems.add(ErrorCode.INVALID, f"At most {most} characters fit.", field)
    elif found and not any(c.isalnum() for c in found):
        problems.add(ErrorCode.INVALID, "A name has at least one letter or digit.", field)
    return found


def required_name(problems: Problems, field: str, text: str | None, most: int) -> str:
    found = name(problems, field, text, most)
    if not found:
        problems.add(ErrorCode.REQUIRED, "Give a name.", field)
    return found


def email_address(problems: Problems, field: str, text: str) -> str | None:
    """An address as it is shown and stored; None where it is none."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True,
                               test_environment=True).normalized
    except EmailNotValidError as error:
        problems.add(ErrorCode.INVALID, f"This is no e-mail address that letters can be sent to: {error}", field)
        return None
    if max(len(found), len(normal_email(found))) > EMAIL:
        problems.add(ErrorCode.INVALID, f"An address has at most {EMAIL} characters.", field)
        return None
    return found


def mailable(email: str) -> str:
    """A stored address as mail servers take it: its domain in ASCII."""
    ascii_email = validate_email(email, check_deliverability=False, test_environment=True).ascii_email
    assert ascii_email is not None
    return ascii_email


def domain(problems: Problems, field: str, text: str | None) -> str | None:
    """A domain in lower-case ASCII, such as acmecorp.example; None where none is given."""
    found = (text or "").strip().rstrip(".").lower()
    if not found:
        return None
    try:
        found = validate_email(f"a@{found}", check_deliverability=False, test_environment=True).ascii_domain or ""
    except EmailNotValidError:
        found = ""
    if not DOMAIN.fullmatch(found):
        problems.add(ErrorCode.INVALID, "Give a domain such as acmecorp.example, without https:// or a path.", field)
    return found


def language(problems: Problems, field: str, text: str | None) -> str | None:
    """A language tag such as de-AT; None where none is given."""
    found = (text or "").strip()
    if found and not LANGUAGE.fullmatch(found):
        problems.add(ErrorCode.INVALID, "Give a language tag such as en or de-AT.", field)
    return found or None


def new_password(problems: Problems, field: str, password: str | None, email: str) -> None:
    """The policy for a password that somebody chooses. It is not trimmed: spaces count."""
    if not password:
        problems.add(ErrorCode.REQUIRED, POLICY, field)
    elif len(password.encode()) > PASSWORD_BYTES:
        problems.add(ErrorCode.INVALID, f"A password has at most {PASSWORD_BYTES} bytes.", field)
    elif len(password) < PASSWORD or _is_part_of(password, email) or len(set(password)) < 4:
        problems.add(ErrorCode.WEAK_PASSWORD, POLICY, field)


async def hash_if_fit(password: str | None, email: str) -> str | None:
    """The hash of a password that somebody chooses; None where it will not do. Call it before a transaction: it takes long."""
    problems = Problems()
    new_password(problems, "password", password, email)
    if problems.found or password is None:
        return None
    async with HASHING:
        return await asyncio.to_thread(hash_password, password)


def _is_part_of(password: str, email: str) -> bool:
    return password.strip().casefold() in normal_email(email)
