"""Grounding: reads a draft as a stranger would and lists what contradicts the facts. Pure.

A word list can find what must not be said, never prove what may: where a word could be a claim,
it is taken for one. A false alarm costs another draft, a missed lie costs the reader's trust.
"""

from stridetale.draft import Draft
from stridetale.facts import Facts
from stridetale.grounding import claims, form, names, usage
from stridetale.grounding.contradiction import Contradiction, Kind
from stridetale.grounding.readback import read_back
from stridetale.grounding.reading import LONGEST, read, words_of

__all__ = ["Contradiction", "Kind", "contradictions", "is_sayable", "read_back"]


def contradictions(draft: Draft, facts: Facts) -> list[Contradiction]:
    """What in the draft contradicts the facts; an empty list means that it may be told.

    It never raises, whatever the text, and reads no more than `LONGEST` characters of a text.
    """
    if max(len(draft.title), len(draft.body)) > LONGEST:
        return [Contradiction("length", "a text of that size", "40 to 60 words")]
    title, body = read(draft.title, "title"), read(draft.body, "body")
    found = [
        *form.contradictions(draft, title, body, facts),
        *usage.contradictions(title, body, facts),
        *(one for text in (title, body) for one in claims.contradictions(text, facts)),
        *(one for text in (title, body) for one in names.contradictions(text, facts)),
    ]
    return _without_echoes(list(dict.fromkeys(found)))


def is_sayable(word: str, facts: Facts) -> bool:
    """Whether a word claims nothing by itself that the facts do not support."""
    return not any(claims.contradictions(read(word, "body"), facts))


def _without_echoes(found: list[Contradiction]) -> list[Contradiction]:
    """Without the names and the shouting that something more telling says of the same words."""
    kept: list[Contradiction] = []
    for one in sorted(found, key=lambda one: _ECHOES.get(one.kind, 0)):
        telling = (words_of(other.said) for other in kept if other.where == one.where)
        if one.kind not in _ECHOES or not any(words_of(one.said) <= words for words in telling):
            kept.append(one)
    return kept


_ECHOES: dict[Kind, int] = {"shouting": 1, "name": 2}
