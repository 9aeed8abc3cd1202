"""What an answer of a model without our adapter may look like.

A GBNF grammar for llama.cpp, a JSON schema for endpoints.
"""

from collections.abc import Sequence
from typing import Any

_FREE = """\
root ::= title "\\n" sentence (" " sentence){2,5}
title ::= capital (" " (word | capital)){1,6}
sentence ::= (capital | slot) (separator piece){2,28} [.!?]
separator ::= " " | ", " | "; "
piece ::= word (separator slot (" " slot)?)?
capital ::= [A-Z] [a-z]{0,14} (['] [a-z]{1,4})?
word ::= [a-z]{1,15} (['] [a-z]{1,4} | "-" [a-z]{2,12})?
"""

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


def free(slots: Sequence[str]) -> str:
    """A grammar for a model that knows none of our habits: plain words and these slots, anywhere.

    Its bounds are wider than what is wanted (grounding counts the words): a model that meets one
    in mid-sentence is left with nothing but to glue words together.
    """
    any_slot = " | ".join(f'"{{{slot}}}"' for slot in slots)
    return f"{_FREE}slot ::= {any_slot}\n"
