"""The command line: serve, work, migrate, backup, restore, demo, import, audit, schema, settings."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from engine.errors import EngineError, UnfitDatabase
from models.heads import NotOurs
from models.inspection import Incomplete
from models.locks import FileInUse
from models.upgrade import CannotUpgrade
from models.wall import Unwalled
from schema import build_schema
from server import app as site
from server import log, opening
from server.audit import Broken, print_heads, verify_all
from server.backup import BackupRefused, back_up
from server.backup import restore as put_back
from server.crew import serve_together
from server.database import StandsAbove
from server.portfolio.bar import bar
from server.portfolio.generate import generate
from server.portfolio.importing import import_portfolio
from server.portfolio.reading import ImportRefused
from server.portfolio.story import StoryRefused
from server.settings import PREFIX, Settings, read_settings
from server.texts import UnfitManifest
from server.worker import work_along

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

commands = typer.Typer(help="Tenantry: a GraphQL API for partner portals.", no_args_is_help=True, add_completion=False,
                       pretty_exceptions_enable=False)  # it would show what variables hold

audit = typer.Typer(help="Whether the audit trail is as it was written.", no_args_is_help=True)
commands.add_typer(audit, name="audit")

#: What an operator can mend: told in one sentence, without the way through the code.
TOLD = (opening.CannotServe, BackupRefused, FileInUse, CannotUpgrade, Unwalled, Incomplete, UnfitDatabase, StoryRefused,
        ImportRefused, EngineError, UnfitManifest, Broken, NotOurs,
        StandsAbove)


@commands.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, help="How many processes answer at the one port; more than one need "
                                         "PostgreSQL.")] = 1,
) -> None:
    """Answer requests. In development an empty database gets the demo story first."""
    settings = _settings()
    _run(site.serve(settings) if workers == 1 else serve_together(settings, workers))


@commands.command(hidden=True)
def worker(number: int, door: int, leash: int) -> None:
    """One of the processes of `serve --workers`, which starts it with two open sockets."""
    with socket.socket(fileno=door) as opened, socket.socket(fileno=leash) as held:
        _run(work_along(_settings(), number, opened, held))


@commands.command()
def work() -> None:
    """Do background jobs and send letters without answering requests: for processes beside servers on PostgreSQL."""
    _run(site.work(_settings()))


@commands.command()
def migrate() -> None:
    """Bring the database up to date."""
    async def run(settings: Settings) -> None:
        with opening.held(settings):
            names = await opening.upgraded(settings)
        print("\n".join(names) or "The database is up to date.")
    _run(run(_settings()))


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The new file.")],
) -> None:
    """Write the whole database to one file, as it is at this moment; the server may work on meanwhile."""
    async def run(settings: Settings) -> None:
        print(f"{file} holds the database as it was: {await back_up(settings, file):,} bytes.")
    _run(run(_settings()))


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file that `backup` wrote.")],
) -> None:
    """Put a backup back where there is no database yet, bring it up to date, and verify it."""
    async def run(settings: Settings) -> None:
        await put_back(settings, file)
        print("It is put back, up to date and verified: sums, lists, references and the audit trail fit together.")
    _run(run(_settings()))


@commands.command()
def demo(
    customers: Annotated[int, typer.Option(min=0, help="How many generated customers there shall be.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Makes the same portfolio for the same number.")] = 1,
) -> None:
    """Load the demo story, and around it a generated portfolio of any size."""
    async def run(settings: Settings) -> None:
        async with opening.connected(settings, role=None):
            with bar("Customers") as progress:
                made = await generate(customers, seed, progress, production=settings.production)
        print(f"The demo story is there, and {made:,} customers were made beside it.")
    _run(run(_settings()))


@commands.command("import")
def import_(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The folder with the CSV files; "
                                              "docs/import.md describes them.")],
    problems: Annotated[Path | None, typer.Option(dir_okay=False, help="Write what does not fit to this file as well, as "
                                                  "CSV.")] = None,
) -> None:
    """Import a portfolio from CSV files: all of it, or, where a line does not fit, nothing."""
    async def run(settings: Settings) -> None:
        async with opening.connected(settings, role=None):
            try:
                with bar("Importing") as progress:
                    summary = await import_portfolio(directory, progress)
            except ImportRefused as refused:
                if problems:
                    problems.write_text(refused.as_csv(), encoding="utf-8")
                raise
        print(summary)
    _run(run(_settings()))


@audit.command("verify")
def audit_verify(
    heads: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Heads that `audit heads` printed earlier, kept "
                                               "where nobody who can change the database can change them.")] = None,
) -> None:
    """Follow every tenant's audit trail to its end, and name the first bad entry of each that is not as it was written."""
    _run(verify_all(_settings(), heads.read_text("utf-8").splitlines() if heads else []))


@audit.command("heads")
def audit_heads() -> None:
    """Print where each audit trail ends, signed: keep it elsewhere, for `audit verify --heads`."""
    _run(print_heads(_settings()))


@commands.command()
def schema() -> None:
    """Print the GraphQL schema."""
    print(build_schema().as_str())


@commands.command()
def settings() -> None:
    """Print every setting as a table in Markdown."""
    print(Settings.table())


def _settings() -> Settings:
    try:
        chosen = read_settings()
    except ValidationError as error:
        for wrong in error.errors():
            name = f"{PREFIX}{str(wrong['loc'][0]).upper()}: " if wrong["loc"] else ""
            print(f"{name}{wrong['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        raise typer.Exit(2) from None
    log.configure(production=chosen.production)
    return chosen


def _run(command: Coroutine[Any, Any, None]) -> None:
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(command)
    except TOLD as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    commands()
