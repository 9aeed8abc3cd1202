"""The sign-in of the sandbox: the page on which an athlete agrees, and the tokens."""

import base64
import binascii
import html
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from stridetale.strava.sandbox.api import parameters
from stridetale.strava.sandbox.place import AtPlace, Place, bad, unauthorized
from stridetale.strava.sandbox.world import Json

router = APIRouter()

SCOPES = {
    "read": "View public data",
    "read_all": "View private routes and segments",
    "profile:read_all": "View the complete profile",
    "profile:write": "Change the profile",
    "activity:read": "View activities",
    "activity:read_all": "View private activities",
    "activity:write": "Upload and change activities",
}


@router.get("/oauth/authorize")
@router.get("/oauth/mobile/authorize")
async def authorize(request: Request, place: AtPlace) -> HTMLResponse:
    """The page on which an athlete agrees, or declines."""
    asked = dict(request.query_params)
    _check(place, asked)
    return HTMLResponse(_page(place, asked))


@router.post("/oauth/authorize")
async def agree(request: Request, place: AtPlace) -> RedirectResponse:
    """Back to the application, with a code for what was ticked, or with an error."""
    form = await request.form()
    asked = {name: str(value) for name, value in form.items()}
    _check(place, asked)
    state = {"state": asked["state"]} if asked.get("state") else {}
    if "agree" not in asked:
        return _back(asked["redirect_uri"], {**state, "error": "access_denied"})
    number = asked.get("athlete", "")
    if not number.isdecimal() or int(number) not in place.world.athletes:
        raise bad("Athlete", "id")
    wanted = set(asked.get("scope", "").split(","))
    ticked = wanted & {str(scope) for scope in form.getlist("ticked")} & set(SCOPES)
    scopes = frozenset(ticked | {"read"})
    code = place.access.code(int(number), scopes)
    answer = {**state, "code": code, "scope": ",".join(sorted(scopes))}
    return _back(asked["redirect_uri"], answer)


@router.post("/oauth/token")
@router.post("/api/v3/oauth/token")
async def token(request: Request, place: AtPlace) -> Json:
    """Tokens for a code, or for a refresh token."""
    asked = await parameters(request)
    if not place.access.knows(str(asked.get("client_id", "")), str(asked.get("client_secret", ""))):
        raise unauthorized("Application", "client_id")
    match asked.get("grant_type"):
        case "authorization_code":
            found = place.access.exchange(str(asked.get("code", "")))
            if found is None:
                raise bad("AuthorizationCode", "code")
            athlete = place.world.athletes[found.athlete].as_json()
            return {**place.access.as_json(found), "athlete": athlete}
        case "refresh_token":
            found = place.access.refresh(str(asked.get("refresh_token", "")))
            if found is None:
                raise bad("RefreshToken", "refresh_token")
            return place.access.as_json(found)
        case _:
            raise bad("Application", "grant_type")


@router.post("/oauth/revoke")
async def revoke(request: Request, place: AtPlace) -> Response:
    """Forget a permission; the application says who it is by HTTP Basic."""
    if not place.access.knows(*_basic(request.headers.get("authorization", ""))):
        raise unauthorized("Application", "client_id")
    _see_off(place, str((await parameters(request)).get("token", "")))
    return Response(status_code=200)


@router.post("/oauth/deauthorize")
async def deauthorize(request: Request, place: AtPlace) -> Json:
    """The older way to forget a permission: with its access token."""
    asked = await parameters(request)
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = str(asked.get("access_token") or bearer)
    if not _see_off(place, token):
        raise unauthorized("Athlete", "access_token")
    return {"access_token": token}


def see_off(place: Place, athlete: int) -> bool:
    """Forget what an athlete had allowed, and tell the subscriber."""
    if place.access.revoke_of(athlete) is None:
        return False
    place.tell("athlete", athlete, "update", athlete, {"authorized": "false"})
    return True


def _see_off(place: Place, token: str) -> bool:
    athlete = place.access.revoke(token)
    if athlete is None:
        return False
    place.tell("athlete", athlete, "update", athlete, {"authorized": "false"})
    return True


def _check(place: Place, asked: dict[str, Any]) -> None:
    if asked.get("client_id") != place.terms.client_id:
        raise bad("Application", "client_id")
    if asked.get("response_type", "code") != "code":
        raise bad("Application", "response_type")
    if not _is_loopback(asked.get("redirect_uri", "")):
        raise bad("Application", "redirect_uri")
    if not set(asked.get("scope", "read").split(",")) <= set(SCOPES):
        raise bad("Application", "scope")


def _is_loopback(address: str) -> bool:
    """Whether it leads to this machine, where alone the sandbox sends anybody."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme in {"http", "https"} and (
            host == "localhost" or ip_address(host).is_loopback
        )
    except ValueError:
        return False


def _back(address: str, answer: dict[str, str]) -> RedirectResponse:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *answer.items()])
    return RedirectResponse(urlunsplit(parts._replace(query=query)), status_code=303)


def _basic(header: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = text.partition(":")
    return client_id, secret


def _page(place: Place, asked: dict[str, Any]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in asked.items()
    )
    options = "".join(
        f'<option value="{one.id}">{html.escape(f"{one.first_name} {one.last_name}")}</option>'
        for one in place.world.athletes.values()
    )
    boxes = "".join(
        f'<p><label><input type="checkbox" name="ticked" value="{scope}" checked> '
        f"{html.escape(SCOPES[scope])} <code>{scope}</code></label></p>"
        for scope in asked.get("scope", "read").split(",")
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        "<title>Sandbox: connect</title></head>"
        '<body style="font: 1rem/1.5 sans-serif; max-width: 34rem; margin: 2rem auto">'
        "<h1>Sandbox of Strava</h1>"
        "<p>This is not Strava: everybody here is invented, and nothing leaves this machine.</p>"
        f'<form method="post" action="/oauth/authorize">{hidden}'
        f'<p><label>Sign in as <select name="athlete">{options}</select></label></p>'
        f"<p>The application wants to:</p>{boxes}"
        '<p><button name="agree" value="1">Authorize</button> '
        "<button>Cancel</button></p></form></body></html>"
    )
