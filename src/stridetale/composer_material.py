"""The composer's material: little plots in `data/<language>/composer_*.toml`, read once.

An arc is a complete little plot. Its `lines` stand in their order, each with one or more ways to
say it; a way may begin with the traits that it needs, "(hilly !motor) The climbs …", and needs
the facts of its slots. An empty way leaves its line out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stridetale.draft import SLOT, count_words
from stridetale.wordlists import table

FILES = (
    "any", "ride_quiet", "ride_loud", "run_quiet", "run_loud", "foot", "water", "glide", "room",
)  # fmt: skip
"""The tables of arcs: `composer_any.toml` and so on."""

_NEEDS = re.compile(r"\(([^)]*)\) ?")
_SENTENCE_END = re.compile(r"""(?<=[.!?…])["'”’)]*\s+(?=["'“‘(]?(?:[A-Z]|\{))""")


@dataclass(frozen=True)
class Needs:
    """The traits that an activity must have, and those that it must not have."""

    wanted: frozenset[str]
    unwanted: frozenset[str]

    @classmethod
    def parse(cls, words: str) -> "Needs":
        """From "hilly !motor"."""
        each = words.split()
        return cls(
            frozenset(word for word in each if not word.startswith("!")),
            frozenset(word[1:] for word in each if word.startswith("!")),
        )

    def met_by(self, traits: frozenset[str]) -> bool:
        """Whether an activity with these traits has all that is wanted and nothing unwanted."""
        return self.wanted <= traits and self.unwanted.isdisjoint(traits)


@dataclass(frozen=True)
class Way:
    """One way to say a line, in slot form."""

    text: str
    needs: Needs
    slots: tuple[str, ...]
    words: int
    """Without those of its slots."""
    sentences: frozenset[str]

    @classmethod
    def parse(cls, line: str) -> "Way":
        """From "(hilly !motor) The climbs took {moving_time}."."""
        found = _NEEDS.match(line)
        text = line[found.end() :] if found else line
        return cls(
            text,
            Needs.parse(found[1] if found else ""),
            tuple(SLOT.findall(text)),
            count_words(SLOT.sub("", text)),
            frozenset(sentences_of(text)),
        )


@dataclass(frozen=True)
class Arc:
    """A little plot."""

    name: str
    kinds: frozenset[str]
    """Families or sport types; "any" suits every one."""
    tones: frozenset[str]
    needs: Needs
    titles: tuple[Way, ...]
    lines: tuple[tuple[Way, ...], ...]
    sentences: frozenset[str]

    @property
    def general(self) -> bool:
        """Whether it suits any sport."""
        return "any" in self.kinds


@dataclass(frozen=True)
class Material:
    """All that the composer knows in one language."""

    arcs: tuple[Arc, ...]
    asides: tuple[tuple[str, Way], ...]
    """Each with its tone: sentences that may stand before the beginning of any plot."""
    last: Arc
    """What is always true: for a time when nothing else fits."""


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text, in slot form."""
    return (sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip())


@cache
def material(language: str) -> Material:
    """The material of a language.

    Raises:
        FileNotFoundError: there is none.
    """
    arcs = [
        _arc(name, row)
        for file in FILES
        for name, row in table(f"{language}/composer_{file}.toml").items()
    ]
    spare = table(f"{language}/composer.toml")
    asides = tuple((row["tone"], Way.parse(line)) for row in spare["aside"] for line in row["ways"])
    return Material(tuple(arcs), asides, _arc("last", spare["last"]))


def _arc(name: str, row: Mapping[str, Any]) -> Arc:
    lines = tuple(tuple(Way.parse(way) for way in line) for line in row["lines"])
    return Arc(
        name,
        frozenset(row["for"].split()),
        frozenset(row["tone"].split()),
        Needs.parse(row.get("when", "")),
        tuple(Way.parse(title) for title in row["titles"]),
        lines,
        frozenset().union(*(way.sentences for line in lines for way in line)),
    )
