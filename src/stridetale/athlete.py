"""An athlete: whose activities and stories they are, and what Strava lets us do for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from pydantic import SecretStr

AthleteId = NewType("AthleteId", str)

LOCAL_ATHLETE = AthleteId("local")
"""The one athlete of a service that runs for one person, without sign-in."""


@dataclass(frozen=True)
class Grant:
    """What an athlete allows us at Strava: tokens, and what for.

    Whoever refreshes it claims it first, so that one refresh at a time runs for an athlete: the
    refresh token may rotate, and its predecessor dies.
    """

    access_token: SecretStr
    refresh_token: SecretStr
    expires_at: datetime
    scopes: frozenset[str]
    """Strava's words for them: "activity:read"."""
    claimed_until: datetime | None = None
    """Until then somebody is refreshing it."""
