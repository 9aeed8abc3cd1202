"""Sign-in with Strava, and sign-out.

/auth/strava ── to Strava, with a state that only this browser has in a cookie
/auth/strava/callback ── back again: the two states must be the same, then a session begins
"""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from stridetale.errors import ScopeMissing, SignInFailed, StravaFailed
from stridetale.strava.accounts import Account
from stridetale.strava.connection import Connection
from stridetale.strava.oauth import READ_ALL, SCOPES, WRITE, authorize_url
from stridetale.web.desk import AtDesk, Desk
from stridetale.web.messages import Message
from stridetale.web.pages import go
from stridetale.web.who import SESSION, Connected, is_loopback

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

STATE = "stridetale-state"
STATE_SECONDS = 600
CALLBACK = "/auth/strava/callback"

Text = Annotated[str, Query(max_length=1000)]


@router.get("/auth/strava")
async def begin(
    request: Request, desk: AtDesk, strava: Connected, *, write: bool = False, private: bool = False
) -> Response:
    """To Strava's page; `write` and `private` ask for more than is needed to read."""
    state = secrets.token_urlsafe(32)
    scopes = (*SCOPES, *([READ_ALL] if private else []), *([WRITE] if write else []))
    address = authorize_url(
        strava.application,
        redirect_uri=base_url(request, desk) + CALLBACK,
        state=state,
        scopes=scopes,
    )
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        STATE, state, max_age=STATE_SECONDS, path=CALLBACK, secure=not is_loopback(request),
        httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@router.get(CALLBACK)
async def end(
    request: Request,
    strava: Connected,
    state: Text = "",
    code: Text = "",
    scope: Text = "",
    error: Text = "",
) -> Response:
    """Back from Strava: let the athlete in, bring the last activities, order their stories."""
    _check_state(state, request.cookies.get(STATE, ""))
    if error or not code:
        raise SignInFailed("You declined at Strava, so nothing was connected.")
    try:
        account = await strava.sign_in(code, frozenset(scope.split(",")))
    except ScopeMissing as exc:
        raise SignInFailed(exc.detail) from exc
    if old := request.cookies.get(SESSION):  # a session is never gone on with
        await strava.sessions.end(old)
    session = await strava.sessions.begin(account.athlete)
    response = go("/", await _brought(strava, account))
    response.set_cookie(
        SESSION, session.get_secret_value(), max_age=30 * 86_400, secure=not is_loopback(request),
        httponly=True, samesite="lax",
    )  # fmt: skip
    response.delete_cookie(STATE, path=CALLBACK)
    return response


@router.post("/auth/sign-out")
async def sign_out(request: Request, strava: Connected) -> Response:
    """End this browser's session, also in the store."""
    if session := request.cookies.get(SESSION):
        await strava.sessions.end(session)
    response = go("/", Message(mood="good", lines=("You have signed out.",)))
    response.delete_cookie(SESSION)
    return response


def base_url(request: Request, desk: Desk) -> str:
    """The address under which the browser knows us."""
    public = desk.services.settings.public_url
    if public is not None:
        return public
    parts = urlsplit(str(request.base_url))
    return f"{parts.scheme}://{parts.netloc}"


def _check_state(state: str, cookie: str) -> None:
    if not cookie:
        raise SignInFailed(
            "The sign-in took longer than ten minutes, or began in another browser: begin again."
        )
    if not secrets.compare_digest(state.encode(), cookie.encode()):
        raise SignInFailed("This sign-in was not begun here: begin again.")


async def _brought(strava: Connection, account: Account) -> Message:
    """What to say to one who has just come in; that Strava fails now is no reason to stay out."""
    hello = f"Welcome, {account.name or f'athlete {account.athlete}'}."
    try:
        number = await strava.bring_latest(account.athlete)
    except StravaFailed as exc:
        log.warning("signin.nothing_brought", kind=exc.kind, detail=exc.detail)
        return Message(mood="bad", lines=(hello, exc.detail))
    if not number:
        return Message(mood="good", lines=(hello, "There is no activity at Strava yet."))
    return Message(mood="good", lines=(hello, "Your last activities are here."))
