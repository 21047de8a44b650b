"""Letters say what they must, and nothing that people typed can change their shape."""

import datetime as dt

import pytest

from letters.customers import customer_changed, title
from letters.invitations import customer_invited, user_invited
from letters.letter import Letter
from letters.services import service_deleted, service_provisioned
from models.events import EventKind

UNTIL = dt.datetime(2026, 11, 25, 9, 5, tzinfo=dt.UTC)
NASTY = ["Acme\r\nBcc: victim@example.com", "Acme\nSubject: won", "Acme\x0bSubject: won", "Acme\u2028Bcc: a@b.example",
         "Acme\u0085Bcc: a@b.example", "Acme\u202egnp.exe", "=?utf-8?q?=0ABcc:_a@b.example?=", "$inviter ${link}"]


def invite(organization: str = "New Co", partner: str = "Brightline Partners") -> Letter:
    return customer_invited(organization=organization, partner=partner, inviter="Bea van Dijk", expires_at=UNTIL)


def test_the_letter_to_a_customer_names_who_invites_whom_until_when():
    letter = invite()
    assert letter.kind == "customer_invited"
    assert letter.subject == "Brightline Partners invites New Co"
    for part in ("Bea van Dijk of Brightline Partners", "New Co", "25 November 2026, 09:05 UTC", "\n{link}\n"):
        assert part in letter.body


def test_the_letter_to_a_person_greets_them_by_name():
    letter = user_invited(name="Ann", company="Acme Corporation", inviter="Bea van Dijk", expires_at=UNTIL)
    assert letter.kind == "user_invited"
    assert letter.subject == "Your account at Acme Corporation"
    assert letter.body.startswith("Hello Ann,\n")
    assert "\n{link}\n" in letter.body


def test_a_moment_elsewhere_is_told_in_utc():
    east = UNTIL.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert customer_invited(organization="A", partner="B", inviter="C", expires_at=east).body == \
        customer_invited(organization="A", partner="B", inviter="C", expires_at=UNTIL).body


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.case(73)
@pytest.mark.case(105, 109)
def test_a_name_cannot_add_a_line_to_subject_or_text(name: str):
    letter = invite(name, name)
    assert letter.subject.splitlines() == [letter.subject]
    assert "\u202e" not in letter.subject + letter.body
    assert len(letter.body.splitlines()) == len(invite().body.splitlines())


@pytest.mark.case(73)
def test_a_name_cannot_move_the_secret_link():
    letter = invite("{link} Ltd", "{lin{link}k}")
    assert letter.body.count("{link}") == 1
    assert "{link}" not in letter.subject


def test_a_subject_stays_short():
    assert len(invite("x" * 200, "y" * 200).subject) == 200


def about_services(text: str) -> list[Letter]:
    """Every letter about a customer, with one text wherever people choose it."""
    return [*(letter(name=text, customer=text, service=text, company=text, at=UNTIL)
              for letter in (service_provisioned, service_deleted)),
            *(customer_changed(kind, name=text, customer=text, company=text, at=UNTIL) for kind in EventKind)]


@pytest.mark.row("S1.41")
def test_the_letters_about_a_service_name_customer_service_and_moment_and_have_no_link():
    for letter, happened in ((service_provisioned, "has a new service"), (service_deleted, "has removed a service")):
        told = letter(name="Bea", customer="Acme", service="Berlin BER2", company="Brightline Partners", at=UNTIL)
        assert (told.kind, told.subject) == (letter.__name__, f"Acme {happened}")
        for part in ("Hello Bea,\n", "Acme ", "\n    Berlin BER2\n", "25 November 2026, 09:05 UTC", "of Brightline Partners"):
            assert part in told.body
        assert "{link}" not in told.body


@pytest.mark.parametrize("name", NASTY)
def test_a_name_cannot_add_a_line_to_a_letter_about_a_customer_or_to_a_title(name: str):
    for letter, plain in zip(about_services(name), about_services("A"), strict=True):
        assert letter.subject.splitlines() == [letter.subject]
        assert len(letter.body.splitlines()) == len(plain.body.splitlines())
        assert "\u202e" not in letter.subject + letter.body
    for kind in EventKind:
        told = title(kind, customer=name, subject=name)
        assert told.splitlines() == [told] and "\u202e" not in told


def test_a_name_cannot_stand_for_a_link_where_there_is_none():
    assert not any("{link}" in letter.subject + letter.body for letter in about_services("{link}"))
