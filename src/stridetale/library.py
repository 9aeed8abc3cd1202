"""The library: what an athlete can do. Add activities, tell their stories, list, delete.

Everything is by athlete: nobody sees or changes what is another's.
"""

import base64
import hashlib
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from stridetale import story as telling
from stridetale.activity import Activity, ActivityId, Frozen
from stridetale.athlete import AthleteId
from stridetale.choosing import NEAR
from stridetale.draft import Draft
from stridetale.errors import ActivityNotFound, CursorInvalid
from stridetale.facts import facts_of
from stridetale.policy import LONGEST, UNCHOSEN, DataPolicy, is_api_data
from stridetale.records import Record, Records
from stridetale.story import Budget, Step, Story, StoryWriter, Told, Wish

NOVEL = 300
"""With how many of the athlete's last stories a new one is compared: by its title with all."""

FETCHED = "fetched"
"""The kind of record that says when API data was fetched, by when it must go."""

_MANY = 100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[A-Za-z0-9-]{1,40}")


class Entry(Frozen):
    """An activity with its story, where one was told."""

    activity: Activity
    story: Story | None = None


class Page(Frozen):
    """Some entries, newest first, and how to get those that follow."""

    entries: tuple[Entry, ...]
    next: str | None = None
    """The `before` of the following page; None where this is the last."""


@dataclass(frozen=True)
class Added:
    """An activity that was kept."""

    activity_id: ActivityId
    new: bool


@dataclass(frozen=True)
class Position:
    """Where a page ended: entries that sort after it have `(start, id) < position`."""

    start: datetime
    activity_id: ActivityId


class Store(Records, Protocol):
    """Keeps activities and stories, and records beside them. What it acknowledged survives a kill.

    Every method raises `StoreUnavailable` where the store does not answer.
    """

    async def keep_activity(self, athlete: AthleteId, activity: Activity) -> bool:
        """Keep an activity, in place of an earlier form of it (its stories stay).

        Returns:
            Whether it is new.
        """
        ...

    async def keep_story(self, athlete: AthleteId, activity_id: ActivityId, story: Story) -> None:
        """Keep a telling; it becomes the activity's story, and earlier ones its history.

        Raises:
            ActivityNotFound: the athlete has no such activity (any more).
        """
        ...

    async def entry(self, athlete: AthleteId, activity_id: ActivityId) -> Entry | None:
        """An activity with its newest story."""
        ...

    async def entries(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: Position | None = None,
        told: bool | None = None,
    ) -> list[Entry]:
        """Up to `limit` entries, by start and id, newest first.

        Args:
            athlete: whose.
            limit: at least 1.
            before: only those that sort after this position.
            told: True: only with a story; False: only without; None: all.
        """
        ...

    async def stories(self, athlete: AthleteId, activity_id: ActivityId) -> list[Story]:
        """All tellings of an activity, newest first; none where there is no such activity."""
        ...

    async def delete_activity(self, athlete: AthleteId, activity_id: ActivityId) -> bool:
        """Delete an activity with all its stories.

        Returns:
            Whether there was one.
        """
        ...

    async def ping(self) -> None:
        """Return if the store answers."""
        ...

    async def close(self) -> None:
        """Finish what was begun, then let go."""
        ...


class Library:
    """What an athlete can do.

    Args:
        store: where activities and stories are kept.
        writer: who drafts stories; None for the composer alone.
        budget: what one story may cost.
        policy: what may be done with data of Strava's API.
        now: the time.
    """

    def __init__(
        self,
        store: Store,
        writer: StoryWriter | None,
        budget: Budget,
        policy: DataPolicy = UNCHOSEN,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._writer, self._budget = store, writer, budget
        self._policy, self._now = policy, now

    async def add(self, athlete: AthleteId, activities: Iterable[Activity]) -> list[Added]:
        """Keep activities; one that is there already is brought up to date, never doubled."""
        added = []
        for activity in activities:
            if is_api_data(activity):  # before it is kept, so that it cannot stay unnoticed
                await self._note_fetched(athlete, activity.id)
            kept = self._policy.keepable(activity)
            new = await self._store.keep_activity(athlete, kept)
            added.append(Added(activity.id, new=new))
        return added

    async def get(self, athlete: AthleteId, activity_id: ActivityId) -> Entry:
        """An activity with its story.

        Raises:
            ActivityNotFound: the athlete has no such activity.
        """
        entry = await self._store.entry(athlete, activity_id)
        if entry is None:
            raise ActivityNotFound(activity_id)
        return entry

    async def page(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: str | None = None,
        told: bool | None = None,
    ) -> Page:
        """A page of entries, newest first.

        Args:
            athlete: whose.
            limit: how many at the most, at least 1.
            before: the `next` of an earlier page.
            told: True: only with a story; False: only without; None: all.

        Raises:
            CursorInvalid: `before` is not one of ours.
        """
        position = None if before is None else position_of(before)
        found = await self._store.entries(athlete, limit=limit + 1, before=position, told=told)
        entries = found[:limit]
        more = len(found) > limit
        return Page(entries=tuple(entries), next=cursor_of(entries[-1].activity) if more else None)

    async def tell(
        self, athlete: AthleteId, activity_id: ActivityId, wish: Wish, *, again: bool = False
    ) -> Entry:
        """Tell the story of an activity; one that was told is said in the wished style.

        Args:
            athlete: whose.
            activity_id: which.
            wish: how.
            again: tell a new one even where there is one; the old one is kept.

        A new one is also told where the activity was changed so that the old one is not true now.

        Raises:
            ActivityNotFound: the athlete has no such activity.
        """
        async with aclosing(self.telling(athlete, activity_id, wish, again=again)) as steps:
            async for step in steps:
                if isinstance(step, Told):
                    entry = await self.get(athlete, activity_id)
                    return entry.model_copy(update={"story": step.story})
        raise AssertionError  # every telling ends with Told

    async def telling(
        self, athlete: AthleteId, activity_id: ActivityId, wish: Wish, *, again: bool = False
    ) -> AsyncGenerator[Step, None]:
        """As `tell`, step by step; the story is kept before the last step, `Told`, is seen."""
        entry = await self.get(athlete, activity_id)
        facts = facts_of(entry.activity, wish.style)
        if entry.story is not None and not again and entry.story.is_true_of(facts):
            yield Told(entry.story.said_of(facts))
            return
        seed, before = wish.seed, list[Draft]()
        if seed is None:  # with a seed of the athlete's, the same story comes every time
            history = await self._store.stories(athlete, activity_id)
            seed = seed_of(activity_id, len(history))
            before = await self._told_before(athlete, history)
        steps = telling.telling(
            facts,
            wish,
            writer=self._writer,
            budget=self._budget,
            seed=seed,
            before=before,
            policy=self._policy,
        )
        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, Told):
                    await self._store.keep_story(athlete, activity_id, step.story)
                yield step

    async def _told_before(self, athlete: AthleteId, history: Sequence[Story]) -> list[Draft]:
        """What the athlete was told last: of this activity, then of the newest ones."""
        last = await self._store.entries(athlete, limit=NOVEL, told=True)
        newest = [entry.story for entry in last if entry.story is not None]
        return [story.template for story in (*history[:NEAR], *newest)]

    async def history(self, athlete: AthleteId, activity_id: ActivityId) -> Sequence[Story]:
        """All tellings of an activity, newest first.

        Raises:
            ActivityNotFound: the athlete has no such activity.
        """
        await self.get(athlete, activity_id)
        return await self._store.stories(athlete, activity_id)

    async def delete(self, athlete: AthleteId, activity_id: ActivityId) -> None:
        """Delete an activity with all its stories.

        Raises:
            ActivityNotFound: the athlete has no such activity.
        """
        if not await self._store.delete_activity(athlete, activity_id):
            raise ActivityNotFound(activity_id)
        noted = await self._store.record(FETCHED, f"{athlete}/{activity_id}")
        if noted is not None:
            await self._store.swap_record(noted, None)

    async def forget(self, athlete: AthleteId) -> int:
        """Delete everything of an athlete, for good.

        Returns:
            How many activities there were.
        """
        number, before = 0, None
        while entries := await self._store.entries(athlete, limit=_MANY, before=before):
            number += len(entries)
            last = entries[-1].activity
            before = Position(last.start, last.id)
        await self._store.forget(athlete)
        return number

    async def expire(self) -> int:
        """Delete the API data that the policy lets stay no longer.

        Returns:
            How many activities it were.
        """
        if self._policy.goes_at(self._now()) is None:
            return 0
        number = 0
        while noted := await self._store.records_due(FETCHED, self._now(), limit=_MANY):
            for record in noted:
                activity_id = ActivityId(record.key.rpartition("/")[2])
                number += await self._store.delete_activity(record.athlete, activity_id)
                await self._store.swap_record(record, None)
        return number

    async def strip(self) -> None:
        """Take from the API data that is there what the policy does not let us keep.

        For when the operator has changed the policy.
        """
        place = (FETCHED, "")
        while noted := await self._store.records_after(place, limit=_MANY):
            for record in noted:
                if record.kind != FETCHED:
                    return
                activity_id = ActivityId(record.key.rpartition("/")[2])
                entry = await self._store.entry(record.athlete, activity_id)
                if entry is not None and entry.activity != (
                    kept := self._policy.keepable(entry.activity)
                ):
                    await self._store.keep_activity(record.athlete, kept)
            place = noted[-1].place

    async def _note_fetched(self, athlete: AthleteId, activity_id: ActivityId) -> None:
        """Keep when this must go, whatever the policy is: it may change."""
        key = f"{athlete}/{activity_id}"
        new = Record(FETCHED, key, athlete, "{}", self._now() + LONGEST)
        while not await self._store.swap_record(await self._store.record(FETCHED, key), new):
            pass


def seed_of(activity_id: ActivityId, telling_number: int) -> int:
    """A seed of its own for each telling of each activity: the same on every machine."""
    digest = hashlib.sha256(f"{activity_id}/{telling_number}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def cursor_of(activity: Activity) -> str:
    """The cursor of the page that follows this activity."""
    return _cursor(Position(activity.start, activity.id))


def position_of(cursor: str) -> Position:
    """The position that a cursor stands for.

    Raises:
        CursorInvalid: it is not one that `cursor_of` made.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        micros, activity_id = text.split(",", 1)
        start = _EPOCH + timedelta(microseconds=int(micros))
    except (ValueError, OverflowError) as exc:
        raise CursorInvalid from exc
    position = Position(start, ActivityId(activity_id))
    if _ID.fullmatch(activity_id) is None or _cursor(position) != cursor:
        raise CursorInvalid
    return position


def _cursor(position: Position) -> str:
    micros = (position.start - _EPOCH) // timedelta(microseconds=1)
    text = f"{micros},{position.activity_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
