"""Examples for training: a story of the data, told of ever other facts for which it is true.

A filling scales distance and time, climb and speed, moves the day, and adds or takes facts that
the story does not use; it counts only where grounding finds the story true of it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatch
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


@dataclass(frozen=True)
class Told:
    """A story of the data, and the share of the epochs in which it is told."""

    row: Row
    share: float


def stories(
    held_out: float, shares: Mapping[str, float], folder: Path = DATA
) -> tuple[list[Told], list[Row]]:
    """All stories, in those to train on and those held out; which is which never changes.

    Args:
        held_out: the share that is held out.
        shares: by the names of files ("simple-*"); the first one that fits holds.
        folder: of the JSON Lines files.
    """
    train: list[Told] = []
    held: list[Row] = []
    for where, row in read(sorted(folder.glob("*.jsonl"))):
        share = next(share for name, share in shares.items() if fnmatch(where.split(".")[0], name))
        if not share or SLOT.search(row.title) or '"' in row.body:
            continue  # what the grammar does not allow is not taught
        place = int.from_bytes(hashlib.sha256(row.body.encode()).digest()[:4], "big") / 2**32
        if place < held_out:
            held.append(row)
        else:
            train.append(Told(row, share))
    return train, held


def epoch(told: Sequence[Told], rng: Random) -> list[Row]:
    """The stories of an epoch, in the order of chance: of each file its share."""
    by_share: defaultdict[float, list[Row]] = defaultdict(list)
    for one in told:
        by_share[one.share].append(one.row)
    rows = [
        row
        for share, some in sorted(by_share.items())
        for row in rng.sample(some, round(share * len(some)))
    ]
    return rng.sample(rows, len(rows))


def examples(rows: Sequence[Row], rng: Random) -> Iterator[Example]:
    """One example of each story."""
    for row in rows:
        facts = filled(row, rng)
        yield Example(brief(facts, row.tone, hint_of(row, rng)), answer(row.draft))


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
