"""Asks: what the engine is asked for, in the manner that its model knows.

A model with an adapter of ours is told what it was trained on, and kept to what it learned. Any
other one is told the rules, and kept to slots and plain words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from stridetale.draft import Tone
from stridetale.policy import ForModels
from stridetale.writers import grammar, habits, hints, prompt


@dataclass(frozen=True)
class Ask:
    """A request of the engine."""

    messages: list[prompt.Message]
    grammar: str
    """GBNF that every candidate keeps to."""
    temperature: float


Manner = Callable[[ForModels, Tone], Callable[[int], Ask]]
"""For facts and a tone: the ask of a wave, by its seed."""


def trained(facts: ForModels, tone: Tone) -> Callable[[int], Ask]:
    """A hint, another one for each seed. Chance stands in it, so the temperature is low."""
    vocabulary = habits.vocabulary(facts)

    def ask(seed: int) -> Ask:
        hint = hints.draw(facts, seed)
        least = hints.needed(hint, facts)
        text = grammar.gbnf(hint.slots, vocabulary, least=least)
        return Ask(prompt.brief(facts, tone, hint), text, 0.2)

    return ask


def untrained(facts: ForModels, tone: Tone) -> Callable[[int], Ask]:
    """All facts and all rules, always the same."""
    ask = Ask(prompt.thorough(facts, tone), grammar.free(facts.slots), 0.7)
    return lambda _: ask
