"""Who asks: the athlete of a session, or of a token; without sign-in the one athlete there is."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from stridetale.athlete import LOCAL_ATHLETE, AthleteId
from stridetale.errors import NotSignedIn, StravaNotSetUp
from stridetale.strava.connection import Connection
from stridetale.web.desk import AtDesk

SESSION = "stridetale-session"
"""The name of the cookie."""

_LONGEST = 200
"""Of a secret that is looked up."""

_cookie = APIKeyCookie(name=SESSION, auto_error=False, description="The session of a browser.")
_bearer = HTTPBearer(auto_error=False, description="A personal API token.")

Cookie = Annotated[str | None, Security(_cookie)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def visitor(desk: AtDesk, cookie: Cookie, bearer: Bearer) -> AthleteId | None:
    """Who asks; None where nobody has signed in. A token counts before a session."""
    strava = desk.services.strava
    if strava is None:
        return LOCAL_ATHLETE
    secret = cookie if bearer is None else bearer.credentials
    if not secret or len(secret) > _LONGEST:
        return None
    athlete = await strava.sessions.athlete_of(secret)
    if athlete is not None:
        strava.accounts.check(athlete)
    return athlete


Visitor = Annotated[AthleteId | None, Depends(visitor)]


async def who(visitor: Visitor) -> AthleteId:
    """Who asks.

    Raises:
        NotSignedIn: nobody that we know.
        AthleteNotAllowed: one whom the operator does not let in (any more).
    """
    if visitor is None:
        raise NotSignedIn
    return visitor


Who = Annotated[AthleteId, Depends(who)]


def connection(desk: AtDesk) -> Connection:
    """The connection to Strava.

    Raises:
        StravaNotSetUp: there is none.
    """
    if desk.services.strava is None:
        raise StravaNotSetUp(desk.services.settings.no_strava or "There is none.")
    return desk.services.strava


Connected = Annotated[Connection, Depends(connection)]


def is_loopback(request: Request) -> bool:
    """Whether the browser reaches us on its own machine, where no TLS is needed."""
    return request.url.hostname in {"localhost", "127.0.0.1", "::1"}
