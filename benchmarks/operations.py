"""What is asked of every server: the operations, and who asks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

POINT = """query Q1($id: ID!) { customer(id: $id) { id name status mrr { amount currency } } }"""

PAGE = """query Q2 { customers(first: 50) { nodes {
  id name status mrr { amount currency }
  primaryAdmin { id displayName email }
  contracts(first: 3) { nodes { id number status startsOn } }
  invoices(first: 3) { nodes { id number status total { amount currency } } }
  contractSummary { byStatus { status count } }
} } }"""

WIDE = """query Q3 { customers(first: 100) { nodes {
  id name status createdAt summary { ports virtualCircuits cloudConnections lastActivityAt }
} } }"""

TREE = """query Q4 { tenantTree { id name children(kind: RESELLER, first: 50) { nodes {
  id name children(first: 10) { nodes { id customer { name } } }
} } } }"""

DIALOG = """query Q5($id: ID!) { customer(id: $id) {
  id name reference status website phone email country createdAt mrr { amount currency }
  summary { ports virtualCircuits cloudConnections lastActivityAt lastOrderAt mrrPendingEntry { amount currency } }
  primaryAdmin { id displayName email }
  users(first: 20) { totalCount nodes { id displayName email active lastActiveAt } }
  contractSummary { total byStatus { status count } }
  contracts(first: 3) { nodes { id number title status startsOn endsOn value { amount currency } } }
  invoiceSummary {
    billingMonth groups { status count total { amount currency } } totalIssuableRemaining { amount currency }
  }
  invoices(first: 3) { nodes { id number billingMonth status dueOn total { amount currency } } }
  services(first: 20) { totalCount nodes { id name product status monthlyCharge { amount currency } } }
  subAccounts(first: 20) { nodes { id name status } }
} }"""

SEARCH = """query Q6($search: String!) { customers(first: 20, search: $search) { nodes { id name status } } }"""

WHOLE = """query Q7 { tenantTree { id name children(first: 50) { nodes { id name children(first: 50) { nodes {
  id name children(first: 10) { nodes { id customer { name } } }
} } } } } }"""

DEEP = """query Q8($after: String) { customers(first: 50, after: $after, sort: {key: MRR, direction: DESC}) {
  nodes { id name mrr { amount currency } } pageInfo { hasNextPage }
} }"""

LINK = """mutation Q9($grant: ID!, $there: Role!, $back: Role!) {
  there: changeLinkedRole(input: {grantId: $grant, role: $there}) { ...link }
  back: changeLinkedRole(input: {grantId: $grant, role: $back}) { ...link }
}
fragment link on ChangeLinkedRolePayload {
  userErrors { code } grant { id role source capabilities user { id displayName email } tenant { id name } }
}"""

#: What a document is asked for in turn: customers of the asker's, beginnings of names, one page far down the asker's
#: list, or links with two roles each.
Takes = Literal["", "customer", "word", "page", "link"]


@dataclass(frozen=True)
class Case:
    """One operation asked by one person of data.People. `servers` are those that it is for (none named: all)."""

    name: str
    document: str
    asker: str
    takes: Takes = ""
    servers: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        """The operation's name in the document."""
        return self.document.split()[1].partition("(")[0]


CASES = (
    Case("Q1 point", POINT, "reseller_admin", "customer"),
    Case("Q1 support", POINT, "support", "customer"),
    Case("Q2 page", PAGE, "reseller_admin"),
    Case("Q2 support", PAGE, "support"),
    Case("Q3 wide", WIDE, "reseller_admin"),
    Case("Q3 support", WIDE, "support"),
    Case("Q4 tree", TREE, "distributor_admin"),
    Case("Q5 dialog", DIALOG, "reseller_admin", "customer"),
    Case("Q5 support", DIALOG, "support", "customer"),
    Case("Q6 search", SEARCH, "platform_admin", "word"),
    Case("Q6 support", SEARCH, "support", "word"),
    Case("Q7 whole tree", WHOLE, "platform_admin"),
    Case("Q8 far page", DEEP, "platform_admin", "page"),
    Case("Q8 support", DEEP, "support", "page"),
    Case("Q9 links changed", LINK, "platform_admin", "link", ("tenantry",)),
    Case("Q10 mixed links", PAGE, "mixed"),
)
