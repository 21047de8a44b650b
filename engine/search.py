"""Names that have some words in them, in the order of names: found by their parts, or by walking from name to name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from engine.dialects import Dialect
from engine.expr import TEXT, TEXTS, Bound

#: Fewer names than this are looked through, whatever else holds.
FEW = 500
#: A viewer who reaches no more tenants than this has their names walked: sooner done than telling them from others.
NEAR = 5_000
#: Two letters that are met often, and go on in more ways than this, are all over the names: a walk meets them soon.
WAYS = 8
#: Of so many parts of what is looked for the rarest is found out.
COMPARED = 8


def longest_of(words: str) -> str:
    """The word that says most, of words between spaces; "" where there is none."""
    return max(words.split(), key=len, default="")


def others_of(words: str) -> list[str]:
    """The other words."""
    others = words.split()
    if others:
        others.remove(longest_of(words))
    return list(dict.fromkeys(others))


def parts_of(words: str) -> list[str]:
    """What to look for words by: any three letters of one that follow one another, or its only two; none of a single letter."""
    parts = list(dict.fromkeys(word[n:n + 3] for word in words.split() for n in range(max(1, len(word) - 2)) if len(word) > 1))
    return [parts[n * len(parts) // COMPARED] for n in range(COMPARED)] if len(parts) > COMPARED else parts


class Words(NamedTuple):
    """What a search binds: the longest word, the others, and the parts by which names that have them are found."""

    longest: Bound
    others: Bound
    parts: Bound

    @classmethod
    def of(cls, words: Bound) -> Words:
        return cls(words.further(longest_of, TEXT), words.further(others_of, TEXTS), words.further(parts_of, TEXTS))


@dataclass
class Source:
    """Where names are met: `rows` are called r, and have a tenant_id and a name_key.

    rows  what stands behind "from", after the names of `outer` if there are any
    tests what must hold of a row besides having the letters
    mask  what the viewer's place is marked with
    """

    rows: str
    tests: list[str]
    mask: str = "0"
    outer: str = ""


@dataclass
class Search:
    """Writes which names come first, as tenant_id, name_key and mask. All texts are SQL.

    table    has every three letters that follow one another in a name, and its last two: (letters, name_key, tenant_id)
    longest  the longest word that is looked for
    others   the list of the others
    parts    the list that parts_of makes of all of them
    order    how r, or what else {0} is, is ordered, with a limit
    """

    dialect: Dialect
    table: str
    longest: str
    others: str
    parts: str
    order: str

    def sql(self, far: str, by_parts: Source, walking: Source) -> str:
        """`far` tells whether the viewer reaches more than NEAR tenants."""
        parts = Source(f"{self.table} r", [
            "r.letters = w.letters", self._has_letters(), self._is_first_place(), *by_parts.tests], by_parts.mask,
            f"(select letters from way where letters is not null and {COMPLETE}) w")
        walk = Source(walking.rows, [self._has_letters(), *walking.tests], walking.mask,
                      f"(select 1 as one where not {COMPLETE}) w{walking.outer}")
        return (f"with recursive {self.rarest()}, {self._ways(far)} select r.* from (select * from ({self._first(parts)}) p "
                f"union all select * from ({self._first(walk)}) p) r {self.order.format('r')}")

    def tenants(self, most: int) -> str:
        """Where names have that part."""
        return (f"select t.tenant_id from rarest f cross join {self.table} t "
                f"where t.letters >= f.letters and t.letters < {self._end('f.letters')} limit {most}")

    def rarest(self) -> str:
        """The part that the fewest names have, counted no further than need be."""
        had = f"select 1 from {self.table} t where t.letters >= p.letters and t.letters < {self._end('p.letters')} limit {FEW}"
        return (f"rarest(letters, had) as materialized (select p.letters, (select count(*) from ({had}) t) as had "
                f"from {self.dialect.each(self.parts, 'p', 'letters')} order by had limit 1)")

    def _ways(self, far: str) -> str:
        """That part, or what two letters go on with, one after the other; a null behind the last."""
        def after(sign: str, so_far: str, end: str) -> str:
            return (f"(select t.letters from {self.table} t where t.letters {sign} {so_far} and t.letters < {end} "
                    "order by t.letters limit 1)")
        return (f"way(letters, until, had, n) as (select {after('>=', 'f.letters', self._end('f.letters'))}, "
                f"{self._end('f.letters')}, f.had, 1 from rarest f where f.had < {FEW} or {far} "
                f"union all select {after('>', 'v.letters', 'v.until')}, v.until, v.had, v.n + 1 from way v "
                f"where v.letters is not null and (v.had < {FEW} or v.n <= {WAYS}))")

    def _end(self, letters: str) -> str:
        return f"{letters}||{self.dialect.last}"

    def _has_letters(self) -> str:
        return self.dialect.contains_all("r.name_key", self.longest, self.others)

    def _is_first_place(self) -> str:
        """Two letters that a name has in several places make it known by the first of these alone."""
        place = self.dialect.position("r.name_key", "(select letters from rarest)")
        return f"substr(r.name_key, {place}, 3) = r.letters"

    def _first(self, of: Source) -> str:
        return self.dialect.merged(of.outer, f"r.tenant_id, r.name_key, {of.mask} as mask", of.rows, of.tests, self.order)


#: Whether names are found by parts: the ways are known to the last.
COMPLETE = "exists (select 1 from way where letters is null)"
