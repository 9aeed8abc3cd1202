"""What is MongoDB's own in keeping records: answers that are lost, steps that fail, damage."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from contracts.records_contract import NOON, a_record, put
from contracts.store_contract import ANNA, a_ride, keep
from mongods import Deployment, replica_set
from stridetale.errors import StoreDamaged, StoreUnavailable
from stridetale.records import Record
from stridetale.store.mongo import MongoStore, open_mongo


@pytest.fixture(scope="module")
def failing() -> Iterator[Deployment]:
    """A server that can be told to fail."""
    with replica_set(1, "--setParameter", "enableTestCommands=1") as deployment:
        yield deployment


@pytest.fixture
async def store(failing: Deployment) -> AsyncIterator[MongoStore]:
    store = await open_mongo(failing.url(f"test-{uuid4().hex}"))
    yield store
    await store.close()


@contextmanager
def fails(deployment: Deployment, mode: dict[str, int], **data: object) -> Iterator[None]:
    """Writes of our program fail so in the meantime."""
    with deployment.client() as client:
        of = {"failCommands": ["insert", "update", "delete"], "appName": "stridetale"}
        client.admin.command("configureFailPoint", "failCommand", mode=mode, data=of | data)
        try:
            yield
        finally:
            client.admin.command("configureFailPoint", "failCommand", mode="off")


LOST: dict[str, dict[str, object]] = {
    "done, and the primary steps down": {
        "writeConcernError": {"code": 91, "errmsg": "no"},
        "errorLabels": ["RetryableWriteError"],
    },
    "not done, and the connection breaks": {"closeConnection": True},
}
SWAPS = [(None, a_record()), (a_record(), a_record(document="1")), (a_record(), None)]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize(("old", "new"), SWAPS, ids=["put", "change", "remove"])
async def test_a_swap_whose_answer_is_lost_has_won_once(
    failing: Deployment, store: MongoStore, old: Record | None, new: Record | None, lost: str
) -> None:
    if old is not None:
        await put(store, old)
    with fails(failing, {"times": 1}, **LOST[lost]):
        assert await store.swap_record(old, new)
    assert await store.record("thing", "a") == new


@pytest.mark.parametrize("lost", LOST)
async def test_forgetting_is_tried_again(failing: Deployment, store: MongoStore, lost: str) -> None:
    await keep(store, a_ride("a"))
    await put(store, a_record())
    with fails(failing, {"times": 2}, **LOST[lost]):
        await store.forget(ANNA)
    assert not await store.entries(ANNA, limit=9)
    assert await store.record("thing", "a") is None


async def test_another_unique_index_is_not_taken_for_ours(
    failing: Deployment, store: MongoStore
) -> None:
    with failing.client() as client:
        client[store._server._database.name].records.create_index("athlete", unique=True)
    await put(store, a_record("a"))
    with pytest.raises(StoreUnavailable, match="twice"):
        await store.swap_record(None, a_record("b"))


async def test_records_go_last_when_an_athlete_is_forgotten(
    failing: Deployment, store: MongoStore
) -> None:
    await keep(store, a_ride("a"))
    await put(store, a_record())
    with fails(failing, {"skip": 1}, errorCode=8), pytest.raises(StoreUnavailable):
        await store.forget(ANNA)
    assert not await store.entries(ANNA, limit=9)
    assert await store.record("thing", "a") == a_record()


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ({"athlete": ANNA, "kind": "thing"}, {"key": 1}),
        ({"kind": "thing", "due": {"$lte": 400}}, {"due": 1, "key": 1}),
    ],
)
async def test_records_are_read_off_an_index(
    failing: Deployment, store: MongoStore, wanted: dict[str, Any], order: dict[str, int]
) -> None:
    with failing.client() as client:
        records = client[store._server._database.name].records
        records.insert_many(
            [{"athlete": ANNA, "kind": "thing", "key": f"{n:04}", "due": n} for n in range(600)]
        )
        plan = records.find(wanted).sort(order).limit(3).explain()
    assert "'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalKeysExamined"] <= 5


@pytest.mark.parametrize(
    "damage", [{"document": None}, {"document": {"a": 1}}, {"athlete": 7}, {"due": "tomorrow"}]
)
async def test_a_damaged_record_is_told_of_by_its_kind(
    failing: Deployment, store: MongoStore, damage: dict[str, object]
) -> None:
    await put(store, a_record("secret", minutes=0))
    with failing.client() as client:
        client[store._server._database.name].records.update_one({}, {"$set": damage})
    with pytest.raises(
        StoreDamaged, match="record of the kind thing in the database test-"
    ) as told:
        await store.record("thing", "secret")
    assert "secret" not in told.value.detail


async def test_damage_does_not_reach_other_kinds(failing: Deployment, store: MongoStore) -> None:
    await put(store, a_record(minutes=0), a_record("b", kind="other", minutes=0))
    with failing.client() as client:
        client[store._server._database.name].records.update_one(
            {"kind": "thing"}, {"$unset": {"document": 1}}
        )
    assert await store.records_due("other", NOON, limit=9) == [
        a_record("b", kind="other", minutes=0)
    ]
