"""Push subscriptions: validated as Strava does it, and events that are delivered up to three times.

https://developers.strava.com/docs/webhooks/: the callback must say the challenge back within two
seconds; an event must be answered with 200 within two seconds, or it is sent again.
"""

import secrets
from dataclasses import dataclass, field
from itertools import count

import anyio
import httpx2
import structlog

from stridetale.strava.sandbox.terms import SandboxTerms
from stridetale.strava.sandbox.world import Json

ANSWER_WITHIN_S = 2.0

log = structlog.get_logger()


@dataclass
class Subscription:
    """The subscription of the application; there is one at the most."""

    number: int
    callback_url: str
    made_at: str

    def as_json(self, client_id: str) -> Json:
        """As Strava shows it."""
        return {
            "id": self.number,
            "resource_state": 2,
            "application_id": int(client_id) if client_id.isdecimal() else 0,
            "callback_url": self.callback_url,
            "created_at": self.made_at,
            "updated_at": self.made_at,
        }


@dataclass
class Hooks:
    """Subscribes, and delivers.

    Args:
        terms: clock and pauses.
        http: calls the callback.
    """

    terms: SandboxTerms
    http: httpx2.AsyncClient
    current: Subscription | None = None
    delivered: int = 0
    """Events that were answered with 200."""
    given_up: int = 0
    """Events that were not, three times."""
    _numbers: "count[int]" = field(default_factory=lambda: count(7001))

    async def subscribe(self, callback_url: str, verify_token: str) -> Subscription | None:
        """Subscribe, if the callback says the challenge back in time."""
        challenge = secrets.token_hex(8)
        asked = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": verify_token,
        }
        try:
            with anyio.fail_after(ANSWER_WITHIN_S):
                answer = await self.http.get(callback_url, params=asked)
                said = answer.json() if answer.status_code == httpx2.codes.OK else None
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError):
            return None
        if not isinstance(said, dict) or said.get("hub.challenge") != challenge:
            return None
        made_at = f"{self.terms.now():%Y-%m-%dT%H:%M:%SZ}"
        self.current = Subscription(next(self._numbers), callback_url, made_at)
        return self.current

    async def deliver(
        self, what: str, number: int, aspect: str, owner: int, updates: Json | None = None
    ) -> None:
        """Tell the subscriber of something that happened, up to three times."""
        subscription = self.current
        if subscription is None:
            return
        event = {
            "object_type": what,
            "object_id": number,
            "aspect_type": aspect,
            "updates": updates or {},
            "owner_id": owner,
            "subscription_id": subscription.number,
            "event_time": int(self.terms.now().timestamp()),
        }
        for pause in (0.0, *self.terms.retry_pauses_s):
            await anyio.sleep(pause)
            if await self._sent(subscription.callback_url, event):
                self.delivered += 1
                return
        self.given_up += 1
        log.info("sandbox.event_given_up", object_id=number)

    async def _sent(self, url: str, event: Json) -> bool:
        try:
            with anyio.fail_after(ANSWER_WITHIN_S):
                answer = await self.http.post(url, json=event)
        except (httpx2.HTTPError, TimeoutError):
            return False
        return answer.status_code == httpx2.codes.OK
