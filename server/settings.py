"""Every setting: read once from the environment, typed, and described for the README's table."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, FilePath, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.measure import Limits
from models.database import sqlite_path, tortoise_config
from models.signing import SHORTEST_KEY
from server.mail import PostOffice

PREFIX = "TENANTRY_"
DEVELOPMENT_SECRET = "for development only: anybody can read this secret"

#: Seconds of the shutdown that are kept for what goes on after the last request: letters and connections.
LAST_THINGS = 5.0

Count = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """Set each as an environment variable, or as a file of that name in the directory TENANTRY_SECRETS_DIR."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses development secrets and loads no demo data")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any that is free")
    base_url: str | None = Field(
        None, description="Where people reach the server: for links in letters, cookies and the check of Origin. "
        "Production needs an https address. Unset: http://HOST:PORT")
    database_url: str = Field(
        "sqlite://data/tenantry.sqlite", repr=False,
        description="sqlite://path, sqlite:///absolute/path, or postgres://user:password@host:port/database")
    owner_url: str | None = Field(
        None, repr=False, description="On PostgreSQL, the same database as its owner, who may create roles: migrations and roles "
        "are made by it, and nothing else. Unset: TENANTRY_DATABASE_URL does that too, which production refuses")
    guarded_reads: bool = Field(False, description="Whether PostgreSQL's row-level security checks reads as well as changes: "
                                "most take twice as long then, and trees ten times")
    secret: str = Field(DEVELOPMENT_SECRET, repr=False, description="Signs the audit trail; at least 32 bytes. "
                        "Make one with: openssl rand -hex 32")
    older_secrets: str = Field("", repr=False, description="Earlier secrets, separated by spaces, under which what was "
                               "signed still counts")
    smtp_url: str | None = Field(
        None, repr=False, description="smtp://, smtp+starttls:// or smtps://user:password@host:port. "
        "Unset: letters are printed; production needs it")
    mail_from: str = Field("Tenantry <portal@tenantry.example>", description="Sender of letters")
    graphiql: bool | None = Field(
        None, description="Whether browsers get GraphiQL at /graphql. Unset: in development, where the address is not https")
    proxies: int | None = Field(
        None, ge=0, description="How many proxies in front add to X-Forwarded-For; 0 where there is none. Then failed tries to "
        "sign in are counted by network as well as by e-mail address. Unset: by address alone")
    explain: bool | None = Field(
        None, description="Whether everybody may have their queries explained; the platform's administrators always may. "
        "Unset: in development only")
    trusted_documents: FilePath | None = Field(
        None, description="A JSON file of documents by their ids: no other is answered, nor is introspection, and there is no "
        "GraphiQL. Unset: any document")
    jobs: bool = Field(True, description="Whether `serve` does the background jobs itself; false where processes of "
                       "`python -m server work` do them, on PostgreSQL")
    log_requests: bool = Field(True, description="Whether each request is logged as a line of JSON")

    connections: Count = Field(10_000, description="Most connections open at a time, in each process; more are told OVERLOADED")
    body_bytes: Count = Field(131_072, description="Largest request body")
    body_seconds: Seconds = Field(10, description="Longest time in which a request body arrives")
    idle_seconds: Seconds = Field(75, description="Longest time that a connection stays without a whole request")
    answer_bytes: Count = Field(Limits.answer_bytes, description="Largest answer, in bytes")
    request_seconds: Seconds = Field(15, description="Longest time for an answer")
    reads_under_way: Count = Field(64, description="Most queries worked on at a time, in each process")
    changes_under_way: Count = Field(32, description="Most mutations worked on at a time, in each process")
    requests_waiting: Count = Field(1000, description="Most requests of either kind that wait to be worked on; more are "
                                    "told OVERLOADED")
    waiting_seconds: Seconds = Field(3, description="Longest that a request waits for that, before it is told the same")
    shutdown_seconds: Seconds = Field(20, description="Longest time to finish what is under way at the end")
    statement_seconds: Seconds = Field(5, description="Longest time for one read of the database")
    acquire_seconds: Seconds = Field(2, description="Longest wait for a connection to read through")
    change_seconds: Seconds = Field(10, description="Longest time for the work of one change in the database")
    turn_seconds: Seconds = Field(5, description="Longest wait of a change for a connection to PostgreSQL, or for SQLite's one")
    read_connections: Count = Field(8, description="Connections to PostgreSQL for reads")
    write_connections: Count = Field(10, description="Most connections to PostgreSQL for changes")

    subscriptions: Count = Field(5000, description="Most subscriptions open at a time, in each process")
    subscriptions_each: Count = Field(100, description="Most of them of one person")
    subscriptions_connected: Count = Field(20, description="Most of them over one WebSocket")
    greeting_seconds: Seconds = Field(10, description="Longest time in which a WebSocket says whose it is")
    keep_alive_seconds: Seconds = Field(15, description="Longest silence of a stream or WebSocket before a sign of life")

    document_bytes: Count = Field(Limits.document_bytes, description="Longest document")
    document_tokens: Count = Field(Limits.tokens, description="Most words and signs of a document")
    document_depth: Count = Field(Limits.depth, description="Most levels of a document; introspection has its own")
    document_fields: Count = Field(Limits.fields, description="Most fields of a document with its fragments put in")
    document_aliases: Count = Field(Limits.aliases, description="Most aliases of a document, likewise")
    document_directives: Count = Field(Limits.directives, description="Most directives of a document, likewise")
    document_roots: Count = Field(Limits.roots, description="Most root fields of an operation, likewise")
    document_definitions: Count = Field(Limits.definitions, description="Most operations and fragments of a document")
    list_items: Annotated[int, Field(gt=0, le=Limits.items)] = Field(
        Limits.items, description="Most items of one list among the arguments of an operation; no more than the default")
    document_errors: Count = Field(Limits.errors, description="Most errors told of one document")
    persisted_bytes: Count = Field(4_194_304, description="Most bytes of documents kept by the hashes that clients send along, "
                                   "in each process")

    cost_maximum: Count = Field(500_000, description="Most points that one operation may cost; docs/cost.md says what costs what")
    cost_limit: Count = Field(5_000_000, description="Most points that one person, or API key, can have to spend in one tenant")
    cost_restore_rate: Annotated[float, Field(gt=0)] = Field(50_000, description="Points that come back to them in a second")

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, url: str | None) -> str | None:
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError("Write it as https://portal.example.com")
        return url and url.rstrip("/")

    @field_validator("secret")
    @classmethod
    def _is_long(cls, secret: str) -> str:
        if len(secret.encode()) < SHORTEST_KEY:
            raise ValueError(f"At least {SHORTEST_KEY} bytes; make one with: openssl rand -hex 32")
        return secret

    @field_validator("older_secrets")
    @classmethod
    def _are_long(cls, secrets: str) -> str:
        for secret in secrets.split():
            cls._is_long(secret)
        return secrets

    @field_validator("database_url")
    @classmethod
    def _names_a_database(cls, url: str) -> str:
        tortoise_config(url, [])
        return url

    @model_validator(mode="after")
    def _safe_in_production(self) -> Settings:
        if self.production and self.secret == DEVELOPMENT_SECRET:
            raise ValueError(f"Production needs a secret of its own: set {PREFIX}SECRET. {self._describe('secret')}")
        if self.production and not (self.base_url or "").startswith("https://"):
            raise ValueError(f"Production needs its https address: set {PREFIX}BASE_URL")
        if self.production and self.smtp_url is None:
            raise ValueError("Production needs a mail server, since letters hold secrets and are printed without one: set "
                             f"{PREFIX}SMTP_URL")
        return self

    @model_validator(mode="after")
    def _letters_can_go_out(self) -> Settings:
        PostOffice(self.smtp_url, self.mail_from)
        return self

    @model_validator(mode="after")
    def _somebody_does_jobs(self) -> Settings:
        if not self.jobs and not self.on_postgres:
            raise ValueError(f"A SQLite file belongs to one process, which does the jobs itself: leave {PREFIX}JOBS unset")
        return self

    @model_validator(mode="after")
    def _graphiql_can_ask(self) -> Settings:
        if self.graphiql and self.trusted_documents:
            raise ValueError(f"GraphiQL asks what is on no list: leave {PREFIX}GRAPHIQL or {PREFIX}TRUSTED_DOCUMENTS unset")
        return self

    @model_validator(mode="after")
    def _dearest_can_be_paid(self) -> Settings:
        if self.cost_maximum > self.cost_limit:
            raise ValueError(f"No operation can cost more than there is to spend: {PREFIX}COST_MAXIMUM is at most that of "
                             f"{PREFIX}COST_LIMIT")
        return self

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def finishing_seconds(self) -> float:
        """What of the shutdown is for requests and jobs."""
        return max(1.0, self.shutdown_seconds - LAST_THINGS)

    @property
    def on_postgres(self) -> bool:
        return sqlite_path(self.database_url) is None

    @property
    def as_owner(self) -> Settings:
        """For what an operator does to a whole database."""
        return self.model_copy(update={"database_url": self.owner_url or self.database_url})

    @property
    def login(self) -> str | None:
        """The server's name at PostgreSQL."""
        return urlsplit(self.database_url).username

    @property
    def shows_graphiql(self) -> bool:
        if self.graphiql is not None:
            return self.graphiql
        reached_by_others = self.production or (self.base_url or "").startswith("https://")
        return not reached_by_others and self.trusted_documents is None

    @property
    def explains(self) -> bool:
        """Whether everybody's queries are explained at their wish."""
        return not self.production if self.explain is None else self.explain

    @property
    def keys(self) -> list[bytes]:
        """The signing keys, the current one first."""
        return [key.encode() for key in (self.secret, *self.older_secrets.split())]

    @cached_property
    def limits(self) -> Limits:
        """What a document may ask for. Production does not help to guess the schema."""
        return Limits(tokens=self.document_tokens, depth=self.document_depth, fields=self.document_fields,
                      aliases=self.document_aliases, directives=self.document_directives, roots=self.document_roots,
                      definitions=self.document_definitions, document_bytes=self.document_bytes, items=self.list_items,
                      answer_bytes=self.answer_bytes,
                      errors=self.document_errors, suggestions=not self.production)

    @classmethod
    def _describe(cls, name: str) -> str:
        return cls.model_fields[name].description or ""

    @classmethod
    def table(cls) -> str:
        """The settings as a Markdown table."""
        return "\n".join(["| setting | default | meaning |", "|---|---|---|", *cls._lines()])

    @classmethod
    def _lines(cls) -> Iterator[str]:
        for name, field in cls.model_fields.items():
            default = {None: "unset", "": "unset", DEVELOPMENT_SECRET: "one for development"}.get(
                field.default, f"`{_plain(field.default)}`")
            yield f"| `{PREFIX}{name.upper()}` | {default} | {cls._describe(name)} |"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_settings() -> Settings:
    """The settings of this process. Raises pydantic.ValidationError, whose text names each setting that is wrong."""
    return Settings(_secrets_dir=os.environ.get(f"{PREFIX}SECRETS_DIR"))
