"""How fast the stores are: `python bench/store.py [--seconds S] [--folder DIR] [--mongo URL]`.

32 tasks keep activities, then read them, for so many seconds each. Beside it, in the same run and
on the same disk, the same is done with one connection that commits each write by itself. Last, the
time to read the newest 200 entries, each with a route and a story.
"""

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from stridetale.activity import Activity, ActivityId, Source
from stridetale.athlete import LOCAL_ATHLETE
from stridetale.draft import Draft, Receipt
from stridetale.library import Store
from stridetale.store.sqlite import open_sqlite
from stridetale.story import COMPOSER, Story

TASKS = 32
IDS = 1_000
PAGE = 200
Do = Callable[[int], Awaitable[object]]


class Naive:
    """One connection in one thread, as SQLite comes; every write is a transaction."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("CREATE TABLE activities (id TEXT PRIMARY KEY, document TEXT)")

    async def keep(self, activity: Activity) -> None:
        """Insert or replace it."""
        row = (activity.id, activity.model_dump_json())
        await self._do("INSERT OR REPLACE INTO activities VALUES (?, ?)", row)

    async def get(self, activity_id: ActivityId) -> Activity:
        """Read it."""
        row = (activity_id,)
        [[document]] = await self._do("SELECT document FROM activities WHERE id = ?", row)
        return Activity.model_validate_json(document)

    async def _do(self, statement: str, row: tuple[str, ...]) -> list[tuple[str]]:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._connection.execute(statement, row).fetchall()
        )

    def close(self) -> None:
        """Let go."""
        self._thread.shutdown()
        self._connection.close()


def main() -> None:
    """Measure and print one object of JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    options.add_argument("--folder", type=Path, help="on the disk to measure")
    options.add_argument("--mongo", type=SecretStr, help="address of an empty database")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        result = asyncio.run(measured(Path(folder), chosen.seconds))
    if chosen.mongo is not None:
        result |= asyncio.run(mongo_measured(chosen.mongo, chosen.seconds))
    print(json.dumps({name: round(value, 3) for name, value in result.items()}, indent=2))


async def measured(folder: Path, seconds: float) -> dict[str, float]:
    """All figures."""
    naive = Naive(folder / "naive.db")
    result = {
        "naive_upserts_per_s": await rate(lambda n: naive.keep(activity(n)), seconds),
        "naive_gets_per_s": await rate(lambda n: naive.get(activity_id(n)), seconds),
    }
    naive.close()
    store = await open_sqlite(folder / "stridetale.db")
    result |= await store_measured(store, seconds)
    result["upserts_to_naive"] = result["upserts_per_s"] / result["naive_upserts_per_s"]
    result["gets_to_naive"] = result["gets_per_s"] / result["naive_gets_per_s"]
    return result


async def mongo_measured(url: SecretStr, seconds: float) -> dict[str, float]:
    """The figures of a MongoDB."""
    from stridetale.store.mongo import open_mongo

    figures = await store_measured(await open_mongo(url), seconds)
    return {f"mongo_{name}": value for name, value in figures.items()}


async def store_measured(store: Store, seconds: float) -> dict[str, float]:
    """The figures of a store, which is closed then."""
    figures = {
        "upserts_per_s": await rate(
            lambda n: store.keep_activity(LOCAL_ATHLETE, activity(n)), seconds
        ),
        "gets_per_s": await rate(lambda n: store.entry(LOCAL_ATHLETE, activity_id(n)), seconds),
        "page_of_200_ms": await page_ms(store),
    }
    await store.close()
    return figures


async def rate(do: Do, seconds: float) -> float:
    """How many a second `TASKS` tasks do; each of the first `IDS` is done once before."""
    for first in range(0, IDS, TASKS):
        await asyncio.gather(*(do(n) for n in range(first, min(first + TASKS, IDS))))
    done = 0
    began = time.perf_counter()

    async def task(number: int) -> None:
        nonlocal done
        while time.perf_counter() - began < seconds:
            await do(number % IDS)
            done += 1
            number += TASKS

    await asyncio.gather(*map(task, range(TASKS)))
    return done / (time.perf_counter() - began)


async def page_ms(store: Store) -> float:
    """The least time of five to read a page of entries with routes and stories."""
    for n in range(PAGE):
        await store.keep_activity(LOCAL_ATHLETE, activity(IDS + n, points=2_000))
        await store.keep_story(LOCAL_ATHLETE, activity_id(IDS + n), story(n))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        found = await store.entries(LOCAL_ATHLETE, limit=PAGE, told=True)
        times.append(time.perf_counter() - began)
        if len(found) != PAGE:
            raise AssertionError
    return min(times) * 1_000


def activity_id(n: int) -> ActivityId:
    """The id of the nth activity."""
    return ActivityId(f"file-{n:012}")


def activity(n: int, points: int = 200) -> Activity:
    """The nth activity, with a route of so many points and an elevation profile."""
    return Activity(
        id=activity_id(n),
        sport_type="GravelRide",
        source=Source(kind="file", name=f"ride-{n}.fit"),
        name="Over the hills",
        start=datetime(2026, 5, 4, 7, 30, tzinfo=UTC) + timedelta(hours=n),
        timezone="Europe/Paris",
        distance_m=42_345.6,
        moving_time_s=7_380.0,
        elevation_gain_m=354.0,
        polyline="_p~iF~ps|U_"[:6] * points,
        elevation_profile_m=tuple(100.5 + n % 7 for n in range(200)),
    )


def story(n: int) -> Story:
    """A story of some 50 words."""
    body = "{distance} lay ahead, and the road went up and down between the fields. " * 4
    receipts = tuple(
        Receipt(slot=slot, said="42.3 kilometres", value=42_345.6, unit="m", source="session")
        for slot in ("distance", "elevation_gain", "moving_time", "weekday")
    )
    return Story(
        title=f"A road {n}", body=body, text=f"A road {n}\n\n{body}", words=52, author=COMPOSER,
        tone="warm", units="metric", locale="en_GB", receipts=receipts,
        template=Draft(title="A road", body=body), drafts=0, seconds=0.01,
        told_at=datetime(2026, 5, 4, 7, 30, tzinfo=UTC),
    )  # fmt: skip


if __name__ == "__main__":
    main()
