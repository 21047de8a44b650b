"""What the process that forks servers does once for all of them."""

import gc
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from models import migrations, users
from models.database import SQLITE
from server import app

users._verify(None, "")  # the hash that is checked for nobody
# It is the same for all of them, and none of them lives beside another one in its process.
app.build_schema = cache(app.build_schema)
app.build_schema()
# Read in once they start, which is as often as there are servers.
LATER = ["models.sqlite", "tortoise.backends.asyncpg", "concurrent.futures.thread", "encodings.idna"]
for name in [*LATER, *(f"{migrations.__name__}.{module.name}" for module in iter_modules(migrations.__path__))]:
    import_module(name)
# Nothing here outlives the run, so nothing has to survive a power cut; a process that is killed loses nothing by it.
SQLITE["synchronous"] = "OFF"
gc.collect()
gc.freeze()  # or each of them would copy all of this as soon as it looks through it
