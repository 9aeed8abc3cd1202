"""Habits: which words the embedded model was trained on, and how its stories use facts.

`training/hints.py` reads them from those stories: in which orders they use facts, what they are
about, which words they have, and what stands next to a slot. What the model writes is kept to
these (see `grammar`).
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from stridetale.facts import Facts
from stridetale.grounding import is_sayable

FILE = "data/model/habits.json"
ANY = "any"
"""The family that stands for all families of sports."""
EDGE = "."
"""The beginning and the end of a sentence, or of a title."""

Neighbours = Mapping[str, Collection[str]]
"""Of a slot ("distance"): words, and phrases that only together give it its meaning ("speed was");
behind it also marks, other slots ("{part_of_day}") and the edge."""


@dataclass(frozen=True)
class Vocabulary:
    """What may be said, word by word."""

    words: Collection[str]
    begins: Collection[str]
    """With which a sentence begins, in lower case."""
    titles: Collection[str]
    title_begins: Collection[str]
    title_ends: Collection[str]
    before: Neighbours
    behind: Neighbours


def vocabulary(facts: Facts) -> Vocabulary:
    """What may be said of these facts.

    The words of the training stories of such sports, without those that would claim by themselves
    what the facts do not support: no "wind" where none is known, no "hill" on a flat road.
    """
    habits = _habits()
    sayable = frozenset(word for word in habits["words"] if is_sayable(word, facts))
    kind = habits["kinds"].get(facts.sport.family)

    def known(name: str) -> frozenset[str]:
        of_kind = (word for some in (ANY, kind) for word in _split(name, some))
        return frozenset(word for word in of_kind if word.casefold() in sayable)

    body = known("body")

    def next_to(name: str) -> Neighbours:
        return {
            slot: frozenset(one for one in said if body.issuperset(_words_in(one)))
            for slot, said in habits[name].items()
        }

    return Vocabulary(
        words=body,
        begins=known("begins"),
        titles=known("titles"),
        title_begins=known("title_begins"),
        title_ends=known("title_ends"),
        before=next_to("before"),
        behind=next_to("behind"),
    )


@cache
def orders(family: str) -> Mapping[tuple[str, ...], int]:
    """How many stories of a family of sports use facts in which order."""
    found = _habits()["orders"].get(family, {})
    return {tuple(order.split()): count for order, count in found.items()}


@cache
def abouts(sport: str) -> Mapping[str, int]:
    """How many stories of a sport, or of a family of sports, have which word to be about."""
    found: dict[str, int] = _habits()["abouts"].get(sport, {})
    return found


def _words_in(phrase: str) -> Iterator[str]:
    return (part for part in phrase.split() if part[0].isalpha())


@cache
def _split(name: str, kind: str | None) -> tuple[str, ...]:
    """Words of stories of one kind of sports alone; under `ANY` those of several kinds."""
    return tuple(_habits()[name].get(kind, "").split())


@cache
def _habits() -> dict[str, Any]:
    text = files("stridetale").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
