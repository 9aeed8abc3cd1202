"""What an answer may look like: a GBNF grammar for llama.cpp, a JSON schema for endpoints.

The grammar makes wrong numbers impossible rather than unlikely: no digit, no letter beyond a to z,
no slot but those that were asked for, each once, in their order and between words between which
the stories of the training data have it, and no capital inside a sentence, so that neither days nor
names of places and people can be made up.
"""

from collections.abc import Sequence
from typing import Any

from stridetale.writers.hints import neighbours

_WORDS = """\
root ::= title "\\n" s0
title ::= capital (" " (word | capital)){1,6}
separator ::= " " | ", " | "; " | ": "
capital ::= [A-Z] [a-z]{0,14} (['] [a-z]{1,4})?
word ::= [a-z]{1,15} (['] [a-z]{1,4} | "-" [a-z]{2,12})?"""

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
    m1 goes on with one after it, a1 stands right behind it, e2 ends one after the second.
    """
    rules = [_WORDS]
    for used in range(len(slots) + 1):
        rules += _states(slots, used)
    return "".join(f"{rule}\n" for rule in rules)


def _states(slots: Sequence[str], used: int) -> list[str]:
    """What may follow where so many slots are written."""
    then = slots[used : used + 1]
    begins, goes_on, ends = [f"capital m{used}"], [f"word m{used}"], f'" " s{used}'
    comma = ""
    for slot in then:
        before, _ = neighbours(slot)
        written = f'"{{{slot}}}" a{used + 1}'
        words = _any_of([word for word in before if word.isalpha()])
        begins += [written] if "." in before else []
        begins += [f'({words.title()}) " " {written}'] if words else []
        goes_on += [f'({words}) " " {written}'] if words else []
        comma = f' | ", " {written}' if "," in before else ""
    rules = [
        f"s{used} ::= {' | '.join(begins)}",
        f"m{used} ::= separator ({' | '.join(goes_on)}){comma} | [.!?] e{used}",
        f"e{used} ::= {ends if then else f'({ends})?'}",
    ]
    if used:
        rules.append(f"a{used} ::= {_behind(slots[used - 1], then, used)}")
    return rules


def _behind(slot: str, then: Sequence[str], used: int) -> str:
    """What may stand right behind a slot."""
    _, after = neighbours(slot)
    words = _any_of([word for word in after if word.isalpha()])
    found = [f"[.!?] e{used}", f'", " word m{used}']
    found += [f'" " ({words}) m{used}'] if words else []
    found += [f'" {{{one}}}" a{used + 1}' for one in then if f"{{{one}}}" in after]
    return " | ".join(found)


def _any_of(words: Sequence[str]) -> str:
    return " | ".join(f'"{word}"' for word in words)
