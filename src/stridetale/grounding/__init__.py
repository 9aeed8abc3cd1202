"""Grounding: reads a draft as a stranger would and lists what contradicts the facts. Pure.

A word list can find what must not be said, never prove what may: where a word could be a claim,
it is taken for one. A false alarm costs another draft, a missed lie costs the reader's trust.
"""

from stridetale.draft import Draft
from stridetale.facts import Facts
from stridetale.grounding import claims, form, names, usage
from stridetale.grounding.contradiction import Contradiction, Kind
from stridetale.grounding.readback import read_back
from stridetale.grounding.reading import LONGEST, read

__all__ = ["Contradiction", "Kind", "contradictions", "read_back"]


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
    return list(dict.fromkeys(found))
