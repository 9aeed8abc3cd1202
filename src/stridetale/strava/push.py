"""Push subscriptions: Strava is asked to send events, or to stop: one subscription at the most.

https://developers.strava.com/docs/webhooks/
"""

from dataclasses import dataclass
from typing import Any

import httpx2

from stridetale.errors import StravaRefused, StravaUnreachable
from stridetale.strava.oauth import Application


@dataclass(frozen=True)
class Pushed:
    """A subscription that Strava has."""

    number: int
    callback_url: str


class Push:
    """Strava's subscriptions of an application.

    Args:
        application: ours.
        url: base of the API: "https://www.strava.com/api/v3".
        http: a client with time-outs of its own; it is not closed here.
    """

    def __init__(self, application: Application, url: str, http: httpx2.AsyncClient) -> None:
        self._application, self._url, self._http = application, url, http

    async def current(self) -> Pushed | None:
        """The subscription that there is.

        Raises:
            StravaRefused, StravaUnreachable: Strava does not say.
        """
        answer = await self._asked("GET", "/push_subscriptions", params=self._own())
        for one in answer if isinstance(answer, list) else []:
            if isinstance(one, dict) and isinstance(one.get("id"), int):
                return Pushed(one["id"], str(one.get("callback_url", "")))
        return None

    async def subscribe(self, callback_url: str, verify_token: str) -> int:
        """Subscribe; Strava calls the address before it answers.

        Returns:
            The number of the subscription.

        Raises:
            StravaRefused, StravaUnreachable: it did not subscribe.
        """
        data = {**self._own(), "callback_url": callback_url, "verify_token": verify_token}
        answer = await self._asked("POST", "/push_subscriptions", data=data)
        number = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(number, int):
            raise StravaUnreachable("Strava does not say which subscription it is.")
        return number

    async def unsubscribe(self, number: int) -> None:
        """End a subscription.

        Raises:
            StravaRefused, StravaUnreachable: it goes on.
        """
        await self._asked("DELETE", f"/push_subscriptions/{number}", params=self._own())

    def _own(self) -> dict[str, str]:
        application = self._application
        secret = application.client_secret.get_secret_value()
        return {"client_id": application.client_id, "client_secret": secret}

    async def _asked(self, method: str, path: str, **how: Any) -> object:  # noqa: ANN401 (as httpx2 takes it)
        try:
            response = await self._http.request(method, f"{self._url}{path}", **how)
        except httpx2.HTTPError as exc:  # without a cause, whose address has the secret
            raise StravaUnreachable(f"Strava does not answer: {type(exc).__name__}.") from None
        if response.is_error:
            raise StravaRefused(f"Strava answers {response.status_code}: {_said(response)}.")
        try:
            return response.json() if response.content else None
        except ValueError:
            raise StravaUnreachable("Strava's answer is no JSON.") from None


def _said(response: httpx2.Response) -> str:
    """What is wrong, in Strava's words: "PushSubscription callback url not verifiable"."""
    try:
        [error] = response.json()["errors"]
        return " ".join(str(error[part]) for part in ("resource", "field", "code"))[:200]
    except (ValueError, KeyError, TypeError):
        return "it does not say why"
