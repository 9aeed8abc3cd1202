"""Examples for training: a story of the data, told of ever other facts for which it is true.

A filling scales distance and time, climb and speed, moves the day, and adds or takes facts that
the story does not use; it counts only where grounding finds the story true of it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from check_data import DATA, Row, read
from hints import hint_of
from stridetale.activity import Activity
from stridetale.draft import SLOT, Draft
from stridetale.facts import Facts, facts_of
from stridetale.grounding import contradictions
from stridetale.writers.prompt import Message, answer, brief

TRIES = 8
"""How many fillings are tried before a story is told of its own activity."""


@dataclass(frozen=True)
class Example:
    """What the model is told, and what it should answer."""

    told: list[Message]
    answered: str


def stories(held_out: float, folder: Path = DATA) -> tuple[list[Row], list[Row]]:
    """All stories, in those to train on and those held out; which is which never changes.

    Args:
        held_out: the share that is held out.
        folder: of the JSON Lines files.
    """
    train: list[Row] = []
    held: list[Row] = []
    for _, row in read(sorted(folder.glob("*.jsonl"))):
        if SLOT.search(row.title) or '"' in row.body:
            continue  # what the grammar does not allow is not taught
        place = int.from_bytes(hashlib.sha256(row.body.encode()).digest()[:4], "big") / 2**32
        (held if place < held_out else train).append(row)
    return train, held


def examples(rows: Sequence[Row], words: dict[str, Counter[str]], rng: Random) -> Iterator[Example]:
    """One example of each story.

    Args:
        rows: the stories.
        words: those that may be hinted at (`hints.vocabulary`).
        rng: of all chance in it.
    """
    for row in rows:
        facts = filled(row, rng)
        yield Example(brief(facts, row.tone, hint_of(row, words, rng)), answer(row.draft))


def filled(row: Row, rng: Random) -> Facts:
    """Facts for which the story is true: others than its own where such are found."""
    own = row.made()
    for _ in range(TRIES):
        facts = facts_of(varied(own, row.draft, rng))
        if not contradictions(row.draft, facts):
            return facts
    return facts_of(own)


def varied(activity: Activity, draft: Draft, rng: Random) -> Activity:
    """The activity with other values; what the story does not use may go."""
    longer, faster, steeper = rng.uniform(0.5, 1.9), rng.uniform(0.85, 1.2), rng.uniform(0.7, 1.4)
    changed: dict[str, Any] = {
        "start": activity.start + timedelta(days=rng.randrange(7), minutes=rng.randrange(-40, 41)),
        "distance_m": _times(activity.distance_m, longer),
        "moving_time_s": _times(activity.moving_time_s, longer / faster),
        "elapsed_time_s": _times(activity.elapsed_time_s, longer / faster),
        "elevation_gain_m": _times(activity.elevation_gain_m, longer * steeper),
        "max_speed_mps": _times(activity.max_speed_mps, faster),
    }
    unused = {"elevation_gain_m", "max_speed_mps"} - {
        {"elevation_gain": "elevation_gain_m", "max_speed": "max_speed_mps"}.get(slot, slot)
        for slot in draft.slots
    }
    changed |= {field: None for field in sorted(unused) if rng.random() < 0.3}  # noqa: PLR2004
    return activity.model_copy(update=changed)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
