"""What an answer may look like: a GBNF grammar for llama.cpp, a JSON schema for endpoints.

The grammar makes mistakes impossible rather than unlikely. It has no digit, no slot but those that
were asked for, each once and in their order, and no two words, marks or slots behind each other
that do not stand so in a story of the training data, or would claim by themselves what the facts
do not support. So no word is invented, and hardly a phrase.
"""

from collections.abc import Sequence
from typing import Any

from stridetale.writers.habits import EDGE, Company, Follows
from stridetale.writers.paths import behind, paths

_FREE = """\
root ::= title "\\n" sentence (" " sentence){2,5}
title ::= capital (" " (word | capital)){1,6}
sentence ::= (capital | slot) (separator piece){2,28} [.!?]
separator ::= " " | ", " | "; "
piece ::= word (separator slot (" " slot)?)?
capital ::= [A-Z] [a-z]{0,14} (['] [a-z]{1,4})?
word ::= [a-z]{1,15} (['] [a-z]{1,4} | "-" [a-z]{2,12})?
"""

_TO_EDGE = "Z"
"""The kind of the paths to the end of a sentence."""

LEAST_SENTENCES, MOST_SENTENCES = 4, 6
"""Of a paragraph of 50 words, as nearly all training stories have it."""

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


def gbnf(slots: Sequence[str], company: Company, *, least: int) -> str:
    """A grammar that allows a title line and one paragraph of words in this company.

    The slots stand in it in this order, at least so many of them: where a text must have one that
    its model finds no place for, it goes on and on. The states count the slots that are written,
    and the sentences: s0n1 begins the first sentence, a1n2 stands in the second one right behind
    the first slot, e2n3 right behind the third sentence, with two slots written.
    """
    slots = [slot for slot in slots if f"{{{slot}}}" in company.body]
    rules = [
        f'root ::= {behind(EDGE, "T")} "\\n" s0n1',
        *paths("T", company.title, EDGE),
        *paths(_TO_EDGE, company.body, EDGE),
    ]
    for used, slot in enumerate(slots):
        rules += paths(_to(used), company.body, f"{{{slot}}}")
    for sentence in range(1, MOST_SENTENCES + 1):
        for used in range(len(slots) + 1):
            rules += _states(slots, used, sentence, company.body, least)
    return "".join(f"{rule}\n" for rule in rules)


def free(slots: Sequence[str]) -> str:
    """A grammar for a model that knows none of our habits: plain words and these slots, anywhere.

    Its bounds are wider than what is wanted (grounding counts the words): a model that meets one
    in mid-sentence is left with nothing but to glue words together.
    """
    any_slot = " | ".join(f'"{{{slot}}}"' for slot in slots)
    return f"{_FREE}slot ::= {any_slot}\n"


def _states(
    slots: Sequence[str], used: int, sentence: int, follows: Follows, least: int
) -> list[str]:
    """What may follow where so many slots are written, in this sentence."""
    here = f"{used}n{sentence}"
    enough = used >= min(least, len(slots))
    stops = [f"[.!?] e{here}"] if enough or sentence < MOST_SENTENCES else []
    rules = [f"s{here} ::= {_from(EDGE, slots, used, sentence, follows, stops)}"]
    if used:
        written = f"{{{slots[used - 1]}}}"
        rules.append(f"a{here} ::= {_from(written, slots, used, sentence, follows, stops)}")
    if sentence < MOST_SENTENCES:
        more = f'" " s{used}n{sentence + 1}'
        may_end = enough and sentence >= LEAST_SENTENCES
        rules.append(f"e{here} ::= {f'({more})?' if may_end else more}")
    else:
        rules.append(f'e{here} ::= ""')
    return rules


def _from(
    part: str, slots: Sequence[str], used: int, sentence: int, follows: Follows, stops: list[str]
) -> str:
    """All ways from the edge or a slot: to the end of the sentence, or to the next slot."""
    ways = [f"{behind(part, _TO_EDGE)} {stop}" for stop in stops]
    for slot in slots[used : used + 1]:
        written = f'"{{{slot}}}" a{used + 1}n{sentence}'
        ways.append(f'{behind(part, _to(used))} " " {written}')
        if part == EDGE and f"{{{slot}}}" in follows[EDGE]:
            ways.append(written)
    return " | ".join(ways)


def _to(used: int) -> str:
    """The kind of the paths to the next slot."""
    return "ABCDEFGHIJKLM"[used]
