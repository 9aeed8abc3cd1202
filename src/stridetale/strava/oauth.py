"""OAuth: how an athlete lets us in at Strava, and how tokens are renewed and given back.

https://developers.strava.com/docs/authentication/: an access token lives six hours, a refresh
token may rotate at any refresh, and its predecessor is dead then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx2
from pydantic import BaseModel, SecretStr, ValidationError

from stridetale.athlete import AthleteId, Grant
from stridetale.errors import SignInNeeded, StravaRefused, StravaUnreachable

READ, READ_ALL, WRITE = "activity:read", "activity:read_all", "activity:write"
SCOPES = ("read", READ)
"""What everybody is asked for; `READ_ALL` and `WRITE` only who ticks their boxes."""

_BAD_REQUEST, _UNAUTHORIZED, _SERVER_ERROR = 400, 401, 500


@dataclass(frozen=True)
class Application:
    """Our registration at Strava, and where it is asked."""

    client_id: str
    client_secret: SecretStr
    url: str
    """Base of the OAuth pages: "https://www.strava.com/oauth"."""


@dataclass(frozen=True)
class SignedIn:
    """An athlete who came back from Strava's page."""

    athlete: AthleteId
    name: str | None
    grant: Grant


def authorize_url(
    application: Application, *, redirect_uri: str, state: str, scopes: tuple[str, ...] = SCOPES
) -> str:
    """Strava's page on which an athlete lets us in."""
    asked = {
        "client_id": application.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "approval_prompt": "auto",
        "scope": ",".join(scopes),
        "state": state,
    }
    return f"{application.url}/authorize?{urlencode(asked)}"


class OAuth:
    """Strava's token endpoint.

    Args:
        application: ours.
        http: a client with time-outs of its own; it is not closed here.
    """

    def __init__(self, application: Application, http: httpx2.AsyncClient) -> None:
        self._application, self._http = application, http

    async def exchange(self, code: str, scopes: frozenset[str]) -> SignedIn:
        """The grant for a code that came back from Strava's page.

        Args:
            code: good once, for a short while.
            scopes: that came back with it, fewer than were asked for if a box was unticked.

        Raises:
            SignInNeeded: the code is not good (any more).
            StravaRefused, StravaUnreachable: no answer that can be used.
        """
        answer = await self._token({"grant_type": "authorization_code", "code": code})
        athlete = answer.get("athlete")
        number = athlete.get("id") if isinstance(athlete, Mapping) else None
        if not isinstance(number, int):
            raise StravaUnreachable("Strava does not say whose permission this is.")
        names = [athlete.get(part) for part in ("firstname", "lastname")]  # type: ignore[union-attr]  # a number was found in it
        name = " ".join(part for part in names if isinstance(part, str)).strip()
        return SignedIn(AthleteId(str(number)), name or None, _grant(answer, scopes))

    async def refresh(self, grant: Grant) -> Grant:
        """The same permission with tokens that live longer.

        Raises:
            SignInNeeded: its refresh token is dead.
            StravaRefused, StravaUnreachable: no answer that can be used.
        """
        token = grant.refresh_token.get_secret_value()
        answer = await self._token({"grant_type": "refresh_token", "refresh_token": token})
        return _grant(answer, grant.scopes)

    async def revoke(self, grant: Grant) -> None:
        """Give a permission back; a token that is dead already is as good.

        Raises:
            StravaRefused, StravaUnreachable: it may still be alive.
        """
        application = self._application
        auth = httpx2.BasicAuth(application.client_id, application.client_secret.get_secret_value())
        data = {"token": grant.refresh_token.get_secret_value()}
        response = await self._post("/revoke", data, auth)
        if response.is_error and response.status_code not in {_BAD_REQUEST, _UNAUTHORIZED}:
            raise _refusal(response)

    async def _token(self, data: dict[str, str]) -> dict[str, Any]:
        application = self._application
        secret = application.client_secret.get_secret_value()
        own = {"client_id": application.client_id, "client_secret": secret}
        response = await self._post("/token", {**own, **data})
        if response.status_code in {_BAD_REQUEST, _UNAUTHORIZED}:
            raise SignInNeeded
        if response.is_error:
            raise _refusal(response)
        return _object(response)

    async def _post(
        self, path: str, data: dict[str, str], auth: httpx2.BasicAuth | None = None
    ) -> httpx2.Response:
        try:
            return await self._http.post(
                f"{self._application.url}{path}", data=data, auth=auth or httpx2.USE_CLIENT_DEFAULT
            )
        except httpx2.HTTPError as exc:
            raise StravaUnreachable(f"Strava does not answer: {type(exc).__name__}.") from exc


def _grant(answer: Mapping[str, Any], scopes: frozenset[str]) -> Grant:
    try:
        found = _Tokens.model_validate(answer, strict=True)
        expires_at = datetime.fromtimestamp(found.expires_at, UTC)
    except (ValidationError, ValueError, OverflowError, OSError):
        # without a cause, which would quote the tokens
        raise StravaUnreachable("Strava's answer has no tokens that can be read.") from None
    return Grant(found.access_token, found.refresh_token, expires_at, scopes)


class _Tokens(BaseModel):
    access_token: SecretStr
    refresh_token: SecretStr
    expires_at: int
    """Seconds since 1970."""


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as exc:
        raise StravaUnreachable("Strava's answer is no JSON.") from exc
    if not isinstance(answer, dict):
        raise StravaUnreachable("Strava's answer is not what it should be.")
    return answer


def _refusal(response: httpx2.Response) -> StravaRefused | StravaUnreachable:
    if response.status_code >= _SERVER_ERROR:
        return StravaUnreachable(f"Strava answers {response.status_code}.")
    return StravaRefused(f"Strava answers {response.status_code}.")
