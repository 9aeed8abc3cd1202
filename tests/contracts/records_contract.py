"""What every store must do with records; a part of the suite of stores."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import an_activity
from stridetale.athlete import AthleteId
from stridetale.library import Store
from stridetale.records import Record

ANNA, BEN = AthleteId("anna"), AthleteId("ben")
NOON = datetime(2026, 5, 4, 12, 0, 0, 1, tzinfo=UTC)


def a_record(
    key: str = "a",
    document: str = "{}",
    *,
    kind: str = "thing",
    athlete: AthleteId = ANNA,
    minutes: int | None = None,
) -> Record:
    due = None if minutes is None else NOON + timedelta(minutes=minutes)
    return Record(kind, key, athlete, document, due)


async def put(store: Store, *records: Record) -> None:
    for record in records:
        assert await store.swap_record(None, record)


def keys(records: Sequence[Record]) -> str:
    return "".join(one.key for one in records)


class RecordsContract:
    """The suite."""

    @pytest.fixture
    async def store(self) -> AsyncIterator[Store]:
        raise NotImplementedError
        yield  # noqa: PT022 (so that it is a generator, as those in its place are)

    async def test_a_record_comes_back_as_it_was_put(self, store: Store) -> None:
        record = a_record("k/1", '{"a": "Über \\u0000 \U0001f6b4"}', minutes=3)
        await put(store, record)
        assert await store.record("thing", "k/1") == record

    async def test_odd_characters_come_back_and_are_compared(self, store: Store) -> None:
        odd = a_record("$a.b ~'\"%_", athlete=AthleteId("Änna\x00\U0001f6b4 $set.a"))
        await put(store, odd)
        assert await store.records("thing", odd.athlete) == [odd]
        assert await store.swap_record(odd, None)

    async def test_a_record_as_large_as_may_be_is_kept(self, store: Store) -> None:
        record = a_record("~" * 200, "ü" * 100_000, kind="z" * 20)
        await put(store, record)
        assert await store.record(*record.place) == record

    async def test_what_was_due_before_1970_or_never_is_told_apart(self, store: Store) -> None:
        old = replace(a_record("old"), due=datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC))
        await put(store, old, a_record("never"))
        assert await store.records_due("thing", NOON, limit=9) == [old]

    async def test_what_was_not_put_is_not_there(self, store: Store) -> None:
        await put(store, a_record("a"))
        assert await store.record("other", "a") is None
        assert await store.record("thing", "b") is None

    async def test_a_record_is_put_only_where_there_is_none(self, store: Store) -> None:
        await put(store, a_record())
        assert not await store.swap_record(None, a_record(document="[]"))
        assert await store.record("thing", "a") == a_record()

    async def test_a_record_takes_the_place_of_the_one_that_was_read(self, store: Store) -> None:
        new = a_record(document="[]", athlete=BEN, minutes=1)
        await put(store, a_record())
        assert await store.swap_record(a_record(), new)
        assert await store.record("thing", "a") == new

    @pytest.mark.parametrize(
        "other",
        [
            a_record(document="[]"),
            a_record(athlete=BEN),
            a_record(minutes=1),
            a_record("b"),
            a_record(kind="other"),
        ],
        ids=["document", "athlete", "due", "key", "kind"],
    )
    async def test_nothing_takes_the_place_of_another_one(
        self, store: Store, other: Record
    ) -> None:
        await put(store, a_record())
        assert not await store.swap_record(other, replace(other, document="1"))
        assert not await store.swap_record(other, None)
        assert await store.record("thing", "a") == a_record()

    async def test_a_record_that_was_read_can_be_removed(self, store: Store) -> None:
        await put(store, a_record(minutes=1))
        assert await store.swap_record(a_record(minutes=1), None)
        assert await store.record("thing", "a") is None

    async def test_nothing_in_the_place_of_nothing_changes_nothing(self, store: Store) -> None:
        assert not await store.swap_record(None, None)

    async def test_of_many_that_put_the_same_record_one_does(self, store: Store) -> None:
        puts = (store.swap_record(None, a_record(document=f"{n}")) for n in range(20))
        assert sum(await asyncio.gather(*puts)) == 1

    async def test_of_many_that_change_the_same_record_one_does(self, store: Store) -> None:
        await put(store, a_record())
        swaps = (store.swap_record(a_record(), a_record(document=f"{n}")) for n in range(20))
        assert sum(await asyncio.gather(*swaps)) == 1

    async def test_of_many_that_remove_the_same_record_one_does(self, store: Store) -> None:
        await put(store, a_record())
        removals = (store.swap_record(a_record(), None) for _ in range(20))
        assert sum(await asyncio.gather(*removals)) == 1

    async def test_many_that_read_and_swap_until_they_win_lose_no_step(self, store: Store) -> None:
        await put(store, a_record(document="0"))

        async def add_one() -> None:
            while True:
                old = await store.record("thing", "a")
                assert old is not None
                if await store.swap_record(old, replace(old, document=f"{int(old.document) + 1}")):
                    return

        await asyncio.gather(*(add_one() for _ in range(10)))
        assert await store.record("thing", "a") == a_record(document="10")

    async def test_what_was_removed_can_be_put_again(self, store: Store) -> None:
        await put(store, a_record())
        await store.swap_record(a_record(), None)
        assert await store.swap_record(None, a_record(document="1"))

    async def test_an_athletes_records_of_a_kind_come_by_key(self, store: Store) -> None:
        mine = [a_record(key) for key in "bca"]
        await put(store, *mine, a_record("x", athlete=BEN), a_record("y", kind="other"))
        assert keys(await store.records("thing", ANNA)) == "abc"

    async def test_what_is_due_comes_oldest_first(self, store: Store) -> None:
        due = [a_record("a", minutes=2), a_record("b", minutes=1), a_record("c", minutes=0)]
        await put(store, *due, a_record("d", minutes=3), a_record("e"))
        await put(store, a_record("f", kind="other", minutes=0))
        until = NOON + timedelta(minutes=2)
        assert keys(await store.records_due("thing", until, limit=9)) == "cba"
        assert keys(await store.records_due("thing", until, limit=2)) == "cb"

    async def test_all_records_come_page_by_page(self, store: Store) -> None:
        await put(store, a_record("b"), a_record("a", athlete=BEN), a_record("c", kind="other"))
        first = await store.records_after(("", ""), limit=2)
        rest = await store.records_after(first[-1].place, limit=2)
        assert (keys(first), keys(rest)) == ("ca", "b")

    async def test_everything_of_an_athlete_can_be_forgotten(self, store: Store) -> None:
        for athlete in (ANNA, BEN):
            await store.keep_activity(athlete, an_activity(id="a"))
            await put(store, a_record(athlete, athlete=athlete))
        await store.forget(ANNA)
        assert not await store.entries(ANNA, limit=9)
        assert len(await store.entries(BEN, limit=9)) == 1
        assert keys(await store.records_after(("", ""), limit=9)) == BEN
