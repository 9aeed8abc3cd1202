"""Grounding: reads a draft as a stranger would and lists what contradicts the facts. Pure."""

from dataclasses import dataclass
from typing import Literal

from stridetale.draft import Draft
from stridetale.facts import Facts


@dataclass(frozen=True)
class Contradiction:
    """Something in a draft that the facts do not support."""

    kind: str
    said: str
    """The words of the draft."""
    actual: str | None = None
    """What is true instead, where that is known."""
    where: Literal["title", "body"] = "body"


def contradictions(draft: Draft, facts: Facts) -> list[Contradiction]:
    """What in the draft contradicts the facts; an empty list means that it may be told."""
    return [Contradiction("unknown-slot", slot) for slot in draft.slots if slot not in facts]
