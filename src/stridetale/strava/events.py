"""Events: Strava tells that something happened; what it was is asked of the API.

https://developers.strava.com/docs/webhooks/: an event must be answered within two seconds, is sent
again up to twice otherwise, and is not signed. So it is kept at once and handled later; one of
another subscription or of an unknown athlete does nothing, the same one twice does nothing, and a
forged one does nothing either, since only what the API answers changes anything.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from stridetale.activity import ActivityId
from stridetale.athlete import AthleteId
from stridetale.errors import SignInNeeded
from stridetale.jobs import Job, Jobs
from stridetale.records import Record, Records
from stridetale.strava.accounts import Accounts
from stridetale.strava.client import Strava
from stridetale.strava.sync import Sync

log = structlog.get_logger()

SUBSCRIPTION = "subscription"
_OURS = "strava"


class Event(BaseModel):
    """An event as Strava sends it, as far as we read it."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    object_type: str
    object_id: int
    aspect_type: str
    owner_id: int
    subscription_id: int
    event_time: int
    updates: Mapping[str, Any] = {}

    @property
    def athlete(self) -> AthleteId:
        """Whose activity or account it is about."""
        return AthleteId(str(self.owner_id))


class Subscription(BaseModel):
    """Our subscription at Strava."""

    verify_token: str
    """What Strava says back when it looks whether the address is ours."""
    number: int | None = None
    """None while Strava has not confirmed it."""


class Subscriptions:
    """Keeps the one subscription that an application may have.

    Args:
        records: where.
    """

    def __init__(self, records: Records) -> None:
        self._records = records

    async def current(self) -> Subscription | None:
        """The subscription."""
        found = await self._records.record(SUBSCRIPTION, _OURS)
        return None if found is None else found.read(Subscription)

    async def begin(self, verify_token: str | None) -> Subscription:
        """Keep that we are about to subscribe, before Strava asks for it."""
        subscription = Subscription(verify_token=verify_token or secrets.token_urlsafe(24))
        await self.put(subscription)
        return subscription

    async def put(self, subscription: Subscription | None) -> None:
        """Keep a subscription in place of what there is; None: there is none any more."""
        new = None
        if subscription is not None:
            new = Record(SUBSCRIPTION, _OURS, AthleteId(""), subscription.model_dump_json())
        while True:
            old = await self._records.record(SUBSCRIPTION, _OURS)
            if (old is None and new is None) or await self._records.swap_record(old, new):
                return

    async def challenge(self, mode: str, token: str, challenge: str) -> str | None:
        """What Strava wants to hear back; None where it was not us who subscribed."""
        current = await self.current()
        if current is None or mode != "subscribe":
            return None
        ours = secrets.compare_digest(current.verify_token.encode(), token.encode())
        return challenge if ours else None


class Events:
    """Takes events, and handles them.

    Args:
        subscriptions: whose events count.
        accounts: of whom events count.
        jobs: where events are kept.
        strava: its API.
        sync: what happens to activities.
    """

    def __init__(
        self,
        subscriptions: Subscriptions,
        accounts: Accounts,
        jobs: Jobs,
        strava: Strava,
        sync: Sync,
    ) -> None:
        self._subscriptions, self._accounts, self._jobs = subscriptions, accounts, jobs
        self._strava, self._sync = strava, sync

    async def receive(self, payload: object) -> bool:
        """Keep an event; when this returns, a kill does not lose it.

        Returns:
            Whether it means something; otherwise nothing was kept.
        """
        try:
            event = Event.model_validate(payload)
        except ValidationError:
            log.info("event.unreadable")
            return False
        current = await self._subscriptions.current()
        if current is None or current.number != event.subscription_id:
            log.info("event.not_ours")
            return False
        if await self._accounts.of(event.athlete) is None:
            log.info("event.of_nobody")
            return False
        return await self._jobs.add(
            Job(
                id=f"event/{_digest(event)}",
                kind="event",
                athlete=event.athlete,
                payload=event.model_dump(mode="json"),
            )
        )

    async def handle(self, job: Job) -> None:
        """Do what an event that was kept is about.

        Raises:
            StravaFailed: one of its kinds.
        """
        event = Event.model_validate(job.payload)
        if event.object_type == "activity":
            new = event.aspect_type == "create"
            await self._sync.look(event.athlete, ActivityId(str(event.object_id)), new=new)
        elif event.object_type == "athlete" and "authorized" in event.updates:
            await self._see_off(event.athlete)

    async def _see_off(self, athlete: AthleteId) -> None:
        """Delete everything of an athlete who is said to have revoked, if that is true."""
        try:
            await self._strava.check(athlete)
        except SignInNeeded:
            await self._accounts.forget(athlete)
            log.info("athlete.revoked")
        else:
            log.warning("event.not_true", aspect="revoked")


def _digest(event: Event) -> str:
    """The same for the same event, however its fields are ordered."""
    text = json.dumps(event.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
