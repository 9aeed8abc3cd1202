"""Another process on the same store; says each thing that the store acknowledged.

python other_process.py FILE keep COUNT   keep so many activities one after the other, then end
python other_process.py FILE swap COUNT   add one to a record so many times, in 4 tasks, then end
python other_process.py FILE forever NAME keep, tell and delete in 16 tasks until it is killed
"""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from builders import an_activity
from contracts.records_contract import a_record
from contracts.store_contract import ANNA, a_story
from stridetale.activity import ActivityId
from stridetale.library import Store
from stridetale.store.sqlite import open_sqlite

TASKS = 16
DOOMED = 5
"""Each fifth activity is deleted again."""


def say(*words: str) -> None:
    """One line, at once and whole, whatever happens next."""
    os.write(sys.stdout.fileno(), (" ".join(words) + "\n").encode())


async def keep(store: Store, count: int) -> None:
    for n in range(count):
        await store.keep_activity(ANNA, an_activity(id=f"other-{n}"))
        say("kept", f"other-{n}")


async def swap(store: Store, count: int) -> None:
    """Each number is taken by whoever says it: by one, however many try."""

    async def task() -> None:
        for _ in range(count):
            while not await add_one(store):
                pass

    await asyncio.gather(*(task() for _ in range(4)))


async def add_one(store: Store) -> bool:
    """Whether nobody else was faster."""
    old = await store.record(*a_record().place)
    number = 1 + int(old.document) if old else 1
    won = await store.swap_record(old, replace(a_record(), document=f"{number}"))
    if won:
        say("took", f"{number}")
    return won


async def forever(store: Store, name: str) -> None:
    async def task(number: int) -> None:
        while True:
            one = ActivityId(f"{name}-{number}")
            await store.keep_activity(ANNA, an_activity(id=one))
            say("kept", one)
            await store.keep_story(ANNA, one, a_story(one))
            doomed = number % DOOMED == 0
            say("doomed" if doomed else "told", one)
            if doomed:
                await store.delete_activity(ANNA, one)
                say("deleted", one)
            number += TASKS

    await asyncio.gather(*map(task, range(TASKS)))


async def main() -> None:
    path, mode, argument = sys.argv[1:]
    store = await open_sqlite(Path(path))
    if mode == "keep":
        await keep(store, int(argument))
    elif mode == "swap":
        await swap(store, int(argument))
    else:
        await forever(store, argument)
    await store.close()


asyncio.run(main())
