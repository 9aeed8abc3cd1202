"""What the commands do that look after the connection to Strava."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx2
from pydantic import SecretStr
from rich.console import Console

from stridetale.athlete import AthleteId
from stridetale.errors import SettingsInvalid, StravaFailed, StravaNotSetUp, StravaRefused
from stridetale.printing import counted
from stridetale.services import Services, open_services
from stridetale.settings import Settings
from stridetale.strava.connection import TIMEOUT, Connection
from stridetale.strava.events import Subscription
from stridetale.strava.push import Push, Pushed

WEBHOOK = "/strava/webhook"

out = Console(highlight=False, soft_wrap=True)


def subscribe(settings: Settings) -> bool:
    """Ask Strava to send events to the running service.

    Raises:
        SettingsInvalid: nobody knows the address at which Strava reaches the service.
        StravaFailed: Strava does not; mostly since it cannot reach that address.
    """
    return anyio.run(_subscribe, settings)


async def _subscribe(settings: Settings) -> bool:
    if settings.public_url is None:
        raise SettingsInvalid(
            "Set STRIDETALE_PUBLIC_URL to the address at which Strava reaches the service."
        )
    address = settings.public_url + WEBHOOK
    async with _connected(settings) as (strava, push):
        if (there := await push.current()) is not None:
            raise StravaRefused(
                f"Strava sends events to {there.callback_url} already: "
                "`stridetale strava unsubscribe` ends that."
            )
        token = _text(settings.strava_verify_token)
        begun = await strava.subscriptions.begin(token)
        try:
            number = await push.subscribe(address, begun.verify_token)
        except StravaFailed:
            await strava.subscriptions.put(None)
            raise
        made = Subscription(verify_token=begun.verify_token, number=number)
        await strava.subscriptions.put(made)
    out.print(f"Strava sends events to {address} (subscription {number}).")
    return True


def unsubscribe(settings: Settings) -> bool:
    """Ask Strava to send no more events.

    Raises:
        StravaFailed: Strava does not.
    """
    return anyio.run(_unsubscribe, settings)


async def _unsubscribe(settings: Settings) -> bool:
    async with _connected(settings) as (strava, push):
        there = await push.current()
        if there is not None:
            await push.unsubscribe(there.number)
        await strava.subscriptions.put(None)
    out.print("Strava sends no events." if there is None else "Strava sends no events any more.")
    return True


def show_status(settings: Settings) -> bool:
    """Print who is connected, how changes are heard of, and what is still to be done.

    Raises:
        StravaNotSetUp: there is no connection.
        StoreFailed: the store cannot be read.
    """
    return anyio.run(_status, settings)


async def _status(settings: Settings) -> bool:
    async with _connected(settings) as (strava, push):
        accounts = [account async for account in strava.accounts.every()]
        out.print(f"{counted(len(accounts), 'athlete', 'athletes')} connected.")
        for account in accounts:
            await _print_jobs(strava, account.athlete)
        try:
            theirs = await push.current()
        except StravaFailed as exc:
            out.print(exc.detail)
            return False
        return _print_subscription(settings, await strava.subscriptions.current(), theirs)


async def _print_jobs(strava: Connection, athlete: AthleteId) -> None:
    jobs = await strava.jobs.of(athlete)
    states = Counter(f"{job.kind} {job.state}" for job in jobs)
    said = ", ".join(f"{number} × {state}" for state, number in sorted(states.items()))
    out.print(f"Athlete {athlete}: {said or 'nothing to do'}.")
    for job in jobs:
        if job.state == "dead":
            out.print(f"  given up: {job.kind}: {job.error}")


def _print_subscription(
    settings: Settings, ours: Subscription | None, theirs: Pushed | None
) -> bool:
    """How changes are heard of; False where Strava and we do not agree."""
    if theirs is None:
        wanted = settings.strava_updates == "webhook"
        missing = "no events come: `stridetale strava subscribe`"
        out.print(f"Changes: {missing if wanted else settings.strava_updates}.")
        return not wanted
    out.print(f"Changes: Strava sends events to {theirs.callback_url}.")
    if ours is None or ours.number != theirs.number:
        out.print("That subscription is not ours: unsubscribe, then subscribe.")
        return False
    return True


def reseal(settings: Settings) -> bool:
    """Seal every grant with the newest key.

    Raises:
        StravaNotSetUp: there is no connection.
        VaultClosed: one was sealed with a key that is not here.
    """
    return anyio.run(_reseal, settings)


async def _reseal(settings: Settings) -> bool:
    async with _connected(settings) as (strava, _):
        number = await strava.grants.reseal()
    out.print(f"{counted(number, 'grant is', 'grants are')} sealed with the newest key.")
    return True


def forget(settings: Settings, athlete: str) -> bool:
    """Delete everything of an athlete, and give Strava's permission back.

    Raises:
        StoreFailed: it cannot be deleted.
    """
    return anyio.run(_forget, settings, AthleteId(athlete))


async def _forget(settings: Settings, athlete: AthleteId) -> bool:
    async with _composing(settings) as services:
        if services.strava is None:
            number, revoked = await services.library.forget(athlete), True
        else:
            farewell = await services.strava.accounts.forget(athlete)
            number, revoked = farewell.activities, farewell.strava_revoked
    out.print(
        f"Everything of athlete {athlete} is deleted: "
        f"{counted(number, 'activity', 'activities')} with all stories."
    )
    if not revoked:
        out.print("Strava could not be told: the athlete can revoke at strava.com/settings/apps.")
    return revoked


@asynccontextmanager
async def _composing(settings: Settings) -> AsyncIterator[Services]:
    async with open_services(settings.model_copy(update={"writer": "composer"})) as services:
        yield services


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[tuple[Connection, Push]]:
    async with _composing(settings) as services, httpx2.AsyncClient(timeout=TIMEOUT) as http:
        if services.strava is None:
            raise StravaNotSetUp(settings.no_strava or "There is no connection to Strava.")
        push = Push(services.strava.application, settings.strava_api_url, http)
        yield services.strava, push


def _text(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
