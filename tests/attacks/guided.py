"""`make fuzz SECONDS=60`: atheris looks for input that breaks a target of tests/attacks/fuzzed.py, so many seconds on each, led by
which code each input reaches. It ends with 1 where it finds any, and says what it was."""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr
from multiprocessing import get_context
from pathlib import Path

from packaging.requirements import Requirement

FUZZER = Requirement((Path(__file__).parents[2] / "fuzz.lock").read_text().partition("\\")[0])
if FUZZER.marker and not FUZZER.marker.evaluate():
    print(f"Nothing was fuzzed here: there is {FUZZER.name} only where {FUZZER.marker}.")
    sys.exit()

import atheris  # noqa: E402

with redirect_stderr(io.StringIO()), atheris.instrument_imports(
        include=["engine", "graphql", "resolvers", "schema.scalars", "server.requests", "server.texts"]):
    from tests.attacks.fuzzed import TARGETS, WORDS, Target

#: Seconds after which one input counts as broken, and the most bytes of one.
SLOW, LONGEST = 20, 4000
PROGRESS = re.compile(r"^#\d.*\n", re.M)
TRIED = re.compile(r"number_of_executed_units:\s*(\d+)")
FORKED = get_context("fork")  # what is imported above takes ten seconds


def guided(target: Target, seconds: int, folder: Path) -> None:
    """Fuzzes one target; the process does not outlive it."""
    with (folder / "output").open("wb") as output:
        for number in (1, 2):
            os.dup2(output.fileno(), number)
    (folder / "words").write_text("\n".join(f'"{word}"' for word in WORDS))
    (seeds := folder / "seeds").mkdir()
    for n, seed in enumerate(TARGETS[target]):
        (seeds / str(n)).write_bytes(seed)

    def tried(data: bytes) -> None:
        try:
            target(data)
        except BaseException:
            (folder / "broken-exception").write_bytes(data)  # libFuzzer keeps what takes too long or too much
            raise

    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", f"-timeout={SLOW}", f"-max_len={LONGEST}", f"-dict={folder}/words",
                   f"-artifact_prefix={folder}/", "-print_final_stats=1", str(seeds)], tried)
    atheris.Fuzz()


def holds(target: Target, seconds: int) -> bool:
    """Whether nothing broke a target in a process of its own; tells how often it was tried, or what happened."""
    with tempfile.TemporaryDirectory(prefix="tenantry-fuzz-") as folder:
        process = FORKED.Process(target=guided, args=(target, seconds, Path(folder)))
        process.start()
        process.join()
        output = (Path(folder) / "output").read_text(errors="replace")
        broken = [f"{target.__name__}({file.read_bytes()!r})" for file in Path(folder).glob("*-*")]
    found = TRIED.search(output)
    held = process.exitcode == 0 and found is not None
    print(f"{target.__name__}: held, tried {int(found[1]):,} times" if held else "\n".join([PROGRESS.sub("", output), "Broken by:", *broken]), flush=True)
    return held


if __name__ == "__main__":
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sys.exit(not all(list(pool.map(lambda target: holds(target, int(sys.argv[1])), TARGETS))))
