"""Fakes at the seams: a writer that follows a script, a store in memory, a clock."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

import anyio
from typing_extensions import override

from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.draft import Draft
from stridetale.errors import ActivityNotFound, WriterFailed
from stridetale.facts import Facts
from stridetale.library import Entry, Position, Store
from stridetale.records import Record
from stridetale.story import Author, Story, StoryWriter, Wish, Writing, Written


@dataclass(frozen=True)
class Pause:
    """The writer thinks for so long."""

    seconds: float = 60.0


Line = str | Draft | Written | Writing | Pause | WriterFailed


class ScriptedWriter(StoryWriter):
    """Drafts what its script says.

    Args:
        script: bodies in slot form, whole drafts, or steps as they are; pauses and failures
            between them.
    """

    def __init__(self, *script: Line) -> None:
        self.script = script
        self.asked: list[tuple[int, int]] = []
        """Of each time that it drafted, count and seed."""
        self.before: Sequence[Draft] = ()
        """What it was told of earlier stories when it drafted last."""
        self.finished = 0
        """How many drafts it got to hand over."""
        self.unwanted: list[int] = []
        """The candidates of which it heard that no more is wanted, as often as it did."""
        self.drafting = 0
        """How many of its generators are not closed."""

    @property
    @override
    def author(self) -> Author:
        return Author(kind="model", model="scripted", version="1")

    @override
    async def drafts(
        self, facts: Facts, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        self.asked.append((count, seed))
        self.before = before
        self.drafting += 1
        try:
            candidate = 0
            for line in self.script:
                if candidate == count:
                    return
                async for step in self._follow(line, candidate):
                    if (yield step) is False:
                        self.unwanted.append(step.candidate)
                candidate += isinstance(line, str | Draft | Written)
        finally:
            self.drafting -= 1

    async def _follow(self, line: Line, candidate: int) -> AsyncGenerator[Writing | Written, None]:
        match line:
            case Pause(seconds):
                await anyio.sleep(seconds)
            case WriterFailed():
                raise line
            case Writing():
                yield line
            case str() | Draft() | Written():
                self.finished += 1
                yield _written(line, candidate)
            case _:
                assert_never(line)

    @override
    async def warm_up(self) -> None:
        pass

    @override
    async def close(self) -> None:
        pass


class MemoryStore(Store):
    """Keeps everything until the test is over."""

    def __init__(self) -> None:
        self._activities: dict[tuple[AthleteId, ActivityId], Activity] = {}
        self._stories: dict[tuple[AthleteId, ActivityId], list[Story]] = {}
        self._records: dict[tuple[str, str], Record] = {}

    @override
    async def record(self, kind: str, key: str) -> Record | None:
        return self._records.get((kind, key))

    @override
    async def records(self, kind: str, athlete: AthleteId) -> list[Record]:
        found = [
            one for one in self._records.values() if (one.kind, one.athlete) == (kind, athlete)
        ]
        return sorted(found, key=lambda one: one.key)

    @override
    async def records_due(self, kind: str, until: datetime, *, limit: int) -> list[Record]:
        due = [
            (one.due, one.key, one)
            for one in self._records.values()
            if one.kind == kind and one.due is not None and one.due <= until
        ]
        return [one for _, _, one in sorted(due, key=lambda found: found[:2])][:limit]

    @override
    async def records_after(self, place: tuple[str, str], *, limit: int) -> list[Record]:
        return [self._records[key] for key in sorted(self._records) if key > place][:limit]

    @override
    async def swap_record(self, old: Record | None, new: Record | None) -> bool:
        one = old or new
        if one is None or self._records.get((one.kind, one.key)) != old:
            return False
        if new is None:
            del self._records[one.kind, one.key]
        else:
            self._records[new.kind, new.key] = new
        return True

    @override
    async def forget(self, athlete: AthleteId) -> None:
        for place in [place for place in self._activities if place[0] == athlete]:
            await self.delete_activity(*place)
        mine = [key for key, one in self._records.items() if one.athlete == athlete]
        for key in mine:
            del self._records[key]

    @override
    async def keep_activity(self, athlete: AthleteId, activity: Activity) -> bool:
        key = (athlete, activity.id)
        new = key not in self._activities
        self._activities[key] = activity
        self._stories.setdefault(key, [])
        return new

    @override
    async def keep_story(self, athlete: AthleteId, activity_id: ActivityId, story: Story) -> None:
        if (athlete, activity_id) not in self._activities:
            raise ActivityNotFound(activity_id)
        self._stories[athlete, activity_id].insert(0, story)

    @override
    async def entry(self, athlete: AthleteId, activity_id: ActivityId) -> Entry | None:
        activity = self._activities.get((athlete, activity_id))
        if activity is None:
            return None
        return Entry(activity=activity, story=next(iter(self._stories[athlete, activity_id]), None))

    @override
    async def entries(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: Position | None = None,
        told: bool | None = None,
    ) -> list[Entry]:
        entries = [
            Entry(activity=activity, story=next(iter(self._stories[key]), None))
            for key, activity in self._activities.items()
            if key[0] == athlete
        ]
        entries.sort(key=_place, reverse=True)
        end = None if before is None else (before.start, before.activity_id)
        return [
            entry
            for entry in entries
            if (end is None or _place(entry) < end)
            and (told is None or told == (entry.story is not None))
        ][:limit]

    @override
    async def stories(self, athlete: AthleteId, activity_id: ActivityId) -> list[Story]:
        return list(self._stories.get((athlete, activity_id), []))

    @override
    async def delete_activity(self, athlete: AthleteId, activity_id: ActivityId) -> bool:
        self._stories.pop((athlete, activity_id), None)
        return self._activities.pop((athlete, activity_id), None) is not None

    @override
    async def ping(self) -> None:
        pass

    @override
    async def close(self) -> None:
        pass


def _written(line: str | Draft | Written, candidate: int) -> Written:
    match line:
        case str():
            return Written(candidate, Draft(title="A {sport} to Keep", body=line))
        case Draft():
            return Written(candidate, line)
        case Written():
            return line
        case _:
            assert_never(line)


def _place(entry: Entry) -> tuple[datetime, ActivityId]:
    return (entry.activity.start, entry.activity.id)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = datetime(2026, 5, 5, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time
