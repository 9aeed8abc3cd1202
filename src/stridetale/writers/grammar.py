"""What an answer may look like: a GBNF grammar for llama.cpp, a JSON schema for endpoints.

The grammar makes wrong numbers impossible rather than unlikely: no digit, no letter beyond a to z,
no slot but those of these facts, and no capital inside a sentence, so that neither days nor names
of places and people can be made up. Nor are lists of facts: at most two slots stand together.
"""

from collections.abc import Sequence
from typing import Any

from stridetale.facts import Facts

_TITLE_SLOTS = ("distance", "day", "part_of_day", "sport", "weather")
"""Those that read well in a title; {average_speed} does not."""

_WORDS = """\
root ::= title "\\n" body
title ::= (capital | titleslot) (" " titleword){1,7}
titleword ::= word | capital | titleslot
body ::= sentence (" " sentence){2,4}
sentence ::= (capital | slot) (separator piece){2,28} [.!?]
separator ::= " " | ", " | "; "
piece ::= word (separator slot (" " slot)?)?
capital ::= [A-Z] [a-z]{0,14} (['] [a-z]{1,4})?
word ::= [a-z]{1,15} (['] [a-z]{1,4} | "-" [a-z]{2,12})?
"""
# The bounds are wider than what is wanted (grounding counts the words): a model that meets one in
# mid-sentence is left with nothing but to glue words together.

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "description": "Two to seven words."},
        "body": {"type": "string", "description": "One paragraph of 40 to 60 words."},
    },
    "required": ["title", "body"],
    "additionalProperties": False,
}
"""No pattern and no bounds in it: half of the endpoints refuse a schema that has them."""


def gbnf(facts: Facts) -> str:
    """A grammar that allows a title line and one paragraph with the slots of these facts."""
    in_title = [slot for slot in facts.slots if slot in _TITLE_SLOTS]
    return f"{_WORDS}slot ::= {_any_of(facts.slots)}\ntitleslot ::= {_any_of(in_title)}\n"


def _any_of(slots: Sequence[str]) -> str:
    """The slots as alternatives; a plain word where there is none."""
    return " | ".join(f'"{{{slot}}}"' for slot in slots) or "word"
