"""A replica set of three whose primary is killed while it is being written to."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from itertools import count
from uuid import uuid4

import pytest
from pydantic import SecretStr

from builders import an_activity
from contracts.store_contract import ANNA, a_ride, a_story, ids, keep
from mongods import Deployment, Mongod, replica_set, wait_until
from sites import a_client, a_gpx, files, site_settings
from stridetale.activity import ActivityId
from stridetale.errors import StoreUnavailable
from stridetale.library import Store
from stridetale.store.mongo import MongoStore, open_mongo
from stridetale.web.app import create_app

KILLS = int(os.environ.get("STRIDETALE_KILLS", "2"))
TASKS = 16
DOOMED = 5
"""Each fifth activity is deleted again."""
MAY_BE = {  # for what was said last: what was acknowledged, or the one step after it
    "keeping": {"deleted", "kept"},
    "kept": {"kept", "told"},
    "told": {"told"},
    "doomed": {"told", "deleted"},
    "deleted": {"deleted"},
}


@pytest.fixture(scope="module")
def three() -> Iterator[Deployment]:
    with replica_set(3) as deployment:
        yield deployment


@pytest.fixture
def url(three: Deployment) -> SecretStr:
    return three.url(f"test-{uuid4().hex}")


@asynccontextmanager
async def opened(url: SecretStr, patience_s: float) -> AsyncIterator[MongoStore]:
    store = await open_mongo(url, patience_s=patience_s)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def killed(*members: Mongod) -> Iterator[None]:
    """They are dead meanwhile, and in the end all are well again."""
    for member in members:
        member.kill()
    try:
        yield
    finally:
        for member in members:
            member.start()
            wait_until(lambda member=member: serves(member))  # type: ignore[misc]  # bound now


def serves(member: Mongod) -> bool:
    hello = member.said("hello") or {}
    return bool(hello.get("secondary") or hello.get("isWritablePrimary"))


async def write_until(
    store: Store, name: str, done: asyncio.Event
) -> tuple[dict[str, str], list[str]]:
    """What was acknowledged last of each activity, and why calls failed."""
    said: dict[str, str] = {}
    failures: list[str] = []

    async def surely(one: str, state: str, call: Callable[[], Awaitable[object]]) -> bool:
        try:
            await call()
        except StoreUnavailable as exc:
            failures.append(f"{one} {state}: {exc} ({exc.__cause__!r})")
            await asyncio.sleep(0.05)
            return False
        said[one] = state
        return True

    async def task(number: int) -> None:
        for one in (ActivityId(f"{name}-{number}-{n}") for n in count()):
            if done.is_set():
                return
            said[one] = "keeping"
            if not await surely(
                one,
                "kept",
                lambda: store.keep_activity(ANNA, an_activity(id=one)),  # noqa: B023 (called at once)
            ):
                continue
            doomed = number % DOOMED == 0
            told = await surely(
                one, "doomed" if doomed else "told",
                lambda: store.keep_story(ANNA, one, a_story(one)),  # noqa: B023 (called at once)
            )  # fmt: skip
            if told and doomed:
                await surely(one, "deleted", lambda: store.delete_activity(ANNA, one))  # noqa: B023 (called at once)

    await asyncio.gather(*map(task, range(TASKS)))
    return said, failures


async def state_of(store: Store, one: str) -> str:
    entry = await store.entry(ANNA, ActivityId(one))
    if entry is None:
        return "deleted"
    if entry.story is None:
        return "kept"
    assert await store.stories(ANNA, ActivityId(one)) == [a_story(one)]  # told once, not twice
    return "told"


async def wrong_of(store: Store, said: dict[str, str]) -> dict[str, tuple[str, str]]:
    found = {one: await state_of(store, one) for one in said}
    return {one: (said[one], is_) for one, is_ in found.items() if is_ not in MAY_BE[said[one]]}


@asynccontextmanager
async def being_written(store: Store, name: str, said: dict[str, str]) -> AsyncIterator[None]:
    """Tasks write meanwhile; what was acknowledged is in `said` afterwards, and no call failed."""
    done = asyncio.Event()
    writing = asyncio.create_task(write_until(store, name, done))
    try:
        await asyncio.sleep(0.5)
        yield
        await asyncio.sleep(0.5)
    finally:
        done.set()
        last, failures = await writing
    said |= last
    assert failures == []  # the driver tries again until there is a new primary


async def test_no_acknowledged_write_is_lost_and_none_is_doubled_when_the_primary_is_killed(
    three: Deployment, url: SecretStr
) -> None:
    said: dict[str, str] = {}
    async with opened(url, patience_s=150.0) as store:  # a busy machine chooses slowly
        for n in range(KILLS):
            primary = await asyncio.to_thread(three.primary)
            async with AsyncExitStack() as dead:
                async with being_written(store, f"kill{n}", said):
                    dead.enter_context(killed(primary))
                    # so that it is the new one that acknowledges something
                    await keep(store, a_ride(f"after{n}"))
                assert await asyncio.to_thread(three.primary) is not primary
                assert await wrong_of(store, said) == {}
        assert await wrong_of(store, said) == {}
    assert set(said.values()) >= {"told", "deleted"}
    assert len(said) > KILLS * TASKS


async def test_without_a_majority_nothing_is_acknowledged_and_it_recovers_by_itself(
    three: Deployment, url: SecretStr
) -> None:
    async with opened(url, patience_s=2.0) as store:
        await keep(store, a_ride("a"))
        primary = await asyncio.to_thread(three.primary)
        others = [member for member in three.members if member is not primary]
        refused = pytest.raises(StoreUnavailable, match=r"has no primary now|within 2 seconds")
        with killed(*others), refused:
            await keep(store, a_ride("b"))
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                await keep(store, a_ride("c"))
                break
            except StoreUnavailable:
                await asyncio.sleep(0.2)
        assert {"a", "c"} <= set(ids(await store.entries(ANNA, limit=9)))


def test_the_service_goes_on_with_a_new_primary_without_a_restart(
    three: Deployment, url: SecretStr
) -> None:
    with a_client(create_app(site_settings(store=url))) as client:
        client.post("/activities/import", files=files(("a.gpx", a_gpx()))).raise_for_status()
        with killed(three.primary()):
            another = files(("b.gpx", a_gpx(at="2026-05-06T07:00")))
            wait_until(lambda: client.post("/activities/import", files=another).is_success)
            assert len(client.get("/activities/").json()["entries"]) == 2
            assert client.get("/readyz").is_success
