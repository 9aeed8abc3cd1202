"""Hints: what a small model is told beyond the activity, drawn by chance.

Its likeliest story is its best, but it would be the same for every morning ride. So chance stands
in what it is told: which facts the story uses and in which order, as some story that it was
trained on does, and a word that it is about.
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
    words = words_about(
        facts.sport.family,
        climbs="elevation_gain" in slots,
        indoor=facts.indoor,
        pool=facts.pool,
    )
    return Hint(slots, rng.choice([word for word in words if is_sayable(word, facts)]))


def needed(hint: Hint, facts: Facts) -> int:
    """How many of its slots a story needs, from the first, to have as many numbers as it must."""
    numbers = _numbers(facts)
    told = [index for index, slot in enumerate(hint.slots, start=1) if slot in numbers]
    return told[: min(LEAST_NUMBERS, len(numbers))][-1] if told else 0


def words_about(family: str, *, climbs: bool, indoor: bool, pool: bool) -> list[str]:
    """The words that a story of such a sport may be about."""
    about = table("en/about.toml")
    under_roof = {"land": "indoor", "snow": "indoor"} if indoor else {}
    groups = [under_roof.get(group, group) for group in about["families"][family]]
    more = {"climb": climbs and not indoor, "pool": pool, "indoor": indoor}
    groups += [group for group, holds in more.items() if holds]
    return list(dict.fromkeys(word for group in groups for word in about["words"][group]))


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
