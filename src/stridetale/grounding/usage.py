"""Slots: whether each is known, well-formed, used as what it is, and not used twice. Pure.

Where a slot may stand is in `data/<language>/slots.toml`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from stridetale.facts import SLOTS, Facts
from stridetale.grounding.contradiction import Contradiction
from stridetale.grounding.phrases import Phrases
from stridetale.grounding.reading import Text, Token
from stridetale.wordlists import table

LEAST_NUMBERS = 2
"""Numeric slots that a body has at the least, where so many are known."""

_BRACES = re.compile(r"\S*[{}]\S*")
_LONGEST_PHRASE = 5


def contradictions(title: Text, body: Text, facts: Facts) -> Iterator[Contradiction]:
    """What is wrong with the slots of a draft."""
    numeric = frozenset(fact.slot for fact in facts if fact.unit is not None)
    for text in (title, body):
        yield from _unreadable(text, facts)
        yield from misuses(text, facts)
    yield from _repeated(body, numeric)
    said = {slot.slot for slot in body.slots} & numeric
    least = min(LEAST_NUMBERS, len(numeric))
    if len(said) < least:
        yield Contradiction("too_few_facts", f"{len(said)} of the numbers", f"at least {least}")


def _unreadable(text: Text, facts: Facts) -> Iterator[Contradiction]:
    for slot in text.slots:
        if slot.slot not in facts:
            known = None if slot.slot in SLOTS else ", ".join(facts.slots)
            yield Contradiction("unknown_slot", slot.text, known, text.where)
    for brace in _BRACES.finditer(text.outside):
        yield Contradiction("malformed_slot", brace[0], None, text.where)
    for slot in text.slots:
        before, after = text.raw[: slot.start][-1:], text.raw[slot.end :][:2]
        if before.isalnum() or before in _GLUES or after[:1].isalnum() or _is_glued(after):
            said = text.raw[max(0, slot.start - 1) : slot.end + 2]
            yield Contradiction("misused_slot", said.strip(), None, text.where)


_GLUES = frozenset("-–_/'’") | {"$", "€", "£", "#", "+", "~", "<", ">", "="}


def _is_glued(after: str) -> bool:
    """Whether what follows a slot is part of its word: "{distance}-long", but not "{day}'s"."""
    return after[:1] in {"-", "_", "/", "%", "+"} or (after[:1] in {"'", "’"} and after[1:] != "s")


def _repeated(body: Text, numeric: frozenset[str]) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for slot in body.slots:
        if slot.slot in seen & numeric:
            yield Contradiction("repeated_slot", slot.text)
        seen.add(slot.slot)


@dataclass(frozen=True)
class _Rules:
    """How one slot may stand."""

    after: frozenset[str]
    not_after: Phrases[None]
    not_before: Phrases[None]
    not_with: Phrases[None]
    needs_with: Phrases[None] | None


def misuses(text: Text, facts: Facts, only: str | None = None) -> Iterator[Contradiction]:
    """Where a slot of a text (or only one of them) stands as something that it is not."""
    rules, prepositions, joins = _rules(facts.style.language)
    for index, token in enumerate(text.tokens):
        if token.slot not in rules or only not in (None, token.slot):
            continue
        first, last = _misuse(text, index, rules[token.slot], prepositions, joins)
        if last > first:
            yield Contradiction("misused_slot", text.said(first, last), None, text.where)
        elif not _has_context(text, token, rules[token.slot]):
            yield Contradiction("misused_slot", f"{token.text} without what it is of")


def _misuse(
    text: Text, index: int, rules: _Rules, prepositions: frozenset[str], joins: frozenset[str]
) -> tuple[int, int]:
    """The tokens that use a slot wrongly, from first to last; the slot alone where none do."""
    tokens, slot = text.tokens, text.tokens[index]
    if index and slot.joined:
        word = tokens[index - 1].word
        if word in prepositions and word not in rules.after:
            return index - 1, index
    for first in range(max(0, index - _LONGEST_PHRASE), index if slot.joined else 0):
        if any(match.last == index - 1 for match in rules.not_after.matches_at(tokens, first)):
            return first, index
    if index + 1 < len(tokens) and tokens[index + 1].joined:
        for match in rules.not_before.matches_at(tokens, index + 1):
            return index, match.last
    begin, end = _own_part(text, index, joins)
    for match in rules.not_with.matches(tokens[begin:end]):
        near = (begin + match.first, begin + match.last, index)
        return min(near), max(near)
    return index, index


def _own_part(text: Text, index: int, joins: frozenset[str]) -> tuple[int, int]:
    """The part of a clause that is about one slot: up to the "and" that leads to another slot."""
    tokens, clause = text.tokens, text.tokens[index].clause
    reach: list[int] = []
    for step in (-1, 1):
        at, join = index + step, None
        while 0 <= at < len(tokens) and tokens[at].clause == clause and not tokens[at].is_slot:
            join = at if tokens[at].word in joins else join
            at += step
        meets = 0 <= at < len(tokens) and tokens[at].clause == clause
        reach.append(join if meets and join is not None else at)
    return reach[0] + 1, reach[1]


def _has_context(text: Text, slot: Token, rules: _Rules) -> bool:
    """Whether the sentence of a slot says what its number is of, where it must."""
    if rules.needs_with is None or text.where == "title":
        return True
    sentence = [token for token in text.tokens if token.sentence == slot.sentence]
    return any(True for _ in rules.needs_with.matches(sentence))


@cache
def _rules(language: str) -> tuple[dict[str, _Rules], frozenset[str], frozenset[str]]:
    rows = table(f"{language}/slots.toml")
    rules: dict[str, _Rules] = {}
    for slot in SLOTS:
        row = rows[slot]
        general = rows if row["numeric"] else {"not_after": [], "not_before": []}
        rules[slot] = _Rules(
            after=frozenset(row["after"]),
            not_after=_phrases(general["not_after"], row["not_after"]),
            not_before=_phrases(general["not_before"], row["not_before"]),
            not_with=_phrases(row["not_with"]),
            needs_with=_phrases(row["needs_with"]) if row["needs_with"] else None,
        )
    return rules, frozenset(rows["prepositions"]), frozenset(rows["joins"])


def _phrases(*lists: list[str]) -> Phrases[None]:
    return Phrases((phrase, None) for phrase in chain(*lists))
