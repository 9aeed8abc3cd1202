"""Several processes on one file, and what a kill leaves behind."""

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from builders import an_activity
from contracts.records_contract import a_record
from contracts.store_contract import ANNA, a_story
from stridetale.activity import ActivityId
from stridetale.library import Store
from stridetale.store.sqlite import open_sqlite

TESTS = Path(__file__).parents[1]
KILLS = int(os.environ.get("STRIDETALE_KILLS", "5"))
MAY_BE = {  # for what was said last: what was acknowledged, or the one step after it
    "kept": {"kept", "told"},
    "told": {"told"},
    "doomed": {"told", "deleted"},
    "deleted": {"deleted"},
}


@contextmanager
def another_process(path: Path, mode: str, argument: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, str(TESTS / "store" / "other_process.py"), str(path), mode, argument],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(TESTS)},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def acknowledged_before_a_kill(path: Path, name: str, after_s: float) -> dict[str, str]:
    """The last that another process said of each activity before it was killed."""
    with another_process(path, "forever", name) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        threading.Timer(after_s, process.kill).start()
        said += process.stdout
    assert process.returncode == -9
    return {one: state for state, one in map(str.split, said)}


def integrity_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    [[said]] = connection.execute("PRAGMA integrity_check")
    connection.close()
    return str(said)


async def state_of(store: Store, one: str) -> str:
    entry = await store.entry(ANNA, ActivityId(one))
    if entry is None:
        return "deleted"
    if entry.story is None:
        return "kept"
    assert entry.story == a_story(one)
    return "told"


async def test_what_was_acknowledged_survives_kills(tmp_path: Path) -> None:
    path = tmp_path / "stridetale.db"
    chance = random.Random()  # noqa: S311 (no secret)
    said: dict[str, str] = {}
    for n in range(KILLS):
        said |= acknowledged_before_a_kill(path, f"kill{n}", chance.uniform(0.05, 0.4))
    store = await open_sqlite(path)
    assert integrity_of(path) == "ok"
    found = {one: await state_of(store, one) for one in said}
    await store.close()
    wrong = {one: (said[one], is_) for one, is_ in found.items() if is_ not in MAY_BE[said[one]]}
    assert wrong == {}
    assert set(found.values()) >= {"told", "deleted"}


async def test_two_processes_write_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "stridetale.db"
    store = await open_sqlite(path)
    with another_process(path, "keep", "200") as other:
        assert other.stdout is not None
        await asyncio.to_thread(other.stdout.readline)
        mine = 0
        while other.poll() is None:
            await store.keep_activity(ANNA, an_activity(id=f"mine-{mine}"))
            mine += 1
        assert other.returncode == 0
    assert len(await store.entries(ANNA, limit=mine + 300)) == mine + 200
    assert mine > 0
    await store.close()


async def test_of_processes_that_swap_a_record_one_wins_each_time(tmp_path: Path) -> None:
    path = tmp_path / "stridetale.db"
    await (await open_sqlite(path)).close()
    with ExitStack() as stack:
        others = [stack.enter_context(another_process(path, "swap", "10")) for _ in range(3)]
        said = [await asyncio.to_thread(other.communicate) for other in others]
    took = sorted(int(line.split()[1]) for out, _ in said for line in out.splitlines())
    assert took == list(range(1, 121))
    store = await open_sqlite(path)
    assert await store.record(*a_record().place) == a_record(document="120")
    await store.close()


async def test_what_another_process_keeps_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stridetale.db"
    store = await open_sqlite(path)
    with another_process(path, "keep", "1") as other:
        assert other.stdout is not None
        said = await asyncio.to_thread(other.stdout.readline)
        _, one = said.split()
        entry = await store.entry(ANNA, ActivityId(one))
    assert entry is not None
    await store.close()


async def test_many_may_open_a_new_store_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "stridetale.db"
    stores = await asyncio.gather(*(open_sqlite(path) for _ in range(8)))
    for n, store in enumerate(stores):
        await store.keep_activity(ANNA, an_activity(id=f"{n}"))
    assert len(await stores[0].entries(ANNA, limit=99)) == 8
    await asyncio.gather(*(store.close() for store in stores))
