"""A proxy before PostgreSQL that knows enough of its protocol to do harm at any statement: it refuses, delays, falls silent,
cuts. What it stands between is a plain server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import parse_qsl, urlsplit

#: Requests that come instead of a start-up message: for TLS, for GSS encryption, and to cancel a statement.
TLS, GSS, CANCEL = 80877103, 80877104, 80877102
#: The end of an answer, after which another statement may come.
READY = b"Z\0\0\0\5"
#: By what the first statement of a change with an idempotency key is known.
CLAIM = "idempotency_record"


class Fate(Enum):
    """What becomes of a statement."""

    PASSES = "It goes on its way."
    CUT = "The connection is cut, and the database never hears it."
    UNHEARD = "The database does it, and the connection is cut before its answer arrives."


@dataclass(eq=False)
class Line:
    """One connection of a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    application: str = ""
    statements: dict[bytes, str] = field(default_factory=dict)
    silent: bool = False
    unheard: bool = False

    def statement(self, kind: bytes, body: bytes) -> str | None:
        """The SQL that a message has the database run, if it does."""
        if kind == b"Q":
            return body[:-1].decode()
        name, _, rest = body.partition(b"\0")
        if kind == b"P":
            self.statements[name] = rest.partition(b"\0")[0].decode()
        return self.statements.get(rest.partition(b"\0")[0]) if kind == b"B" else None


Meet = Callable[[str, Line], Awaitable[Fate]]


class Proxy:
    """Give servers its `url`. `meet` decides on each statement; `silent` swallows everything, on lines that are open then
    for good; `delay` is in seconds for each message."""

    def __init__(self, database_url: str):
        self._upstream = urlsplit(database_url)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0
        self.lines: set[Line] = set()
        self.meet: Meet | None = None
        self.silent, self.delay = False, 0.0

    @property
    def url(self) -> str:
        return f"postgres://{self._upstream.username or 'postgres'}@127.0.0.1:{self._port}{self._upstream.path}?sslmode=disable"

    async def open(self) -> None:
        """Takes connections, at the same port as before."""
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Takes none any more, and cuts those there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()

    def cut(self, application: str | None = None) -> None:
        for line in list(self.lines):
            if application in (None, line.application):
                line.writer.transport.abort()

    async def close(self) -> None:
        await self.refuse()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        line, beyond = Line(reader, writer, silent=self.silent), None
        self.lines.add(line)
        try:
            first = await self._greeting(line)
            there, beyond = await self._connect()
            beyond.write(first)
            back = asyncio.create_task(self._back(line, there))
            self._tasks.add(back)
            back.add_done_callback(self._tasks.discard)
            await self._forth(line, beyond)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # asyncio would report a cancelled one as a failure
        finally:
            self.lines.discard(line)
            for each in (writer, beyond):
                if each is not None:
                    each.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        given = dict(parse_qsl(self._upstream.query))
        host, port = given.get("host") or self._upstream.hostname or "127.0.0.1", self._upstream.port or 5432
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def _greeting(self, line: Line) -> bytes:
        """The start-up message, or the request to cancel."""
        while True:
            length = await line.reader.readexactly(4)
            body = await line.reader.readexactly(int.from_bytes(length) - 4)
            code = int.from_bytes(body[:4])
            if code not in (TLS, GSS):
                break
            line.writer.write(b"N")
        if code != CANCEL:
            words = body[4:].split(b"\0")
            line.application = dict(zip(words[::2], words[1::2], strict=False)).get(b"application_name", b"").decode()
        return length + body

    async def _forth(self, line: Line, beyond: asyncio.StreamWriter) -> None:
        while True:
            head = await line.reader.readexactly(5)
            body = await line.reader.readexactly(int.from_bytes(head[1:]) - 4)
            sql = line.statement(head[:1], body)
            line.silent = line.silent or self.silent
            if line.silent:
                continue
            if self.delay:
                await asyncio.sleep(self.delay)
            fate = await self.meet(sql, line) if sql and self.meet else Fate.PASSES
            if fate is Fate.CUT:
                return
            line.unheard = line.unheard or fate is Fate.UNHEARD
            beyond.write(head + body)

    async def _back(self, line: Line, there: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await there.read(1 << 16):
                line.silent = line.silent or self.silent
                if line.unheard and data[-6:-1] == READY:
                    break
                if not line.silent and not line.unheard:
                    line.writer.write(data)
        line.writer.transport.abort()


@dataclass
class Change:
    """Meets the statements of one change that has an idempotency key, from the one that claims it to the commit."""

    fate: Callable[[int, str], Awaitable[Fate]]
    line: Line | None = None
    statements: list[str] = field(default_factory=list)

    async def __call__(self, sql: str, line: Line) -> Fate:
        if self.line is None and CLAIM in sql and sql.lstrip().lower().startswith("insert"):
            self.line = line
        if line is not self.line:
            return Fate.PASSES
        self.statements.append(sql)
        fate = await self.fate(len(self.statements) - 1, sql)
        if sql.upper().startswith(("COMMIT", "ROLLBACK")):
            self.line = None
        return fate
