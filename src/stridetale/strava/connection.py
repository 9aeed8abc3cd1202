"""The connection to Strava: everything that is there where the operator has set it up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2

from stridetale.activity import ActivityId
from stridetale.athlete import AthleteId
from stridetale.errors import ActivityNotFound
from stridetale.jobs import After, Handler, Job, Jobs
from stridetale.library import Library, Store
from stridetale.policy import DataPolicy
from stridetale.sessions import Sessions
from stridetale.story import Wish
from stridetale.strava.accounts import Account, Accounts
from stridetale.strava.client import Strava
from stridetale.strava.events import Events, Subscriptions
from stridetale.strava.grants import SealedGrants, Sealer
from stridetale.strava.oauth import Application, OAuth, SignedIn
from stridetale.strava.publishing import PUBLISHED, Publishing
from stridetale.strava.sync import Sync, telling
from stridetale.strava.tokens import Tokens

TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
POLL_EVERY = timedelta(minutes=15)
POLLED = 50
"""How many athletes are asked about in fifteen minutes at the most: half of what Strava allows."""
POLL_BACK = timedelta(days=14)
"""How far back a poll looks for what was changed or deleted."""
LATEST = 3
"""How many activities come with a sign-in."""


@dataclass(frozen=True)
class Terms:
    """What the operator chose about Strava."""

    application: Application
    api_url: str
    policy: DataPolicy
    athletes: frozenset[AthleteId]
    polls: bool


@dataclass(frozen=True)
class Connection:
    """All that can be done with Strava."""

    application: Application
    polls: bool
    sessions: Sessions
    jobs: Jobs
    oauth: OAuth
    grants: SealedGrants
    accounts: Accounts
    sync: Sync
    events: Events
    subscriptions: Subscriptions
    publishing: Publishing
    store: Store
    library: Library

    async def sign_in(self, code: str, scopes: frozenset[str]) -> Account:
        """Let in an athlete who came back from Strava with a code.

        Raises:
            AthleteNotAllowed, ScopeMissing: nothing was kept.
            StravaFailed: another of its kinds.
        """
        signed_in: SignedIn = await self.oauth.exchange(code, scopes)
        account = await self.accounts.welcome(signed_in)
        if self.polls:
            await self.jobs.add(polling(account.athlete), run_at=datetime.now(UTC) + POLL_EVERY)
        return account

    async def bring_latest(self, athlete: AthleteId) -> int:
        """Bring the last activities of one who has just signed in, and order their stories.

        Returns:
            How many were brought.

        Raises:
            StravaFailed: one of its kinds.
        """
        added = await self.sync.latest(athlete, limit=LATEST)
        for one in added:
            entry = await self.library.get(athlete, one.activity_id)
            if entry.story is None:
                await self.jobs.add(telling(athlete, one.activity_id))
        return len(added)

    def handlers(self, wish: Wish) -> dict[str, Handler]:
        """Who does which job.

        Args:
            wish: of every story that is told without being asked for.
        """

        async def tell(job: Job) -> After:
            activity_id = ActivityId(str(job.payload["activity_id"]))
            try:
                await self.library.tell(job.athlete, activity_id, wish)
            except ActivityNotFound:  # it was deleted meanwhile
                return "done"
            return "done"

        async def event(job: Job) -> After:
            await self.events.handle(job)
            return "remember"

        async def poll(job: Job) -> After:
            account = await self.accounts.of(job.athlete)
            if account is None:
                return "done"
            now = datetime.now(UTC)
            await self.sync.poll(job.athlete, after=max(now - POLL_BACK, account.since))
            return now + await self._pause()

        return {"tell": tell, "event": event, "poll": poll}

    async def begin(self) -> None:
        """What is due when the service starts, also after the settings were changed."""
        await self.library.strip()
        if self.polls:
            async for account in self.accounts.every():
                await self.jobs.add(polling(account.athlete))

    async def sweep(self) -> None:
        """Delete what has run out: sessions, and what the policy lets stay no longer."""
        await self.sessions.sweep()
        await self.library.expire()
        now = datetime.now(UTC)
        while old := await self.store.records_due(PUBLISHED, now, limit=100):
            for record in old:
                await self.store.swap_record(record, None)

    async def _pause(self) -> timedelta:
        """How long to wait between two polls, so that all of them stay within the rate limit."""
        number = 0
        async for _ in self.accounts.every():
            number += 1
        return max(POLL_EVERY, POLL_EVERY * number / POLLED)


def polling(athlete: AthleteId) -> Job:
    """The job of seeing what is new at Strava, again and again."""
    return Job(id=f"poll/{athlete}", kind="poll", athlete=athlete)


@asynccontextmanager
async def connect(
    terms: Terms, store: Store, library: Library, vault: Sealer
) -> AsyncIterator[Connection]:
    """The connection on these terms."""
    async with httpx2.AsyncClient(timeout=TIMEOUT) as http:
        grants = SealedGrants(store, vault)
        oauth = OAuth(terms.application, http)
        accounts = Accounts(store, library, grants, oauth, terms.policy, allowed=terms.athletes)
        strava = Strava(terms.api_url, Tokens(grants, oauth), http)
        jobs = Jobs(store)
        sync = Sync(strava, library, jobs)
        subscriptions = Subscriptions(store)
        yield Connection(
            application=terms.application,
            polls=terms.polls,
            sessions=Sessions(store),
            jobs=jobs,
            oauth=oauth,
            grants=grants,
            accounts=accounts,
            sync=sync,
            events=Events(subscriptions, accounts, jobs, strava, sync),
            subscriptions=subscriptions,
            publishing=Publishing(strava, library, store, terms.policy),
            store=store,
            library=library,
        )
