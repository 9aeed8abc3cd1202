"""Jobs: work that is kept until it is done, so that a kill at any moment loses none of it.

A job is a record; its id is its meaning ("tell/77/123"), so the same work is never kept twice. A
worker claims it by an atomic swap that puts its `run_at` a lease ahead: a lease that runs out,
since its worker is dead, makes it simply due again. What is worth trying again is tried again,
later and later; a rate limit costs no try; after the last try a job is dead, with its reason.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import anyio
import structlog
from pydantic import ValidationError

from stridetale.activity import Frozen
from stridetale.athlete import AthleteId
from stridetale.errors import StoreFailed, StravaLimited, StridetaleError
from stridetale.records import Record, Records

log = structlog.get_logger()

LEASE = timedelta(seconds=90)
WORKING_S = 75.0
"""Longest that one job may take: less than the lease, so that nobody else has begun it by then."""
TRIES = 6
FIRST_PAUSE = timedelta(seconds=10)
"""Before the second try; four times as long before each further one: two hours in all."""
AT_ONCE = 4
GLANCE_S = 1.0
"""Between two looks at what is due, where nobody says that there is something."""
REMEMBERED = timedelta(days=1)
"""How long it is known that a job was done, where doing it twice would be wrong."""

_JOB = "job"

State = Literal["queued", "running", "done", "dead"]


class Job(Frozen):
    """Something that is to be done."""

    id: str
    """What it means, at most 150 characters: "tell/77/123"."""
    kind: str
    """Who can do it: "tell", "event", …"""
    athlete: AthleteId
    payload: Mapping[str, Any] = {}
    state: State = "queued"
    tries: int = 0
    again: bool = False
    """It was asked for while it ran, and is queued again when that ends."""
    error: str | None = None
    """Why the last try failed."""


@dataclass(frozen=True)
class Claimed:
    """A job that is ours for the length of a lease."""

    job: Job
    record: Record


class Jobs:
    """Keeps jobs.

    Args:
        records: where.
        now: the time.
    """

    def __init__(
        self, records: Records, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._records, self._now = records, now
        self.news = anyio.Event()
        """Set when a job was added in this process."""

    async def add(self, job: Job, *, run_at: datetime | None = None) -> bool:
        """Keep a job.

        Args:
            job: one that is queued or done already is not kept again; one that runs is done once
                more after it; one that is dead is queued anew.
            run_at: when; None: now.

        Returns:
            Whether there is something to be done that was not known.
        """
        while True:
            old = await self._records.record(_JOB, job.id)
            known = None if old is None else _job_of(old)
            if known is not None and (known.state in {"queued", "done"} or known.again):
                return False
            if known is not None and known.state == "running" and old is not None:
                new = replace(old, document=_with(known, again=True))
            else:
                new = Record(
                    _JOB, job.id, job.athlete, job.model_dump_json(), run_at or self._now()
                )
            if await self._records.swap_record(old, new):
                self._tell_news()
                return True

    async def claim(self, *, limit: int) -> list[Claimed]:
        """Up to so many jobs that are due, ours for the length of a lease."""
        now = self._now()
        mine: list[Claimed] = []
        for old in await self._records.records_due(_JOB, now, limit=limit):
            job = _job_of(old)
            if job is None or job.state == "done":
                await self._records.swap_record(old, None)
                continue
            if job.tries > TRIES:  # whoever begins it is killed before it ends
                dead = _with(job, state="dead", error="It was begun and never ended.")
                await self._records.swap_record(old, replace(old, document=dead, due=None))
                continue
            job = job.model_copy(update={"state": "running", "tries": job.tries + 1})
            new = replace(old, document=job.model_dump_json(), due=now + LEASE)
            if await self._records.swap_record(old, new):
                mine.append(Claimed(job, new))
        return mine

    async def finish(self, claimed: Claimed, *, remember: bool = False) -> None:
        """It is done.

        Args:
            claimed: which.
            remember: so that the same job, added again within a day, is not done again.
        """
        done = claimed.job.model_copy(update={"state": "done", "error": None})
        due = self._now() + REMEMBERED if remember else None
        await self._leave(claimed, done if remember else None, due)

    async def defer(
        self, claimed: Claimed, until: datetime, *, why: str | None = None, tries: int | None = None
    ) -> None:
        """Do it (again) then; `tries`: how many it has cost so far, if not as many as it has."""
        tries = claimed.job.tries if tries is None else tries
        queued = claimed.job.model_copy(update={"state": "queued", "tries": tries, "error": why})
        await self._leave(claimed, queued, until)

    async def bury(self, claimed: Claimed, why: str) -> None:
        """Give it up; it stays to be seen."""
        dead = claimed.job.model_copy(update={"state": "dead", "error": why})
        await self._leave(claimed, dead, None)

    async def of(self, athlete: AthleteId) -> Sequence[Job]:
        """All jobs of an athlete, also those that are dead or remembered."""
        found = await self._records.records(_JOB, athlete)
        return [job for job in map(_job_of, found) if job is not None]

    async def _leave(self, claimed: Claimed, job: Job | None, due: datetime | None) -> None:
        """Put it down in this state, unless it was asked for again or is no longer ours."""
        new = None
        if job is not None:
            new = replace(claimed.record, document=job.model_dump_json(), due=due)
        if await self._records.swap_record(claimed.record, new):
            return
        now_there = await self._records.record(_JOB, claimed.job.id)
        known = None if now_there is None else _job_of(now_there)
        if (
            now_there is None
            or known is None
            or not known.again
            or now_there.due != claimed.record.due
        ):
            return
        anew = known.model_copy(update={"state": "queued", "again": False, "tries": 0})
        queued = replace(now_there, document=anew.model_dump_json(), due=self._now())
        if await self._records.swap_record(now_there, queued):
            self._tell_news()

    def _tell_news(self) -> None:
        news, self.news = self.news, anyio.Event()
        news.set()


After = Literal["done", "remember"] | datetime
"""What comes after a job: it is over; it is over and remembered; it is due again then."""

Handler = Callable[[Job], Awaitable[After]]
"""Does a job, which may have been begun before.

What it raises decides what comes of the job: a transient `StridetaleError` is tried again.
"""


class Worker:
    """Does the jobs that are due.

    Args:
        jobs: which.
        handlers: by kind.
        now: the time.
    """

    def __init__(
        self,
        jobs: Jobs,
        handlers: Mapping[str, Handler],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._jobs, self._handlers, self._now = jobs, handlers, now

    async def run(self) -> None:
        """Work until cancelled; what was begun then is due again when its lease ends."""
        while True:
            news = self._jobs.news
            try:
                done = await self.work_off()
            except StoreFailed as exc:
                log.warning("jobs.store_failed", detail=exc.detail)
                done = 0
            if not done:
                with anyio.move_on_after(GLANCE_S):
                    await news.wait()

    async def work_off(self) -> int:
        """Do some of what is due now, and say how many it were."""
        claimed = await self._jobs.claim(limit=AT_ONCE)
        async with anyio.create_task_group() as tasks:
            for one in claimed:
                tasks.start_soon(self._do, one)
        return len(claimed)

    async def _do(self, claimed: Claimed) -> None:
        job = claimed.job
        try:
            with anyio.fail_after(WORKING_S):
                after = await self._handlers[job.kind](job)
        except StravaLimited as exc:
            until = self._now() + timedelta(seconds=exc.seconds)
            free = job.tries - 1
            await self._put_down(self._jobs.defer(claimed, until, why=exc.detail, tries=free))
        except StridetaleError as exc:
            await self._put_down(self._failed(claimed, exc.detail, worth_it=exc.transient))
        except TimeoutError:
            await self._put_down(self._failed(claimed, "It took too long.", worth_it=True))
        except Exception as exc:  # a defect of ours must not end the worker
            log.exception("jobs.unforeseen", job_kind=job.kind)
            await self._put_down(self._failed(claimed, type(exc).__name__, worth_it=True))
        else:
            await self._put_down(self._ended(claimed, after))

    async def _ended(self, claimed: Claimed, after: After) -> None:
        if isinstance(after, datetime):
            await self._jobs.defer(claimed, after, tries=0)
        else:
            await self._jobs.finish(claimed, remember=after == "remember")

    async def _failed(self, claimed: Claimed, why: str, *, worth_it: bool) -> None:
        tries = claimed.job.tries
        if not worth_it or tries >= TRIES:
            log.warning("jobs.dead", job_kind=claimed.job.kind, detail=why)
            await self._jobs.bury(claimed, why)
            return
        await self._jobs.defer(claimed, self._now() + FIRST_PAUSE * 4 ** (tries - 1), why=why)

    @staticmethod
    async def _put_down(putting: Awaitable[None]) -> None:
        try:
            await putting
        except StoreFailed as exc:  # then its lease runs out, and it is done again
            log.warning("jobs.store_failed", detail=exc.detail)


def _job_of(record: Record) -> Job | None:
    """The job; None where nobody can read it any more."""
    try:
        return Job.model_validate_json(record.document)
    except ValidationError:
        log.warning("jobs.unreadable")
        return None


def _with(job: Job, **changed: object) -> str:
    return job.model_copy(update=changed).model_dump_json()
