"""Hints: what a small model is told beyond the activity, drawn by chance.

Its likeliest story is its best, but it would be the same for every morning ride. So chance stands
in what it is told: which facts the story uses, in which order, and a word that it is about. Both
come from the stories that it was trained on (`training/hints.py`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from stridetale.facts import Facts

FILE = "data/model/hints.json"
_ENOUGH = 12
"""With fewer orders of slots than this for a family of sports, those of all families serve."""
_COMMON = "any"


@dataclass(frozen=True)
class Hint:
    """What a draft should be like."""

    slots: tuple[str, ...]
    """The facts that it uses, in this order, each once."""
    about: str | None = None
    """A word that it may turn on."""


def draw(facts: Facts, seed: int) -> Hint:
    """A hint that fits these facts, the same for the same seed."""
    rng = Random(seed)  # noqa: S311 (no secret)
    hints = _hints()
    family = facts.sport.family
    known = {**hints["slots"][_COMMON]}
    own = _possible(hints["slots"].get(family, {}), facts)
    orders = own if len(own) >= _ENOUGH else _possible(known, facts)
    words = sorted({**hints["about"].get(family, {}), **hints["about"][_COMMON]})
    slots = rng.choices(list(orders), list(orders.values()))[0] if orders else facts.slots[:1]
    return Hint(tuple(slots), rng.choice(words))


def _possible(orders: Mapping[str, int], facts: Facts) -> dict[tuple[str, ...], int]:
    """Those orders whose facts are all known, with the number of stories that have them."""
    split = {tuple(order.split()): count for order, count in orders.items()}
    return {order: count for order, count in split.items() if set(order) <= set(facts.slots)}


@cache
def _hints() -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = json.loads(
        files("stridetale").joinpath(FILE).read_text(encoding="utf-8")
    )
    return found
