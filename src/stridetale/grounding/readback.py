"""Reading back: a number that a writer wrote becomes the slot that it is. Pure.

A number with its unit that is one fact, at the precision at which it was written, becomes that
fact's slot. Where it could be two facts (a top speed and an average that round alike) the words
around it decide; where they do not, and where it is no fact, it stays, and is a contradiction.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from stridetale.draft import Draft
from stridetale.facts import Fact, Facts
from stridetale.grounding import usage
from stridetale.grounding.quantities import Quantity, quantities
from stridetale.grounding.reading import LONGEST, read
from stridetale.saying import Units

_SLOT = re.compile(r"\{[^{}]*\}")
_SPACES = re.compile(r"\s+")


def read_back(draft: Draft, facts: Facts) -> Draft:
    """The draft with slots where it had numbers (and the weekday) of the facts."""
    return Draft(title=_slotted(draft.title, facts), body=_slotted(draft.body, facts))


@dataclass(frozen=True)
class _Mention:
    """Something in a text that may be a fact."""

    start: int
    end: int
    verbatim: tuple[str, ...] = ()
    """The slots that are said in just these words."""
    equal: tuple[str, ...] = ()
    """The slots that are the same at this precision."""


def _slotted(text: str, facts: Facts) -> str:
    """The text with the mentions of facts replaced, from its end so that places stay."""
    if len(text) > LONGEST:
        return text
    for mention in sorted(_mentions(text, facts), key=lambda one: one.start, reverse=True):
        slot = _chosen(text, mention, facts)
        if slot is not None:
            text = _with_slot(text, mention, slot)
    return text


def _mentions(text: str, facts: Facts) -> list[_Mention]:
    """What may be a fact, no two overlapping: what is said as the fact is goes first."""
    taken = [found.span() for found in _SLOT.finditer(text)]
    kept: dict[tuple[int, int], _Mention] = {}
    for mention in chain(_verbatim(text, facts), _spelled(text, facts)):
        span = (mention.start, mention.end)
        if span in kept:
            kept[span] = replace(kept[span], equal=mention.equal)
        elif all(span[1] <= start or end <= span[0] for start, end in taken):
            taken.append(span)
            kept[span] = mention
    return list(kept.values())


def _verbatim(text: str, facts: Facts) -> Iterator[_Mention]:
    by_words: dict[str, list[str]] = {}
    for fact in facts:
        if fact.unit is not None or fact.slot == "day":
            by_words.setdefault(_plain(fact.said), []).append(fact.slot)
    if not by_words:
        return
    words = sorted(by_words, key=len, reverse=True)
    spelled = "|".join(re.escape(said).replace(r"\ ", r"\s+") for said in words)
    pattern = rf"(?<![\w.,:-])(?:{spelled})(?![\w/-]|[.,:]\d)"
    for found in re.finditer(pattern, text, re.IGNORECASE):
        yield _Mention(*found.span(), verbatim=tuple(by_words[_plain(found[0])]))


def _spelled(text: str, facts: Facts) -> Iterator[_Mention]:
    for quantity in quantities(text, facts.style.language):
        equal = tuple(fact.slot for fact in facts if _is(quantity, fact, facts.style.units))
        yield _Mention(quantity.start, quantity.end, equal=equal)


def _is(quantity: Quantity, fact: Fact, units: Units) -> bool:
    return (
        isinstance(fact.value, float)
        and quantity.unit == fact.unit
        and quantity.is_of(fact.value, units)
    )


def _plain(said: str) -> str:
    return _SPACES.sub(" ", said).casefold()


def _chosen(text: str, mention: _Mention, facts: Facts) -> str | None:
    """The slot of a mention; None where there is none, or where the words do not tell which."""
    slots = tuple(dict.fromkeys((*mention.verbatim, *mention.equal)))
    if len(slots) > 1:
        slots = tuple(slot for slot in slots if _fits(text, mention, slot, facts))
    if len(slots) > 1:
        slots = tuple(slot for slot in slots if slot in mention.verbatim)
    return slots[0] if len(slots) == 1 else None


def _fits(text: str, mention: _Mention, slot: str, facts: Facts) -> bool:
    return not any(usage.misuses(read(_with_slot(text, mention, slot), "body"), facts, slot))


def _with_slot(text: str, mention: _Mention, slot: str) -> str:
    return f"{text[: mention.start]}{{{slot}}}{text[mention.end :]}"
