"""Tags of customers: what they mean, and setting them."""

from __future__ import annotations

import models
from engine import Expr, Page, Row, key_of
from models.access import Capability
from models.customers import tenant_of
from models.records import name_key
from models.tags import LONGEST, MOST
from models.transaction import hold
from models.viewers import Viewer
from resolvers.change import NO_CUSTOMER, Change, ErrorCode, Occasion, Problems, Warned, WarningCode, check_version
from resolvers.customers import HERE, Customer
from resolvers.offers import Offer


class Tag(Row, of=models.CustomerTag, tag="tag", place="tenant_id", needs=Capability.CUSTOMER_VIEW):
    def visible(self) -> Expr:
        """A partner's own words for its customers are not for the customers to read."""
        return self.tenant_id != HERE


@Customer.field
def tags(customer: Customer) -> Page:
    return Tag.each(tenant_id=customer.id).by("name_key").page()


TAGGING = Offer("tag", "Puts tags on it and takes tags off.", Capability.TAGS_MANAGE)


@TAGGING
async def set_customer_tags(viewer: Viewer, occasion: Occasion, *, customer_id: str, add: list[str] | None = None,
                            remove: list[str] | None = None) -> Change:
    """Puts tags on a customer and takes others off, all or none."""
    problems = Problems()
    place = await tenant_of(key_of("cus", customer_id))
    if place is None or not viewer.may(Capability.CUSTOMER_VIEW, place.path):
        problems.add(ErrorCode.NOT_FOUND, NO_CUSTOMER, "customerId")
    elif not viewer.may(TAGGING.needs, place.path):
        problems.add(ErrorCode.FORBIDDEN, "Your role does not let you tag customers.", "customerId",
                     requires=TAGGING.needs)
    new, gone = _names(problems, "add", add or []), _names(problems, "remove", remove or [])
    if not new and not gone:
        problems.add(ErrorCode.REQUIRED, "Name at least one tag to add or to remove.", "add")
    for key in new.keys() & gone.keys():
        problems.add(ErrorCode.INVALID, f'"{new[key]}" stands in `add` and in `remove`.', "add")
    problems.stop()
    assert place is not None
    await hold("customer", [place.id])
    customer = await models.Customer.get(id=place.id)
    check_version(customer, occasion)
    before = {tag.name_key: tag.name for tag in await models.CustomerTag.filter(tenant_id=place.id)}
    after = {key: name for key, name in {**new, **before}.items() if key not in gone}
    if len(after) > MOST:
        problems.add(ErrorCode.INVALID, f"A customer has at most {MOST} tags; this would make {len(after)}.", "add")
        problems.stop()
    await models.CustomerTag.filter(tenant_id=place.id, name_key__in=list(before.keys() - after.keys())).delete()
    await models.CustomerTag.bulk_create([models.CustomerTag(tenant_id=place.id, name=after[key], name_key=key)
                                          for key in sorted(after.keys() - before.keys())])
    change = Change(await _log(viewer, place), "setCustomerTags", f"tagged {place.name}: {', '.join(sorted(after.values()))}",
                    f"cus_{place.id}", {"customer": customer}, before={"tags": sorted(before.values())},
                    after={"tags": sorted(after.values())})
    if before == after:
        change.warnings.append(Warned(WarningCode.ALREADY_DONE, "The customer had these tags already.", ("input", "add")))
    return change


async def _log(viewer: Viewer, place: models.Tenant) -> models.Tenant:
    """Tags are the partner's own affair: told in its log, not in the customer's."""
    assert viewer.current is not None
    return await models.Tenant.get(id=viewer.current.tenant_id)


def _names(problems: Problems, field: str, names: list[str]) -> dict[str, str]:
    """Tags by their keys; each that does not fit is told by its place in the list."""
    found: dict[str, str] = {}
    for n, name in enumerate(names):
        plain = " ".join(name.split())
        if not plain or len(plain) > LONGEST or not plain.isprintable():
            problems.add(ErrorCode.INVALID, f"A tag has 1 to {LONGEST} printable characters.", field, str(n))
        else:
            found[name_key(plain)] = plain
    return found
