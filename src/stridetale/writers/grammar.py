"""What an answer may look like: a GBNF grammar for llama.cpp, a JSON schema for endpoints.

The grammar makes wrong numbers impossible rather than unlikely: no digit, no letter beyond a to z,
no slot but those that were asked for, each once and in their order, and no capital inside a
sentence, so that neither days nor names of places and people can be made up.
"""

from collections.abc import Sequence
from typing import Any

_WORDS = """\
root ::= title "\\n" s0
title ::= capital (" " (word | capital)){1,6}
separator ::= " " | ", " | "; " | ": "
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


def gbnf(slots: Sequence[str]) -> str:
    """A grammar that allows a title line and one paragraph with these slots, in this order.

    Its states count the slots that are written: s0 begins a sentence before the first of them,
    m1 goes on with one after it, e2 ends one after the second.
    """
    states = [_WORDS]
    for used, slot in enumerate(slots):
        states.append(
            f's{used} ::= capital m{used} | "{{{slot}}}" m{used + 1}\n'
            f'm{used} ::= separator (word m{used} | "{{{slot}}}" m{used + 1}) | [.!?] e{used}\n'
            f'e{used} ::= " " s{used}\n'
        )
    end = len(slots)
    states.append(
        f"s{end} ::= capital m{end}\nm{end} ::= separator word m{end} | [.!?] e{end}\n"
        f'e{end} ::= (" " s{end})?\n'
    )
    return "".join(states)
