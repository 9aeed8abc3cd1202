"""Hints: what a small model is told beyond the activity, drawn by chance.

Its likeliest story is its best, but it would be the same for every morning ride. So chance stands
in what it is told: which facts the story uses and in which order, as some story that it was
trained on does, and a word that it is about, as some story of that sport is.
"""

from dataclasses import dataclass
from random import Random

from stridetale.composer_scene import traits_of
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
    """How many of its slots a story needs, from the first: numbers enough, and what is telling."""
    numbers = _numbers(facts)
    missed = _telling(facts).intersection(hint.slots)
    least = min(LEAST_NUMBERS, len(numbers.intersection(hint.slots)))
    for told in range(len(hint.slots)):
        first = set(hint.slots[:told])
        if first >= missed and len(first & numbers) >= least:
            return told
    return len(hint.slots)


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
    numbers, missed = _numbers(facts), _telling(facts)
    least = min(LEAST_NUMBERS, len(numbers))
    for wanted, told in (
        (least, missed),
        *((some, frozenset[str]()) for some in range(least, 0, -1)),
    ):
        orders = _possible(facts.sport.family, facts, wanted, told)
        if len(orders) < _ENOUGH:
            orders = _possible(habits.ANY, facts, wanted, told)
        if orders:
            [begun] = rng.choices(list(orders), list(orders.values()))
            others = [slot for slot in facts.slots if slot in numbers.difference(begun)]
            return (*begun, *rng.sample(others, least - wanted))
    return tuple(slot for slot in facts.slots if slot in numbers)[:least] or facts.slots[:1]


def _telling(facts: Facts) -> frozenset[str]:
    """What an athlete would miss in a story: how far it was, and on hills how much it went up."""
    telling = {"distance", "elevation_gain"} if "hilly" in traits_of(facts) else {"distance"}
    return frozenset(telling.intersection(facts.slots))


def _possible(
    family: str, facts: Facts, least: int, told: frozenset[str]
) -> dict[tuple[str, ...], int]:
    """The orders of known facts, with these and so many numbers, and how many stories have each."""
    known = set(facts.slots)
    numbers = _numbers(facts)
    return {
        order: count
        for order, count in habits.orders(family).items()
        if told <= set(order) <= known and len(numbers & set(order)) >= least
    }


def _numbers(facts: Facts) -> frozenset[str]:
    return frozenset(fact.slot for fact in facts if fact.unit is not None)
