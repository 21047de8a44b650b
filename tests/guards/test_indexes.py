"""Nothing that a customers page or the benchmark asks reads a large table from end to end, whoever asks: every row is found by
an index."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import orjson
import pytest

import engine.leads
from benchmarks.operations import CASES
from engine.drivers import Database, PostgresDatabase, SQLiteDatabase
from engine.run import Engine
from models import Tenant
from models.access import GrantSource, Role, TenantKind
from models.lists import CustomerColumn
from models.reports import ReportKind
from models.viewers import Grant, Viewer
from resolvers.columns import columns_of
from resolvers.exports import many
from resolvers.policy import AccessPolicy
from schema import build_schema
from server.portfolio.generate import generate
from tests.stored import stored

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
READS = {case.operation: case.document for case in CASES if not case.document.startswith("mutation")}
READS |= {
    "TOTAL": "{ customers { totalCount } }",
    "SEARCH": '{ customers(first: 20, search: "net") { totalCount nodes { id name } } }',
    "BACK": "query($after: String) { customers(last: 50, before: $after) { nodes { name } pageInfo { startCursor } } }",
    "NOTICES": """{ viewer { unreadNotificationCount notifications(first: 20) { nodes { title readAt customer { name } } } } }""",
    "PAPERS": "{ contracts(first: 20) { nodes { number } } invoices(first: 20) { nodes { number } } }",
    "PAPERS OF ONE": """query($id: ID) { contracts(customer: $id, first: 20) { totalCount nodes { number status } }
      invoices(customer: $id, billingMonth: "2026-10", status: [ISSUED], first: 20) { totalCount nodes { number } } }""",
    "WORDS": '{ customers(first: 20, search: "net net3 et") { totalCount nodes { id name } } }',
    "HIDDEN": """{ customers(first: 50, hideInactive: true) { totalCount hiddenInactiveCount appliedFilters { key value }
      nodes { name isDormant } } }""",
    "TREE": "{ customerTree { rows(first: 50) { matched tenant { name depth } customer { name mrr { amount } } } } }",
    "TREE FOUND": """{ customerTree(search: "net", filter: {status: [ACTIVE]}, hideInactive: true) { matchedCount
      rows(first: 50) { matched tenant { name } } } }""",
    "TREE ON": "query($tenant: ID) { customerTree { rows(first: 50, afterTenant: $tenant) { tenant { name } } } }",
    "OWN": """{ viewer { pinnedCustomers { name } reportRuns(first: 5) { nodes { status } } preferences { columns
      savedFilters { name } } } }""",
    "DASHBOARD": """query($id: ID!) { customer(id: $id) { dashboard { users serviceStatus { status count }
      recentActivity { summary } } onboarding { progress tasks { kind status } } contacts { nodes { name } } tags { nodes { name } }
      activityLog(first: 20) { nodes { summary } } sentEmails(first: 20) { nodes { subject } } sourceData { feeds { nodes { name } } }
      accessGrants { nodes { role } } linkableUsers { nodes { email } } notificationPreferences { event } } }""",
    "EXPORTED": many(columns_of(ReportKind.CUSTOMER_LIST, list(CustomerColumn), True), {}),
    "INFORMATION": many(columns_of(ReportKind.CUSTOMER_INFORMATION, list(CustomerColumn), True), {}),
    "PAGE": """{ customers(first: 50) { edges { node { id name primaryAdmin { displayName email }
      contracts(first: 3) { nodes { number status startsOn title } }
      invoices(first: 3) { nodes { number status total { amount currency } } } } } } }""",
}
#: Each criterion of the list, with what it looks for.
CRITERIA = {
    "ids": "[$id]", "name": '"net"', "status": "[SUSPENDED]", "onboarding": "[IN_PROGRESS]", "sourceData": "[FAILED]",
    "kind": "[CUSTOMER]", "countryOrRegion": '["NL"]', "tags": '["vip"]', "services": '["oslo"]',
    "productSubscriptions": '["Disk 1 TB"]', "dormant": "true", "and": "[{dormant: false}, {tags: [\"vip\"]}]",
    "or": '[{services: ["oslo"]}, {tags: ["vip"]}, {onboarding: [COMPLETED]}]', "not": '{tags: ["vip"]}',
}
FILTERED = {f"FILTER {name}": f"query{'($id: ID!)' if '$' in value else ''} {{ customers(first: 20, filter: {{{name}: {value}}}) "
            "{ totalCount nodes { name } } }" for name, value in CRITERIA.items()}
READS |= FILTERED
RARE = 'filter: {and: [{productSubscriptions: ["no such"]}, {dormant: false}]}'
#: What finds little or nothing, and who asks: none of it may go through all that the viewer reaches to see that.
SPARSE = {
    "TREE": ("few",), "TREE ON": ("few",),
    "RARE": ("platform", "distributor", "overlapping", "few"), "RARE BY MRR": ("platform", "overlapping"),
    "RARE TAG": ("platform", "distributor"), "RARE COUNTRY": ("platform", "distributor"), "RARE SERVICE": ("platform", "few"),
    "RARE EITHER": ("platform", "distributor"), "RARE IN THE TREE": ("platform", "distributor", "overlapping", "few"),
    "SEARCH OF THE TREE": ("platform", "distributor", "overlapping", "few"), "SEARCH COUNTED": ("platform", "distributor"),
}
READS |= {
    "RARE": f"{{ customers(first: 20, {RARE}) {{ totalCount nodes {{ name }} }} }}",
    "RARE BY MRR": f"{{ customers(first: 20, {RARE}, sort: {{key: MRR, direction: DESC}}) {{ nodes {{ name }} }} }}",
    "RARE TAG": '{ customers(first: 20, filter: {tags: ["no such"]}) { totalCount nodes { name } } }',
    "RARE COUNTRY": '{ customers(first: 20, filter: {countryOrRegion: ["IS"]}) { totalCount nodes { name } } }',
    "RARE SERVICE": '{ customers(first: 20, filter: {services: ["no such"]}) { totalCount nodes { name } } }',
    "RARE EITHER": """{ customers(first: 20, filter: {or: [{tags: ["no such"]}, {productSubscriptions: ["no such"]}]}) {
      totalCount nodes { name } } }""",
    "RARE IN THE TREE": f"{{ customerTree({RARE}) {{ matchedCount rows(first: 50) {{ matched tenant {{ name }} }} }} }}",
    "SEARCH OF THE TREE": '{ customerTree(search: "qxq net3") { matchedCount rows(first: 50) { matched tenant { name } } } }',
    "SEARCH COUNTED": '{ customers(first: 20, search: "qxq", sort: {key: MRR}) { totalCount nodes { name } } }',
}
#: What these read in the order of an index, as far as the page goes, and count whole.
PLATFORM_WIDE = {"TOTAL", "SEARCH", "BACK", "PAPERS", "PAGE", "WORDS", "HIDDEN", "TREE", "TREE FOUND", "TREE ON", "EXPORTED",
                 "INFORMATION", *SPARSE, "Q2", "Q3", "Q6", "Q8", "Q10", *FILTERED}
#: To somebody linked to a third of them PostgreSQL reads all 500 customers as cheaply as those 167 one by one.
AS_CHEAP = ("alone", "customer")
#: Tables that grow with the customers and with time. Those of sessions and jobs are not read by these documents.
TABLES = {"tenant", "reach", "customer", "app_user", "access_grant", "contract", "invoice", "service", "link_list", "notification",
          "notification_read", "trigram", "customer_tag", "onboarding_task", "contact", "source_feed", "activity_event",
          "outbound_email", "pin", "report_run", "stored_file", "saved_filter", "list_preferences",
          "notification_preference"}
#: What little may take: rows looked at by PostgreSQL, and steps of SQLite's machine, where going through all takes many times it.
ROWS, STEPS = 150, 8_000
SERVED_BY = ("app_user_invited", "contract_liveliest", "invoice_month")


class Stage:
    """A portfolio of 500 customers, an engine on it, and people whose places are of every sort."""

    def __init__(self, database: Database, tenants: list[Tenant], path: Path | None = None):
        self.path, self.database, self.engine = path, database, Engine(build_schema()._schema, database, AccessPolicy())
        of = {kind: [t for t in tenants if t.kind == kind.name] for kind in TenantKind}
        [platform], resellers = of[TenantKind.PLATFORM], of[TenantKind.RESELLER]
        reseller = max(resellers, key=lambda r: sum(t.parent_id == r.id for t in tenants))
        [distributor] = [t for t in tenants if t.id == reseller.parent_id]
        linked = of[TenantKind.CUSTOMER][::3]
        roles = (Role.REGULAR, Role.READ_ONLY, Role.SUPPORT)
        self.few = self._viewer((Role.REGULAR, platform), *((Role.REGULAR, t) for t in linked[::60]), listed=False)
        self.customer = next(t for t in tenants if t.parent_id == reseller.id)
        self.viewers = {
            "platform": self._viewer((Role.ADMIN, platform)),
            "distributor": self._viewer((Role.ADMIN, distributor)),
            "reseller": self._viewer((Role.ADMIN, reseller)),
            "overlapping": self._viewer((Role.REGULAR, platform), (Role.SALES, distributor), *((Role.ADMIN, r) for r in resellers)),
            "mixed": self._viewer((Role.REGULAR, platform), *((roles[n % 3], t) for n, t in enumerate(linked))),
            "alone": self._viewer((Role.SUPPORT, platform), *((Role.SUPPORT, t) for t in linked), listed=False),
        }

    def _viewer(self, home: tuple[Role, Tenant], *links: tuple[Role, Tenant], listed: bool = True) -> Viewer:
        def grant(role: Role, tenant: Tenant, source: GrantSource) -> Grant:
            number = 1 + list(Role).index(role) if listed and tenant.kind == "CUSTOMER" else None
            return Grant(role, tenant.id, tenant.path, TenantKind[tenant.kind], source, number)
        grants = [grant(*home, GrantSource.HOME), *(grant(role, tenant, GrantSource.LINKED) for role, tenant in links)]
        place = home[1].place
        return Viewer(1 << 62, place, place, tuple(h for g in grants for h in g.holdings()), grants=tuple(grants))

    async def told(self, name: str, viewer: Viewer) -> list[Any]:
        """How the database means to answer."""
        sql, arguments = await self.asked(name, viewer)
        explain = "EXPLAIN QUERY PLAN " if self.database.dialect_name == "sqlite" else "EXPLAIN (FORMAT JSON, COSTS OFF) "
        return await self.database.rows(explain + sql, arguments)

    async def asked(self, name: str, viewer: Viewer) -> tuple[str, list[Any]]:
        """What the database is asked."""
        document = self.engine.documents.get(READS[name], None)
        given: dict[str, Any] = {"id": f"cus_{self.customer.id}", "tenant": f"ten_{self.customer.id}", "search": "net", "first": 100,
                                 "counted": True}
        if "$after" in READS[name]:
            given["after"] = await self._cursor(name, viewer)
        assert not document.errors, document.errors
        values = document.coerce({key: value for key, value in given.items() if f"${key}" in READS[name]})
        found = self.engine.plan(document, values, viewer)
        return found.sql, self.engine.arguments(found, values, viewer, NOW)

    def sparse(self) -> Iterator[tuple[str, str, Viewer]]:
        """What finds little, and its viewers by name."""
        for name, names in SPARSE.items():
            for who in names:
                yield name, who, self.few if who == "few" else self.viewers[who]

    async def _cursor(self, name: str, viewer: Viewer) -> str:
        sort = "(sort: {key: MRR, direction: DESC}, first: 3)" if "MRR" in READS[name] else "(first: 3)"
        document = self.engine.documents.get(f"{{ customers{sort} {{ pageInfo {{ endCursor }} }} }}", None)
        for asker in (viewer, self.viewers["platform"]):  # the link lists of these people are nobody's: they have no rows
            answer = orjson.loads(await self.engine.answer(document, {}, asker, NOW))
            if cursor := answer["data"]["customers"]["pageInfo"]["endCursor"]:
                return str(cursor)
        raise AssertionError(name)


@pytest.fixture(autouse=True, scope="module")
def few() -> Iterator[None]:
    """As little of 500 customers as it is of thousands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.leads, "FEW", 20)
        yield


@pytest.fixture(scope="module")
async def sqlite(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    path: Path = tmp_path_factory.mktemp("indexes") / "indexes.sqlite"
    tenants = await portfolio(f"sqlite://{path}")
    database = await SQLiteDatabase.open(path)
    yield Stage(database, tenants, path)
    await database.close()


@pytest.fixture(scope="module")
async def postgres(create_postgres: Callable[[str], Awaitable[str]]) -> AsyncIterator[Stage]:
    url = await create_postgres("indexes")
    tenants = await portfolio(url)
    database = await PostgresDatabase.open(url, size=1)
    yield Stage(database, tenants)
    await database.close()


async def portfolio(url: str) -> list[Tenant]:
    async with stored(url):
        await generate(500, 1, now=NOW)
        return await Tenant.all()


# -- SQLite, which plans for tables of any size alike

async def test_sqlite_finds_every_row_by_an_index(sqlite: Stage) -> None:
    whole = []
    for name in READS:
        for who, viewer in sqlite.viewers.items():
            scans = scanned([row[3] for row in await sqlite.told(name, viewer)])
            if not (who == "platform" and name in PLATFORM_WIDE):
                whole += [(name, who, scan) for scan in scans]
            elif name == "Q8":
                assert scans == []  # from the cursor on
    assert whole == []


async def test_sqlite_finds_out_soon_that_there_is_little(sqlite: Stage) -> None:
    connection, steps = apsw.Connection(str(sqlite.path), flags=apsw.SQLITE_OPEN_READONLY), {}
    for name, who, viewer in sqlite.sparse():
        sql, arguments = await sqlite.asked(name, viewer)
        told: list[dict[str, Any]] = []
        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, told.append)
        connection.execute(sql, arguments).fetchall()
        steps[name, who] = told[-1]["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"]
    connection.close()
    assert {key: n for key, n in steps.items() if n > STEPS} == {}


def scanned(told: list[str]) -> list[str]:
    """The tables that are read whole. A subselect goes by the name of its table, and is scanned once, without an index."""
    found = [line for line in told if re.match(r"SCAN ([a-z]{3}\d+|x\d*|r|t|\w+r)\b(?! VIRTUAL)", line)]
    for line in told:
        if (inner := re.match(r"(?:CO-ROUTINE|MATERIALIZE) (.+)", line)) and f"SCAN {inner[1]}" in found:
            found.remove(f"SCAN {inner[1]}")
    return found


async def test_sqlite_answers_the_nested_lists_from_their_indexes_in_order(sqlite: Stage) -> None:
    told = "\n".join(row[3] for row in await sqlite.told("PAGE", sqlite.viewers["reseller"]))
    for index in SERVED_BY:
        assert f"USING COVERING INDEX {index} (tenant_id=?)" in told, told


# -- PostgreSQL, which reads small tables whole unless it is told not to

@pytest.fixture
async def unwilling(postgres: Stage) -> Stage:
    """A PostgreSQL that reads a table whole only where it cannot do else, as it would if the tables were large."""
    for setting in ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
        await postgres.database.rows(f"select set_config('{setting}', 'off', false)", ())
    return postgres


async def test_postgres_finds_every_row_by_an_index(unwilling: Stage) -> None:
    whole = []
    for name in READS:
        for who, viewer in unwilling.viewers.items():
            [[told]] = await unwilling.told(name, viewer)
            for node in _nodes(orjson.loads(told)[0]["Plan"]):
                if (node.get("Relation Name") in TABLES and not node.keys() & {"Index Cond", "Recheck Cond"}
                        and not (who == "platform" and name in PLATFORM_WIDE) and (who, node["Relation Name"]) != AS_CHEAP):
                    whole.append((name, who, node["Node Type"], node["Relation Name"], node.get("Filter")))
    assert whole == []


async def test_postgres_finds_out_soon_that_there_is_little(unwilling: Stage) -> None:
    read = {}
    for name, who, viewer in unwilling.sparse():
        sql, arguments = await unwilling.asked(name, viewer)
        [[told]] = await unwilling.database.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", arguments)
        read[name, who] = sum(
            node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
            for node in _nodes(orjson.loads(told)[0]["Plan"]) if node.get("Relation Name") in TABLES)
    assert {key: n for key, n in read.items() if n > ROWS} == {}


async def test_postgres_answers_the_nested_lists_from_their_indexes_in_order(unwilling: Stage) -> None:
    [[told]] = await unwilling.told("PAGE", unwilling.viewers["reseller"])
    used = {node.get("Index Name") for node in _nodes(orjson.loads(told)[0]["Plan"]) if node["Node Type"] == "Index Only Scan"}
    assert used >= set(SERVED_BY), used


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)
