"""Many athletes at once, while Strava fails now and then, and the service is killed.

STRIDETALE_CROWD and STRIDETALE_KILLS make both as large as one likes.
"""

import json
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import httpx2

from sandboxes import Sandbox, a_sandbox
from strava.crowds import FAULTS, Member, a_service, at_once, keep_subscription

CROWD = int(os.environ.get("STRIDETALE_CROWD", "12"))
KILLS = int(os.environ.get("STRIDETALE_KILLS", "4"))
UNLIMITED = (10**9, 10**9)
EACH = 30


def failing(sandbox: Sandbox, *, share: float = 0.05) -> None:
    """Of all calls this share meets a fault, of one kind or another."""
    for kind in FAULTS:
        sandbox.fault(kind, calls=10**6, probability=share / len(FAULTS))


def lost_events(folder: Path, crowd: list[Member]) -> list[str]:
    """Events that were answered with 200 and of which no job is known."""
    with closing(sqlite3.connect(folder / "stridetale.db")) as connection:
        rows = connection.execute(
            "SELECT athlete, document FROM records WHERE kind = 'job' AND key LIKE 'event/%'"
        )
        known = {(who, json.loads(job)["payload"]["event_time"]) for who, job in rows}
    return [
        f"lost event {number} of {member.athlete}"
        for member in crowd
        for number in member.events
        if (str(member.athlete), number) not in known
    ]


async def test_a_crowd_gets_what_is_theirs_while_strava_fails(tmp_path: Path) -> None:
    with a_sandbox(overall=UNLIMITED, read=UNLIMITED) as sandbox:
        failing(sandbox)
        with a_service(sandbox, tmp_path) as service:
            crowd = [Member(1001 + n, sandbox, service.url) for n in range(CROWD)]
            few = min(10, CROWD // 2)
            await at_once(crowd[:few], activities=EACH)
            after_few = service.memory_mb
            await at_once(crowd[few:], activities=EACH)
            after_all = service.memory_mb
            wrong = [found for one in crowd for found in await one.missing(exactly=EACH)]
        met = sandbox.admin("GET", "/state").json()["faults_met"]
        again = sum(one.tries for one in crowd)
        print(  # noqa: T201 (what a larger run is made for)
            f"{CROWD} athletes, {met} faults met, {again} requests made again; "
            f"{after_few:.0f} MB after {few}, {after_all:.0f} MB after all"
        )
        assert wrong == []
        assert met > 0
        assert after_all < 1.2 * after_few


async def go_on(crowd: list[Member]) -> None:
    try:
        await at_once(crowd, activities=EACH)
    except* httpx2.HTTPError:
        pass


async def test_what_was_acknowledged_survives_kills(tmp_path: Path) -> None:
    rng = random.Random(KILLS)  # noqa: S311 (repeatable)
    wrong: list[str] = []
    acknowledged = 0
    with a_sandbox(overall=UNLIMITED, read=UNLIMITED) as sandbox:
        await keep_subscription(tmp_path)
        failing(sandbox)
        for kill in range(KILLS):
            crowd = [Member(1001 + (5 * kill + n) % 60, sandbox, "") for n in range(5)]
            with a_service(sandbox, tmp_path) as service:
                for member in crowd:
                    member.url = service.url
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(go_on, crowd)
                    await anyio.sleep(rng.uniform(0.2, 3.0))
                    while kill == 0 and not any(one.session for one in crowd):  # noqa: ASYNC110
                        await anyio.sleep(0.05)  # at one kill at least there is something to lose
                    tasks.cancel_scope.cancel()
                service.kill()
            with a_service(sandbox, tmp_path) as service:
                wrong += lost_events(tmp_path, crowd)
                for member in crowd:
                    member.url = service.url
                    wrong += await member.missing()
                    sandbox.admin("POST", f"/athletes/{member.athlete}/age")
                    acknowledged += len(member.activities) + len(member.stories)
                    acknowledged += len(member.tokens) + len(member.events)
                    acknowledged += member.session is not None
    print(f"{KILLS} kills, {acknowledged} things acknowledged, {len(wrong)} lost")  # noqa: T201 (as above)
    assert wrong == []
    assert acknowledged > 0
