"""Asks: what the engine is asked for.

A model with an adapter of ours is told what it was trained on, and kept to what it learned, line by
line (`sentences`). Any other one is told the rules, and kept to slots and plain words.
"""

from dataclasses import dataclass

from stridetale.draft import Tone
from stridetale.policy import ForModels
from stridetale.writers import grammar, prompt


@dataclass(frozen=True)
class Ask:
    """A request of the engine."""

    messages: list[prompt.Message]
    """Where the last one is the assistant's, the model goes on with it."""
    grammar: str
    """GBNF that every candidate keeps to."""
    temperature: float
    max_tokens: int
    shuns_loops: bool = False
    """Whether words are made unlikely that would repeat a phrase."""


def untrained(facts: ForModels, tone: Tone) -> Ask:
    """All facts and all rules, for a whole draft."""
    return Ask(
        prompt.thorough(facts, tone),
        grammar.free(facts.slots),
        0.7,
        max_tokens=prompt.MAX_TOKENS,
        shuns_loops=True,
    )
