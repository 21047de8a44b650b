"""What people change of themselves: their name, and how they like to be spoken to."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import models
from models.records import name_key
from models.viewers import Viewer
from resolvers import texts
from resolvers.change import Change, ErrorCode, Occasion, Problems, Warned, WarningCode, check_version, revise


async def update_profile(viewer: Viewer, occasion: Occasion, *, first_name: str | None = None, last_name: str | None = None,
                         phone: str | None = None, language: str | None = None, time_zone: str | None = None) -> Change:
    """Changes what is given of the viewer's own person, wherever they act, and leaves the rest."""
    assert viewer.home
    problems = Problems()
    values = _values(problems, first_name, last_name, phone, language, time_zone)
    problems.stop()
    user = await models.User.filter(id=viewer.user_id).select_for_update(no_key=True).get()
    check_version(user, occasion)
    if "first_name" in values or "last_name" in values:
        values["name_key"] = name_key(f"{values.get('first_name', user.first_name)} {values.get('last_name', user.last_name)}")
    changed = {column: value for column, value in values.items() if getattr(user, column) != value}
    change = Change(tenant=await models.Tenant.get(id=viewer.home.tenant_id), action="updateProfile", resource=f"usr_{user.id}",
                    summary="changed their own profile", activity=False, records={},
                    before={column: getattr(user, column) for column in changed}, after=changed)
    if changed:
        await revise(user, occasion, **changed)
    else:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "Everything was so already.", ("input",)))
    return change


def _values(problems: Problems, first_name: str | None, last_name: str | None, phone: str | None, language: str | None,
            time_zone: str | None) -> dict[str, Any]:
    """The columns of what is given."""
    values: dict[str, Any] = {}
    if first_name is not None:
        values["first_name"] = texts.required_name(problems, "firstName", first_name, 100)
    if last_name is not None:
        values["last_name"] = texts.required_name(problems, "lastName", last_name, 100)
    if phone is not None:
        values["phone"] = phone
    if language is not None:
        values["language"] = texts.language(problems, "language", language)
    if time_zone is not None:
        values["time_zone"] = time_zone or None
        if time_zone and time_zone not in available_timezones():
            problems.add(ErrorCode.INVALID, "Give a time zone by its name in the IANA database, such as Europe/Vienna.",
                         "timeZone")
    return values
