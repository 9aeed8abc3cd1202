"""The client: what is asked of Strava's API for an athlete.

Every call keeps within the rate limits that the answers report, waits a little or says how long
to wait, tries again what may pass (a cut connection, a fault of Strava's), and has a new token
fetched once where the old one is refused. Tokens travel in headers only.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import anyio
import httpx2

from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.errors import (
    ActivityNotFound,
    ScopeMissing,
    SignInNeeded,
    StravaFailed,
    StravaInactive,
    StravaLimited,
    StravaRefused,
    StravaUnreachable,
)
from stridetale.strava.answers import activities_of, activity_of
from stridetale.strava.oauth import READ, WRITE
from stridetale.strava.rate import UNKNOWN
from stridetale.strava.tokens import Tokens

TRIES = 3
FIRST_PAUSE_S = 0.5
"""Before the second try, at the most; twice as long before each further one."""
LEAST_WAIT_S = 60.0
"""After a refusal that the limits as we know them do not explain."""
PER_PAGE = 200
"""The most that Strava gives in one page."""

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _SERVER_ERROR = 401, 403, 404, 429, 500


@dataclass(frozen=True)
class _Call:
    """One question to Strava."""

    method: Literal["GET", "PUT"]
    path: str
    scope: str
    """What the athlete must have allowed for it."""
    params: Mapping[str, int]
    json: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Words:
    """What stands at an activity of Strava's."""

    name: str
    description: str


class Strava:
    """Strava's API.

    Args:
        url: its base: "https://www.strava.com/api/v3".
        tokens: of the athletes.
        http: a client with time-outs of its own; it is not closed here.
        patience_s: how long a call waits for the rate limit at the most, before it gives up.
        now: the time.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        url: str,
        tokens: Tokens,
        http: httpx2.AsyncClient,
        *,
        patience_s: float = 10.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._url, self._tokens, self._http = url, tokens, http
        self._patience_s, self._now, self._sleep = patience_s, now, sleep
        self._rate = UNKNOWN

    async def activities(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: datetime | None = None,
        after: datetime | None = None,
    ) -> list[Activity]:
        """The athlete's last activities, newest first, without those that cannot be read.

        Args:
            athlete: whose.
            limit: how many at the most.
            before: only those that began before it.
            after: only those that began after it; then the first ones after it, oldest first.

        Raises:
            StravaFailed: one of its kinds.
        """
        found: list[Activity] = []
        size = min(limit, PER_PAGE)
        for page in range(1, -(-limit // size) + 1):
            params = {"page": page, "per_page": size}
            for name, moment in (("before", before), ("after", after)):
                if moment is not None:
                    params[name] = int(moment.timestamp())
            call = _Call("GET", "/athlete/activities", READ, params)
            answer = await self._answer(athlete, call)
            found += activities_of(answer, now=self._now())
            if not isinstance(answer, list) or len(answer) < size:
                break
        return found[:limit]

    async def activity(self, athlete: AthleteId, activity_id: ActivityId) -> Activity:
        """One activity in full.

        Raises:
            ActivityNotFound: the athlete has none of this number at Strava, or it cannot be read.
            StravaFailed: one of its kinds.
        """
        call = _Call("GET", _path(activity_id), READ, {})
        found = activity_of(await self._answer(athlete, call), now=self._now())
        if found is None:
            raise ActivityNotFound(activity_id)
        return found

    async def words(self, athlete: AthleteId, activity_id: ActivityId) -> Words:
        """What stands at an activity now, letter by letter.

        Raises:
            ActivityNotFound: the athlete has none of this number at Strava.
            StravaFailed: one of its kinds.
        """
        call = _Call("GET", _path(activity_id), READ, {})
        answer = await self._answer(athlete, call)
        if not isinstance(answer, Mapping):
            raise StravaUnreachable("Strava's answer is not what it should be.")
        name, description = (answer.get(part) for part in ("name", "description"))
        return Words(
            name if isinstance(name, str) else "",
            description if isinstance(description, str) else "",
        )

    async def check(self, athlete: AthleteId) -> None:
        """Return if Strava still lets us in for this athlete.

        Raises:
            SignInNeeded: it does not.
            StravaFailed: one of its other kinds.
        """
        await self.activities(athlete, limit=1)

    async def rename(
        self, athlete: AthleteId, activity_id: ActivityId, *, name: str, description: str
    ) -> None:
        """Give an activity another name and description.

        Raises:
            ActivityNotFound: the athlete has none of this number at Strava.
            StravaFailed: one of its kinds.
        """
        text = {"name": name, "description": description}
        await self._answer(athlete, _Call("PUT", _path(activity_id), WRITE, {}, json=text))

    async def check_scope(self, athlete: AthleteId, scope: str) -> None:
        """Return if the athlete granted this scope ("activity:write"), or more of its kind.

        Raises:
            ScopeMissing: they did not.
            StravaFailed: another of its kinds.
        """
        if not {scope, f"{scope}_all"} & await self._tokens.scopes(athlete):
            raise ScopeMissing(scope)

    async def _answer(self, athlete: AthleteId, call: _Call) -> object:
        await self.check_scope(athlete, call.scope)
        token = await self._tokens.token(athlete)
        response = await self._tried(call, token.get_secret_value())
        if response.status_code == _UNAUTHORIZED:
            token = await self._tokens.token(athlete, unlike=token)
            response = await self._tried(call, token.get_secret_value())
        if response.is_error:
            raise self._error(call, response)
        try:
            return response.json()
        except ValueError as exc:
            raise StravaUnreachable("Strava's answer is no JSON.") from exc

    async def _tried(self, call: _Call, token: str) -> httpx2.Response:
        """Strava's answer, after some more tries where it has none or a fault of its own."""
        for left in reversed(range(TRIES)):
            await self._turn(call)
            try:
                response = await self._sent(call, token)
            except httpx2.HTTPError as exc:
                if not left:
                    why = type(exc).__name__
                    raise StravaUnreachable(f"Strava does not answer: {why}.") from exc
            else:
                if response.status_code < _SERVER_ERROR or not left:
                    return response
            pause = FIRST_PAUSE_S * 2 ** (TRIES - 1 - left)
            await self._sleep(random.uniform(0, pause))  # noqa: S311 (so that not all try at once)
        raise AssertionError  # pragma: no cover (the last try returns or raises)

    async def _turn(self, call: _Call) -> None:
        """Wait until the rate limit has room for a call, and count it."""
        now = self._now()
        reading = call.method == "GET"
        wait_s = (self._rate.free_at(now, reading=reading) - now).total_seconds()
        if wait_s > self._patience_s:
            raise StravaLimited(wait_s)
        if wait_s > 0:
            await self._sleep(wait_s)
        self._rate = self._rate.calling(self._now(), reading=reading)

    async def _sent(self, call: _Call, token: str) -> httpx2.Response:
        response = await self._http.request(
            call.method,
            f"{self._url}{call.path}",
            params=dict(call.params),
            json=None if call.json is None else dict(call.json),
            headers={"authorization": f"Bearer {token}"},
        )
        self._rate = self._rate.heard(response.headers, self._now())
        return response

    def _error(self, call: _Call, response: httpx2.Response) -> StravaFailed | ActivityNotFound:
        status, fault = response.status_code, _fault(response)
        if status == _UNAUTHORIZED:
            return SignInNeeded()
        if status == _NOT_FOUND and call.path.startswith("/activities/"):
            return ActivityNotFound(call.path.rpartition("/")[2])
        if status == _FORBIDDEN and "inactive" in fault.casefold():
            return StravaInactive()
        if status == _TOO_MANY:
            now = self._now()
            free = self._rate.free_at(now, reading=call.method == "GET")
            return StravaLimited(max(LEAST_WAIT_S, (free - now).total_seconds()))
        if status >= _SERVER_ERROR:
            return StravaUnreachable(f"Strava answers {status}.")
        return StravaRefused(f"Strava answers {status}{f': {fault}' if fault else ''}.")


def _path(activity_id: ActivityId) -> str:
    """The address of an activity; one with an id that is not Strava's is not there."""
    if not activity_id.isdecimal():
        raise ActivityNotFound(activity_id)
    return f"/activities/{activity_id}"


def _fault(response: httpx2.Response) -> str:
    """What Strava says is wrong: "Authorization Error (Application Status Inactive)"."""
    try:
        answer: Any = response.json()
    except ValueError:
        return ""
    if not isinstance(answer, Mapping) or not isinstance(answer.get("message"), str):
        return ""
    errors = answer.get("errors")
    parts = [
        " ".join(str(one.get(part, "")) for part in ("resource", "field", "code"))
        for one in (errors if isinstance(errors, list) else [])
        if isinstance(one, Mapping)
    ]
    said = str(answer["message"]) + (f" ({'; '.join(parts)})" if parts else "")
    return said.encode(errors="replace").decode()[:200]
