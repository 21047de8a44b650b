"""What was measured, and the one table in Markdown that tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

HEAD = ("database", "operation", "server", "requests/s", "p50 ms", "p99 ms", "refused", "statements", "MB", "Tenantry ×",
        "of the limit")


@dataclass
class Figures:
    """One server at one case on one database."""

    database: str
    case: str
    server: str
    statements: int = 0
    bytes: int = 0
    memory: int = 0
    refused: int = 0
    rounds: list[dict[str, float]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def note(self, latencies: list[float], elapsed: float, memory: int, refused: int = 0) -> None:
        """One turn: seconds that each answer took, seconds in all, bytes of memory after it, how many got no answer."""
        self.latencies += latencies
        self.refused += refused
        self.memory = max(self.memory, memory)
        self.rounds.append({"requests": len(latencies), "rate": round(len(latencies) / elapsed, 2),
                            "p50": percentile(latencies, 50), "p99": percentile(latencies, 99)})

    def told(self) -> dict[str, Any]:
        """As it is kept: the latencies of all rounds as percentiles in milliseconds."""
        kept = {k: v for k, v in vars(self).items() if k != "latencies"}
        return kept | {"p50": percentile(self.latencies, 50), "p99": percentile(self.latencies, 99)}


def percentile(seconds: list[float], p: int) -> float:
    """In milliseconds; 0 where nothing was answered."""
    ordered = sorted(seconds) or [0.0]
    return round(ordered[min(len(ordered) - 1, len(ordered) * p // 100)] * 1000, 3)


def as_table(found: dict[str, Any]) -> str:
    """One line for each server at each case. The ratios are medians of the rounds' own: within a round the servers take
    turns, so what else the machine does touches them alike."""
    figures = found["figures"]
    lines = [HEAD, ["---"] * 3 + ["---:"] * (len(HEAD) - 3), *(_line(one, figures) for one in figures)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _line(one: dict[str, Any], all_: list[dict[str, Any]]) -> list[str]:
    beside = {each["server"]: each for each in all_ if (each["database"], each["case"]) == (one["database"], one["case"])}
    return [one["database"], one["case"], one["server"], number(rate(one)), f"{one['p50']:.1f}", f"{one['p99']:.1f}",
            str(one["refused"]), str(one["statements"]), str(round(one["memory"] / 2**20)),
            number(ratio(beside["tenantry"], one)) if "tenantry" in beside else "–",
            f"{ratio(one, beside['limit']):.2f}" if "limit" in beside else "–"]


def rate(one: dict[str, Any]) -> float:
    return float(median(each["rate"] for each in one["rounds"]))


def ratio(one: dict[str, Any], other: dict[str, Any]) -> float:
    return median(a["rate"] / b["rate"] if b["rate"] else 0.0 for a, b in zip(one["rounds"], other["rounds"], strict=True))


def number(value: float) -> str:
    return f"{value:.1f}" if value < 20 else f"{value:.0f}"
