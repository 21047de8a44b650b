"""A bank of two accounts, to try transactions on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models.database import tortoise_config
from models.transaction import settle, sql_rows, unit_of_work

SOON = 2.0  # seconds within which what is not stuck answers


class Account(Model):
    owner = fields.CharField(20, primary_key=True)
    balance = fields.IntField()

    class Meta:
        table = "account"


@asynccontextmanager
async def bank(url: str, size: int = 4) -> AsyncIterator[Any]:
    """Tortoise on an emptied bank in which Ann has 100 and Ben nothing. Gives the connection."""
    name = url.partition(":")[0] + "_bank"
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(url, [__name__], connection=name, size=size))
        await context.generate_schemas()
        await Account.all().delete()
        await Account.create(owner="Ann", balance=100)
        await Account.create(owner="Ben", balance=0)
        yield context.connections.get(name)
        await settle()


async def transfer() -> str:
    """Ann gives Ben 10, in two statements with a savepoint between them."""
    await sql_rows("UPDATE account SET balance = balance - 10 WHERE owner = $1", "Ann")
    async with in_transaction():
        await sql_rows("UPDATE account SET balance = balance + 10 WHERE owner = $1", "Ben")
    return "given"


async def balances() -> list[int]:
    async with asyncio.timeout(SOON):
        return [account.balance for account in await Account.all().order_by("owner")]


async def works() -> bool:
    """Whether the next unit can be done, and soon."""
    try:
        async with asyncio.timeout(SOON):
            return await unit_of_work(transfer) == "given"
    except TimeoutError:
        return False
