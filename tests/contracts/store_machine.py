"""Any sequence of calls does to a store what it does to a dict."""

import asyncio
import itertools
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from builders import an_activity
from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.draft import Draft
from stridetale.errors import ActivityNotFound
from stridetale.library import Entry, Position, Store
from stridetale.records import Record
from stridetale.story import COMPOSER, Story

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RUNS = itertools.count()

names = st.sampled_from([ActivityId(name) for name in ("a", "B", "9", "10")])
starts = st.integers(-2, 2).map(lambda n: EPOCH + timedelta(microseconds=n))
activities = st.builds(
    lambda name, start, words: an_activity(id=name, start=start, name=words),
    names,
    starts,
    st.text(max_size=9),
)
stories = st.builds(
    lambda words, told_at: Story(
        title=words, body=words, text=words, words=1, author=COMPOSER, tone="funny",
        units="imperial", locale="en_US", receipts=(), template=Draft(title="", body=words),
        drafts=0, seconds=0.0, told_at=told_at,
    ),
    st.text(max_size=9),
    starts,
)  # fmt: skip
athletes = st.sampled_from(["one", "two"])
keys = st.sampled_from(["a", "B", "9"])
dues = st.none() | starts


def run_against_a_dict(opening: Callable[[], AbstractAsyncContextManager[Store]]) -> None:
    """Compare the store with a dict over a number of random sequences."""
    few = settings(max_examples=25, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(
        lambda: StoreMachine(opening),  # type: ignore[arg-type] # it takes a factory, typed or not
        settings=few,
    )


class StoreMachine(RuleBasedStateMachine):
    """Does the same to a store and to a dict; each run has athletes of its own."""

    def __init__(self, opening: Callable[[], AbstractAsyncContextManager[Store]]) -> None:
        super().__init__()
        self.run_number = next(RUNS)
        self.model: dict[tuple[str, ActivityId], tuple[Activity, list[Story]]] = {}
        self.kept: dict[str, Record] = {}
        self.runner = asyncio.Runner()
        self.opened = opening()
        self.store = self.runner.run(self._enter())

    async def _enter(self) -> Store:
        return await self.opened.__aenter__()

    async def _exit(self) -> None:
        await self.opened.__aexit__(None, None, None)

    @override
    def teardown(self) -> None:
        self.runner.run(self._exit())
        self.runner.close()

    def athlete(self, who: str) -> AthleteId:
        return AthleteId(f"{who} of run {self.run_number}")

    @rule(who=athletes, activity=activities)
    def keep_activity(self, who: str, activity: Activity) -> None:
        new = self.runner.run(self.store.keep_activity(self.athlete(who), activity))
        assert new == ((who, activity.id) not in self.model)
        _, history = self.model.get((who, activity.id), (None, []))
        self.model[who, activity.id] = (activity, history)

    @rule(who=athletes, name=names, story=stories)
    def keep_story(self, who: str, name: ActivityId, story: Story) -> None:
        try:
            self.runner.run(self.store.keep_story(self.athlete(who), name, story))
        except ActivityNotFound:
            assert (who, name) not in self.model
        else:
            self.model[who, name][1].insert(0, story)

    @rule(who=athletes, name=names)
    def delete(self, who: str, name: ActivityId) -> None:
        was_there = self.runner.run(self.store.delete_activity(self.athlete(who), name))
        assert was_there == (self.model.pop((who, name), None) is not None)

    def record(self, key: str, who: str, document: str, due: datetime | None) -> Record:
        return Record(f"run {self.run_number}", key, self.athlete(who), document, due)

    @rule(key=keys, who=athletes, document=st.text(max_size=2), due=dues)
    def swap_what_is_there(self, key: str, who: str, document: str, due: datetime | None) -> None:
        new = self.record(key, who, document, due)
        assert self.runner.run(self.store.swap_record(self.kept.get(key), new))
        self.kept[key] = new

    @rule(key=keys, who=athletes, document=st.text(max_size=2), due=dues)
    def swap_what_may_be_another(
        self, key: str, who: str, document: str, due: datetime | None
    ) -> None:
        old = self.record(key, who, document, due)
        done = self.runner.run(self.store.swap_record(old, None))
        assert done == (self.kept.get(key) == old)
        if done:
            del self.kept[key]

    @rule(key=keys, who=athletes)
    def put_where_something_may_be(self, key: str, who: str) -> None:
        new = self.record(key, who, "", None)
        done = self.runner.run(self.store.swap_record(None, new))
        assert done == (key not in self.kept)
        self.kept.setdefault(key, new)

    @rule(who=athletes)
    def forget(self, who: str) -> None:
        self.runner.run(self.store.forget(self.athlete(who)))
        self.model = {place: kept for place, kept in self.model.items() if place[0] != who}
        mine = [key for key, one in self.kept.items() if one.athlete == self.athlete(who)]
        for key in mine:
            del self.kept[key]

    @rule(until=starts, limit=st.integers(1, 3))
    def look_at_what_is_due(self, until: datetime, limit: int) -> None:
        kind = f"run {self.run_number}"
        due = sorted(
            (one.due, one.key) for one in self.kept.values() if one.due and one.due <= until
        )
        found = self.runner.run(self.store.records_due(kind, until, limit=limit))
        assert [(one.due, one.key) for one in found] == due[:limit]

    @rule(who=athletes, name=names)
    def look_at_one(self, who: str, name: ActivityId) -> None:
        entry = self.runner.run(self.store.entry(self.athlete(who), name))
        assert entry == next((e for e in self.expected(who) if e.activity.id == name), None)

    @rule(who=athletes, name=names)
    def look_at_its_stories(self, who: str, name: ActivityId) -> None:
        found = self.runner.run(self.store.stories(self.athlete(who), name))
        assert found == (self.model[who, name][1] if (who, name) in self.model else [])

    @rule(
        who=athletes,
        limit=st.integers(1, 3),
        before=st.none() | st.builds(Position, starts, names),
        told=st.sampled_from([True, False, None]),
    )
    def look_at_a_page(
        self, *, who: str, limit: int, before: Position | None, told: bool | None
    ) -> None:
        found = self.runner.run(
            self.store.entries(self.athlete(who), limit=limit, before=before, told=told)
        )
        expected = [
            entry
            for entry in self.expected(who)
            if told in {None, entry.story is not None}
            and (before is None or key(entry) < (before.start, before.activity_id))
        ]
        assert found == expected[:limit]

    @invariant()
    def everything_is_there(self) -> None:
        for who in ("one", "two"):
            found = self.runner.run(self.store.entries(self.athlete(who), limit=99))
            assert found == self.expected(who)
            mine = self.runner.run(self.store.records(f"run {self.run_number}", self.athlete(who)))
            expected = [self.kept[key] for key in sorted(self.kept)]
            assert mine == [one for one in expected if one.athlete == self.athlete(who)]

    def expected(self, who: str) -> list[Entry]:
        entries = [
            Entry(activity=activity, story=history[0] if history else None)
            for (athlete, _), (activity, history) in self.model.items()
            if athlete == who
        ]
        return sorted(entries, key=key, reverse=True)


def key(entry: Entry) -> tuple[datetime, str]:
    return (entry.activity.start, entry.activity.id)
