"""What the process that forks servers does once for all of them."""

from models import users
from models.database import SQLITE
from schema import build_schema

users._verify(None, "")  # the hash that is checked for nobody
build_schema()
# Nothing here outlives the run, so nothing has to survive a power cut; a process that is killed loses nothing by it.
SQLITE["synchronous"] = "OFF"
