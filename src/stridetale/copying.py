"""Copying: everything that one store keeps into another, and the proof that it is there.

Both stores are read in the same order, side by side, a page at a time, so it takes no more memory
for a million activities than for a hundred. Nothing is written before it is known that nothing of
the target's own would be touched. What is there already is left as it is, so a copy that was
killed can be begun again. In the end both are read once more and compared, document by document.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar

import anyio
from pydantic import ValidationError

from stridetale.activity import ActivityId
from stridetale.athlete import AthleteId
from stridetale.errors import CopyDiffers, CopyRefused, StoreDamaged
from stridetale.library import Store
from stridetale.records import Record
from stridetale.story import Story

AT_ONCE = 32
"""How many activities are written at the same time: stores gather what waits."""

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is about.

It is activities, then records; how many of these there are is not known before.
"""


@dataclass(frozen=True)
class Kept:
    """One activity with all its stories, as the store has them: JSON that nobody touched."""

    athlete: AthleteId
    activity_id: ActivityId
    document: str
    stories: tuple[str, ...]
    """Oldest first."""

    @property
    def key(self) -> tuple[str, str]:
        """By which stores give them out in order."""
        return (self.athlete, self.activity_id)


class Portable(Store, Protocol):
    """A store that gives out all that it keeps, and takes it in."""

    @property
    def name(self) -> str:
        """Where it is, for people; never a secret."""
        ...

    async def count(self) -> int:
        """How many activities it keeps, of all athletes together."""
        ...

    async def kept_after(self, key: tuple[str, str], *, limit: int) -> Sequence[Kept]:
        """Up to `limit` of what it keeps, by key (as code points order it), from after this one."""
        ...

    async def put(self, kept: Kept) -> None:
        """Keep an activity with exactly these stories, in place of what is there, all or nothing.

        Raises:
            StoreDamaged: its document is no activity.
        """
        ...


@dataclass
class Copied:
    """What a copy came to."""

    activities: int = 0
    """In the source; each was found in the target and compared."""
    stories: int = 0
    """In the source; each was found in the target and compared."""
    records: int = 0
    """Beside them, in the source: sign-ins, tokens, jobs; each was compared, too."""
    written: int = 0
    """Activities that had to be written; the others were there already."""
    others: int = 0
    """Activities of the target's own that the source does not have."""


async def copy(source: Portable, target: Portable, *, merge: bool, progress: Progress) -> Copied:
    """Copy everything; can be repeated.

    Args:
        source: is only read. Nothing else should write to either meanwhile.
        target: is empty, or holds (part of) the same.
        merge: where the target has other activities, they stay; where it has the same ones in
            another form, the source's form is taken and the stories of both are kept.
        progress: hears how far it is.

    Raises:
        CopyRefused: the target holds other data, and `merge` is false; nothing was written.
        CopyDiffers: the target does not hold what was written; something else writes to it.
        StoreFailed: one of the two cannot be read or written.
    """
    if not merge:
        await _refuse_other_records(source, target, progress)
        if await target.count():
            await _refuse_others(source, target, progress)
    written = await _write_missing(source, target, progress)
    await _write_records(source, target, progress)
    copied = await _compared(source, target, written, merge=merge, progress=progress)
    copied.records = await _compared_records(source, target, merge=merge, progress=progress)
    return copied


async def _refuse_others(source: Portable, target: Portable, progress: Progress) -> None:
    others = 0
    async with aclosing(_side_by_side(source, target, "Looking", progress)) as pairs:
        async for ours, theirs in pairs:
            others += theirs is not None and theirs != ours
    if others:
        raise CopyRefused(
            f"The database {target.name} holds data that the other one has not ({others} "
            "activities, with their stories): name an empty one, or keep both with --merge."
        )


async def _write_missing(source: Portable, target: Portable, progress: Progress) -> int:
    waiting: list[Kept] = []
    written = 0
    async with aclosing(_side_by_side(source, target, "Copying", progress)) as pairs:
        async for ours, theirs in pairs:
            wanted = _wanted(ours, theirs)
            if wanted is not None and wanted != theirs:
                waiting.append(wanted)
                written += 1
            if len(waiting) == AT_ONCE:
                await _put(target, waiting)
                waiting = []
    await _put(target, waiting)
    return written


async def _refuse_other_records(source: Portable, target: Portable, progress: Progress) -> None:
    async with aclosing(_records_side_by_side(source, target, "Looking", progress)) as pairs:
        async for ours, theirs in pairs:
            if theirs is not None and theirs != ours:
                raise CopyRefused(
                    f"The database {target.name} holds records (sign-ins, tokens, jobs) that the "
                    "other one has not: name an empty one, or keep both with --merge."
                )


async def _write_records(source: Portable, target: Portable, progress: Progress) -> None:
    async with aclosing(_records_side_by_side(source, target, "Copying", progress)) as pairs:
        async for ours, theirs in pairs:
            if ours is not None and ours != theirs:
                await target.swap_record(theirs, ours)  # where it fails, the comparison tells


async def _compared_records(
    source: Portable, target: Portable, *, merge: bool, progress: Progress
) -> int:
    compared = 0
    async with aclosing(_records_side_by_side(source, target, "Comparing", progress)) as pairs:
        async for ours, theirs in pairs:
            if ours != theirs and not (merge and ours is None):
                raise CopyDiffers(
                    f"The database {target.name} differs after all in its records: "
                    "end what else writes to either, and copy again."
                )
            compared += ours is not None
    return compared


async def _put(target: Portable, waiting: Sequence[Kept]) -> None:
    try:
        async with anyio.create_task_group() as tasks:
            for kept in waiting:
                tasks.start_soon(target.put, kept)
    except BaseExceptionGroup as exc:
        raise exc.exceptions[0] from None  # one sentence is enough, and the first one is it


async def _compared(
    source: Portable, target: Portable, written: int, *, merge: bool, progress: Progress
) -> Copied:
    copied, wrong = Copied(written=written), list[Kept]()
    async with aclosing(_side_by_side(source, target, "Comparing", progress)) as pairs:
        async for ours, theirs in pairs:
            if ours is None:
                copied.others += 1
                continue
            copied.activities += 1
            copied.stories += len(ours.stories)
            if theirs is None or theirs != (_wanted(ours, theirs) if merge else ours):
                wrong.append(ours)
    if wrong or (copied.others and not merge):
        raise CopyDiffers(_differing(target, wrong, copied.others))
    return copied


def _differing(target: Portable, wrong: Sequence[Kept], others: int) -> str:
    of = f", that of {wrong[0].activity_id} first" if wrong else ""
    return (
        f"The database {target.name} differs after all in {len(wrong) or others} activities{of}: "
        "end what else writes to either, and copy again."
    )


def _wanted(ours: Kept | None, theirs: Kept | None) -> Kept | None:
    """What the target should hold of one activity."""
    if ours is None or theirs is None or theirs == ours:
        return ours or theirs
    known = set(ours.stories)
    own = [story for story in theirs.stories if story not in known]
    stories = sorted([*own, *ours.stories], key=_told_at(ours)) if own else ours.stories
    return Kept(ours.athlete, ours.activity_id, ours.document, tuple(stories))


def _told_at(of: Kept) -> Callable[[str], float]:
    def told_at(story: str) -> float:
        try:
            return Story.model_validate_json(story).told_at.timestamp()
        except ValidationError as exc:
            raise StoreDamaged(
                f"A story of {of.activity_id} is damaged: delete the activity, then copy again."
            ) from exc

    return told_at


async def _side_by_side(
    source: Portable, target: Portable, step: str, progress: Progress
) -> AsyncGenerator[tuple[Kept | None, Kept | None], None]:
    """Of each activity that either keeps, what the source has and what the target has."""
    total = max(await source.count(), await target.count())
    done = 0
    pairs = _pairs(_all_of(source), _all_of(target), lambda kept: kept.key)
    async with aclosing(pairs):
        async for pair in pairs:
            progress(step, done, max(total, done))
            yield pair
            done += 1
    progress(step, done, done)


async def _records_side_by_side(
    source: Portable, target: Portable, step: str, progress: Progress
) -> AsyncGenerator[tuple[Record | None, Record | None], None]:
    """Of each record that either keeps, what the source has and what the target has."""
    pairs = _pairs(_records_of(source), _records_of(target), lambda record: record.place)
    done = 0
    async with aclosing(pairs):
        async for pair in pairs:
            yield pair
            done += 1
            progress(f"{step} records", done, done)


async def _pairs(
    sources: AsyncGenerator[T, None],
    targets: AsyncGenerator[T, None],
    key: Callable[[T], tuple[str, str]],
) -> AsyncGenerator[tuple[T | None, T | None], None]:
    """What has the same key in both, which come in the order of their keys."""
    async with aclosing(sources), aclosing(targets):
        ours, theirs = await anext(sources, None), await anext(targets, None)
        while ours is not None or theirs is not None:
            first = min(key(one) for one in (ours, theirs) if one is not None)
            mine = ours if ours is not None and key(ours) == first else None
            its = theirs if theirs is not None and key(theirs) == first else None
            # each is read on before it is written, so what is written is not met again
            ours = await anext(sources, None) if mine is not None else ours
            theirs = await anext(targets, None) if its is not None else theirs
            yield mine, its


async def _all_of(store: Portable) -> AsyncGenerator[Kept, None]:
    key = ("", "")
    while page := await store.kept_after(key, limit=_PAGE):
        for kept in page:
            yield kept
        key = page[-1].key


async def _records_of(store: Portable) -> AsyncGenerator[Record, None]:
    place = ("", "")
    while page := await store.records_after(place, limit=_PAGE):
        for record in page:
            yield record
        place = page[-1].place


_PAGE = 100
