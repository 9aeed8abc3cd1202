"""What grounding finds."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    # claims in words
    "number", "unit", "day", "date", "time", "sport", "terrain", "weather", "setting", "place",
    "person", "companion", "voice", "comparison", "invention", "self_talk", "name",
    # slots
    "unknown_slot", "malformed_slot", "misused_slot", "repeated_slot", "too_few_facts",
    # the form of the text
    "length", "title", "punctuation", "characters", "language", "shouting", "repetition",
    "profanity",
]  # fmt: skip
Where = Literal["title", "body"]

KINDS: tuple[Kind, ...] = get_args(Kind)

_SENTENCES: dict[Kind, str] = {
    "number": "counts or measures without a slot: {said}",
    "unit": "names a unit or an amount without a slot: {said}",
    "day": "says {said}",
    "date": "says {said}, which no slot says",
    "time": "says {said}",
    "sport": "says {said}, which is of another sport",
    "terrain": "says {said}, which the climbing does not support",
    "weather": "says {said}, which the known weather does not support",
    "setting": "says {said}, which was not around",
    "place": "names a place that was not recorded: {said}",
    "person": "names a person: {said}",
    "companion": "speaks of company that was not recorded: {said}",
    "voice": "does not speak to the reader: {said}",
    "comparison": "compares with what is not known: {said}",
    "invention": "invents: {said}",
    "self_talk": "speaks of itself or its task: {said}",
    "name": "has a name that no fact supports: {said}",
    "unknown_slot": "uses {said}, which is not known of this activity",
    "malformed_slot": "has a brace that belongs to no slot: {said}",
    "misused_slot": "uses a slot wrongly: {said}",
    "repeated_slot": "says the same number again: {said}",
    "too_few_facts": "says too little: {said}",
    "length": "has {said}",
    "title": "has a title that is none: {said}",
    "punctuation": "is not punctuated as prose: {said}",
    "characters": "has marks that are no prose: {said}",
    "language": "is not in the reader's language: {said}",
    "shouting": "shouts: {said}",
    "repetition": "repeats itself: {said}",
    "profanity": "has a word that we do not say",
}


@dataclass(frozen=True)
class Contradiction:
    """Something in a draft that the facts do not support."""

    kind: Kind
    said: str
    """The words of the draft."""
    actual: str | None = None
    """What is true instead, where that is known."""
    where: Where = "body"

    @property
    def sentence(self) -> str:
        """For a person: "The body says Sunday (it is: Tuesday)."."""
        said = _SENTENCES[self.kind].format(said=f"“{self.said}”")
        true = f" (true is: {self.actual})" if self.actual is not None else ""
        return f"The {self.where} {said}{true}."
