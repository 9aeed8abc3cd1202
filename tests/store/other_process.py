"""Another process on the same store; says each thing that the store acknowledged.

python other_process.py FILE keep COUNT   keep so many activities one after the other, then end
python other_process.py FILE forever NAME keep, tell and delete in 16 tasks until it is killed
"""

import asyncio
import os
import sys
from pathlib import Path

from builders import an_activity
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
    else:
        await forever(store, argument)
    await store.close()


asyncio.run(main())
