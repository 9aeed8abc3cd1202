"""Habits: how the stories that the embedded model was trained on use words and facts.

`training/hints.py` reads them from those stories: in which orders they use facts, and which words
stand behind each other in them. What the model writes is kept to these (see `grammar`).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
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

BEHIND = "<"
"""Of a part for which it matters what it stands behind: "was<speed"."""

Follows = Mapping[str, Collection[str]]
"""For a word, a mark or a slot ("{distance}"): what may stand right behind it.

Some words stand in it with the word before them, too: behind "speed" comes "was<speed", and behind
that what stands behind "speed was".
"""


@dataclass(frozen=True)
class Company:
    """Which words may stand behind each other, in a story and in its title."""

    body: Follows
    title: Follows


def company(facts: Facts) -> Company:
    """What may be said of these facts, word by word.

    As in the training stories of such sports, without the words and the pairs of words that would
    claim by themselves what the facts do not support: no "wind" where none is known, no "hill" on
    a flat road, no "day began" in an afternoon.
    """
    habits = _habits()
    words = frozenset(word for word in habits["words"] if is_sayable(word, facts))
    pairs = (tuple(pair.split()) for pair in habits["watched"])
    unsaid = frozenset(
        pair for pair in pairs if words.issuperset(pair) and not is_sayable(" ".join(pair), facts)
    )
    kind = habits["kinds"].get(facts.sport.family)
    return Company(*(_without(unsaid, _pairs(part, kind), words) for part in ("body", "title")))


def written(part: str) -> str:
    """What a part is in a text, wherever it stands."""
    return part.partition(BEHIND)[0]


@cache
def orders(family: str) -> Mapping[tuple[str, ...], int]:
    """How many stories of a family of sports use facts in which order."""
    found = _habits()["orders"].get(family, {})
    return {tuple(order.split()): count for order, count in found.items()}


def _without(
    unsaid: frozenset[tuple[str, ...]], follows: Mapping[str, set[str]], words: frozenset[str]
) -> Follows:
    """What follows what, in these words, without these pairs and without any dead end."""

    def may(part: str) -> bool:
        return all(not one[0].isalpha() or one.casefold() in words for one in part.split(BEHIND))

    left = {
        one: {
            other
            for other in others
            if may(other) and (written(one).casefold(), written(other).casefold()) not in unsaid
        }
        for one, others in follows.items()
        if may(one)
    }
    size = 0
    while size != len(left):
        size = len(left)
        left = {one: on for one, others in left.items() if (on := others & left.keys())}
    return left


@cache
def _pairs(part: str, kind: str | None) -> Mapping[str, set[str]]:
    """What stands behind what in stories of one kind of sports, or of several kinds."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for some in (ANY, kind):
        for one, others in _habits()[part].get(some, {}).items():
            found[one].update(others.split())
    return found


@cache
def _habits() -> dict[str, Any]:
    text = files("stridetale").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
