"""Jobs: kept until they are done, done once at a time, tried again where that may help."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from typing_extensions import override

from fakes import Clock, MemoryStore
from stridetale.athlete import AthleteId
from stridetale.errors import (
    ActivityNotFound,
    StoreUnavailable,
    StravaLimited,
    StravaUnreachable,
)
from stridetale.jobs import LEASE, REMEMBERED, TRIES, After, Claimed, Handler, Job, Jobs, Worker
from stridetale.records import Record

ANNA = AthleteId("1")
A_JOB = Job(id="work/1", kind="work", athlete=ANNA)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def jobs(store: MemoryStore, clock: Clock) -> Jobs:
    return Jobs(store, now=clock)


async def claimed(jobs: Jobs) -> Claimed:
    [one] = await jobs.claim(limit=9)
    return one


async def the_job(jobs: Jobs) -> Job | None:
    return next(iter(await jobs.of(ANNA)), None)


# --- keeping ---


async def test_a_job_is_claimed_once(jobs: Jobs) -> None:
    assert await jobs.add(A_JOB)
    assert (await claimed(jobs)).job.id == A_JOB.id
    assert not await jobs.claim(limit=9)


async def test_the_same_job_is_kept_once(jobs: Jobs) -> None:
    await jobs.add(A_JOB)
    assert not await jobs.add(A_JOB)
    assert len(await jobs.claim(limit=9)) == 1


async def test_a_job_waits_for_its_time(jobs: Jobs, clock: Clock) -> None:
    await jobs.add(A_JOB, run_at=clock.now + timedelta(minutes=1))
    assert not await jobs.claim(limit=9)
    clock.pass_(timedelta(minutes=1))
    assert len(await jobs.claim(limit=9)) == 1


async def test_a_lease_that_ran_out_makes_it_due_again(jobs: Jobs, clock: Clock) -> None:
    await jobs.add(A_JOB)
    await jobs.claim(limit=9)
    clock.pass_(LEASE)
    assert (await claimed(jobs)).job.tries == 2


async def test_whose_lease_ran_out_cannot_finish_it(jobs: Jobs, clock: Clock) -> None:
    await jobs.add(A_JOB)
    late = await claimed(jobs)
    clock.pass_(LEASE)
    await jobs.claim(limit=9)
    await jobs.finish(late)
    assert await the_job(jobs) is not None


async def test_a_job_that_always_kills_its_worker_is_given_up(jobs: Jobs, clock: Clock) -> None:
    await jobs.add(A_JOB)
    for _ in range(TRIES + 1):
        await jobs.claim(limit=9)
        clock.pass_(LEASE)
    assert not await jobs.claim(limit=9)
    job = await the_job(jobs)
    assert job is not None
    assert (job.state, job.error) == ("dead", "It was begun and never ended.")


async def test_a_finished_job_is_gone_and_can_be_added_again(jobs: Jobs) -> None:
    await jobs.add(A_JOB)
    await jobs.finish(await claimed(jobs))
    assert await the_job(jobs) is None
    assert await jobs.add(A_JOB)


async def test_a_remembered_job_is_not_done_again_for_a_day(jobs: Jobs, clock: Clock) -> None:
    await jobs.add(A_JOB)
    await jobs.finish(await claimed(jobs), remember=True)
    assert not await jobs.add(A_JOB)
    clock.pass_(REMEMBERED)
    assert not await jobs.claim(limit=9)  # but forgotten
    assert await jobs.add(A_JOB)


async def test_a_job_that_is_asked_for_while_it_runs_is_done_once_more(jobs: Jobs) -> None:
    await jobs.add(A_JOB)
    running = await claimed(jobs)
    assert await jobs.add(A_JOB)
    assert not await jobs.add(A_JOB)
    assert not await jobs.claim(limit=9)
    await jobs.finish(running)
    again = await claimed(jobs)
    assert (again.job.tries, again.job.again) == (1, False)


async def test_a_dead_job_can_be_added_anew(jobs: Jobs) -> None:
    await jobs.add(A_JOB)
    await jobs.bury(await claimed(jobs), "No use.")
    assert not await jobs.claim(limit=9)
    assert await jobs.add(A_JOB)
    assert (await claimed(jobs)).job.tries == 1


async def test_what_nobody_can_read_is_put_away(jobs: Jobs, store: MemoryStore) -> None:
    await store.swap_record(None, Record("job", "x", ANNA, "{", datetime(2026, 1, 1, tzinfo=UTC)))
    await jobs.add(A_JOB)
    assert len(await jobs.claim(limit=9)) == 1
    assert await store.record("job", "x") is None


async def test_of_two_workers_one_gets_it(store: MemoryStore, clock: Clock) -> None:
    class Slow(MemoryStore):
        @override
        async def records_due(self, kind: str, until: datetime, *, limit: int) -> list[Record]:
            found = await store.records_due(kind, until, limit=limit)
            await anyio.sleep(0.01)
            return found

        @override
        async def swap_record(self, old: Record | None, new: Record | None) -> bool:
            return await store.swap_record(old, new)

    await Jobs(store, now=clock).add(A_JOB)
    got: list[Claimed] = []

    async def take() -> None:
        got.extend(await Jobs(Slow(), now=clock).claim(limit=9))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(take)
        tasks.start_soon(take)
    assert len(got) == 1


# --- working ---


def failing(error: Exception) -> Handler:
    async def handle(_: Job) -> After:
        raise error

    return handle


def ending(after: After) -> Handler:
    async def handle(_: Job) -> After:
        return after

    return handle


Work = Callable[[Handler], Worker]


@pytest.fixture
def working(jobs: Jobs, clock: Clock) -> Work:
    return lambda handler: Worker(jobs, {"work": handler}, now=clock)


async def test_a_job_that_is_over_is_gone(jobs: Jobs, working: Work) -> None:
    await jobs.add(A_JOB)
    assert await working(ending("done")).work_off() == 1
    assert await the_job(jobs) is None


async def test_a_job_may_be_remembered(jobs: Jobs, working: Work) -> None:
    await jobs.add(A_JOB)
    await working(ending("remember")).work_off()
    assert not await jobs.add(A_JOB)


async def test_a_job_may_come_again(jobs: Jobs, working: Work, clock: Clock) -> None:
    await jobs.add(A_JOB)
    for _ in range(2 * TRIES):  # which costs no tries
        later = clock.now + timedelta(hours=1)
        assert await working(ending(later)).work_off() == 1
        assert await working(ending(later)).work_off() == 0
        clock.pass_(timedelta(hours=1))


async def test_what_may_pass_is_tried_again_later_and_later(
    jobs: Jobs, working: Work, store: MemoryStore, clock: Clock
) -> None:
    await jobs.add(A_JOB)
    worker, pauses = working(failing(StravaUnreachable("It is down."))), list[float]()
    while await worker.work_off():
        [record] = await store.records("job", ANNA)
        if record.due is not None:
            pauses.append((record.due - clock.now).total_seconds())
            clock.now = record.due
    assert pauses == [10, 40, 160, 640, 2560]
    job = await the_job(jobs)
    assert job is not None
    assert (job.state, job.error) == ("dead", "It is down.")


async def test_a_rate_limit_costs_no_try(jobs: Jobs, working: Work, clock: Clock) -> None:
    await jobs.add(A_JOB)
    for _ in range(2 * TRIES):
        assert await working(failing(StravaLimited(600))).work_off() == 1
        clock.pass_(timedelta(seconds=599))
        assert await working(ending("done")).work_off() == 0
        clock.pass_(timedelta(seconds=1))


async def test_what_will_never_succeed_is_given_up_at_once(jobs: Jobs, working: Work) -> None:
    await jobs.add(A_JOB)
    await working(failing(ActivityNotFound("7"))).work_off()
    job = await the_job(jobs)
    assert job is not None
    assert (job.state, job.error) == ("dead", "You have no activity 7.")


async def test_a_defect_is_tried_again_and_says_no_more_than_its_name(
    jobs: Jobs, working: Work
) -> None:
    await jobs.add(A_JOB)
    await working(failing(ValueError("secret"))).work_off()
    job = await the_job(jobs)
    assert job is not None
    assert (job.state, job.error) == ("queued", "ValueError")


async def test_a_worker_works_until_it_is_cancelled(jobs: Jobs, working: Work) -> None:
    done = anyio.Event()

    async def handle(_: Job) -> After:
        done.set()
        return "done"

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(working(handle).run)
        await anyio.sleep(0.05)  # it waits already
        await jobs.add(A_JOB)
        with anyio.fail_after(0.5):  # sooner than it would look by itself
            await done.wait()
        tasks.cancel_scope.cancel()


async def test_a_store_that_fails_does_not_end_a_worker(clock: Clock) -> None:
    class Failing(MemoryStore):
        fails = True

        @override
        async def records_due(self, kind: str, until: datetime, *, limit: int) -> list[Record]:
            if self.fails:
                self.fails = False
                raise StoreUnavailable("It is gone.")
            return await super().records_due(kind, until, limit=limit)

    jobs, done = Jobs(Failing(), now=clock), anyio.Event()

    async def handle(_: Job) -> After:
        done.set()
        return "done"

    await jobs.add(A_JOB)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(Worker(jobs, {"work": handle}, now=clock).run)
        with anyio.fail_after(5):
            await done.wait()
        tasks.cancel_scope.cancel()


async def test_a_store_that_fails_in_the_end_leaves_the_job_to_its_lease(clock: Clock) -> None:
    class Failing(MemoryStore):
        swaps = 0

        @override
        async def swap_record(self, old: Record | None, new: Record | None) -> bool:
            self.swaps += 1
            if self.swaps == 3:  # added, claimed, …
                raise StoreUnavailable("It is gone.")
            return await super().swap_record(old, new)

    jobs = Jobs(Failing(), now=clock)
    await jobs.add(A_JOB)
    await Worker(jobs, {"work": ending("done")}, now=clock).work_off()
    clock.pass_(LEASE)
    assert (await claimed(jobs)).job.tries == 2
