"""What is asked of every server: the operations, and who asks them."""

from __future__ import annotations

from dataclasses import dataclass

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

WHOLE = """query Q5 { tenantTree { id name children(first: 50) { nodes { id name children(first: 50) { nodes {
  id name children(first: 10) { nodes { id customer { name } } }
} } } } } }"""


@dataclass(frozen=True)
class Case:
    """One operation asked by one person of data.People; `by_id` where it takes customers' ids in turn."""

    name: str
    document: str
    asker: str
    by_id: bool = False

    @property
    def operation(self) -> str:
        return self.name.split()[0]


CASES = (
    Case("Q1 point", POINT, "reseller_admin", by_id=True),
    Case("Q2 page", PAGE, "reseller_admin"),
    Case("Q2 mixed links", PAGE, "mixed"),
    Case("Q2 support links", PAGE, "support"),
    Case("Q3 wide", WIDE, "reseller_admin"),
    Case("Q4 tree", TREE, "distributor_admin"),
    Case("Q5 whole tree", WHOLE, "platform_admin"),
)
