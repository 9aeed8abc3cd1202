"""Hints: what a small model is told beyond the activity, drawn by chance.

Its likeliest story is its best, but it would be the same for every morning ride. So chance stands
in what it is told: which facts the story uses and in which order, as some story that it was
trained on does, and a word that it is about, as some story of that sport is.
"""

from dataclasses import dataclass
from random import Random

from stridetale.facts import Facts
from stridetale.grounding import is_sayable
from stridetale.grounding.usage import LEAST_NUMBERS
from stridetale.wordlists import table
from stridetale.writers import habits

_ENOUGH = 12
"""With fewer orders of facts than this for a family of sports, those of all families serve."""
_ENOUGH_WORDS = 8
"""With fewer words to be about than this for a sport, those of its family serve, or of all."""


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
    slots = _slots(facts, rng)
    words = _words(facts, climbs="elevation_gain" in slots)
    [about] = rng.choices(list(words), list(words.values()))
    return Hint(slots, about)


def needed(hint: Hint, facts: Facts) -> int:
    """How many of its slots a story needs, from the first, to have as many numbers as it must."""
    numbers = _numbers(facts)
    told = [index for index, slot in enumerate(hint.slots, start=1) if slot in numbers]
    return told[: min(LEAST_NUMBERS, len(numbers))][-1] if told else 0


def _words(facts: Facts, *, climbs: bool) -> dict[str, int]:
    """What stories of this sport are about, and how many of them: of a racket in squash alone."""
    uphill = frozenset(table("en/about.toml")["uphill"])
    for key in (facts.sport.sport_type, facts.sport.family, habits.ANY):
        words = {
            word: count
            for word, count in habits.abouts(key).items()
            if (climbs or word not in uphill) and is_sayable(word, facts)
        }
        if len(words) >= _ENOUGH_WORDS:
            break
    return words


def _slots(facts: Facts, rng: Random) -> tuple[str, ...]:
    """An order of facts that some story has, or of which some story has the beginning."""
    numbers = _numbers(facts)
    least = min(LEAST_NUMBERS, len(numbers))
    for wanted in range(least, 0, -1):
        orders = _possible(facts.sport.family, facts, wanted)
        if len(orders) < _ENOUGH:
            orders = _possible(habits.ANY, facts, wanted)
        if orders:
            [begun] = rng.choices(list(orders), list(orders.values()))
            others = [slot for slot in facts.slots if slot in numbers.difference(begun)]
            return (*begun, *rng.sample(others, least - wanted))
    return tuple(slot for slot in facts.slots if slot in numbers)[:least] or facts.slots[:1]


def _possible(family: str, facts: Facts, least: int) -> dict[tuple[str, ...], int]:
    """The orders of known facts, so many numbers among them, and how many stories have each."""
    known = set(facts.slots)
    numbers = _numbers(facts)
    return {
        order: count
        for order, count in habits.orders(family).items()
        if set(order) <= known and len(numbers & set(order)) >= least
    }


def _numbers(facts: Facts) -> frozenset[str]:
    return frozenset(fact.slot for fact in facts if fact.unit is not None)
