"""The composer: a story without a model. Pure."""

from collections.abc import Sequence

from stridetale.draft import Draft, Tone
from stridetale.facts import Facts


def compose(
    facts: Facts,
    *,
    tone: Tone,
    seed: int,
    before: Sequence[Draft] = (),
) -> Draft:
    """A draft of these facts."""
    return Draft(title="A {sport}", body=" ".join(f"{{{slot}}}" for slot in facts.slots))
