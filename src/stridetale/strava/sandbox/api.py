"""The API of the sandbox, at Strava's addresses: https://developers.strava.com/docs/reference/."""

import math
from datetime import datetime
from typing import Annotated, Any

import polyline
from fastapi import APIRouter, Query, Request, Response

from stridetale.strava.sandbox.access import Permission
from stridetale.strava.sandbox.hooks import Subscription
from stridetale.strava.sandbox.place import (
    Allowed,
    AtPlace,
    Place,
    bad,
    need,
    not_found,
    unauthorized,
)
from stridetale.strava.sandbox.world import Json, summary

router = APIRouter(prefix="/api/v3")

WRITABLE = {
    "name": str, "description": str, "type": str, "sport_type": str, "gear_id": str,
    "commute": bool, "trainer": bool, "hide_from_home": bool,
}  # fmt: skip
POINTS = 100
"""Of a stream."""


@router.get("/athlete")
async def athlete(place: AtPlace, permission: Allowed) -> Json:
    """Who has let the application in."""
    state = 3 if "profile:read_all" in permission.scopes else 2
    return place.world.athletes[permission.athlete].as_json(state=state)


@router.get("/athlete/activities")
async def activities(
    place: AtPlace,
    permission: Allowed,
    before: float = math.inf,
    after: float = -math.inf,
    page: Annotated[int, Query(ge=1)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = 30,
) -> list[Json]:
    """A page of the athlete's activities: newest first, or with `after` the oldest first."""
    need(permission, "activity:read", "activity:read_all")
    found = [
        one
        for one in place.world.activities(permission.athlete)
        if after < _epoch(one) < before and _may_see(permission, one)
    ]
    if after > -math.inf:
        found.reverse()
    return [summary(one) for one in found[(page - 1) * per_page : page * per_page]]


@router.get("/activities/{number}")
async def activity(place: AtPlace, permission: Allowed, number: int) -> Json:
    """One activity in detail."""
    return _theirs(place, permission, number)


@router.put("/activities/{number}")
async def update(request: Request, place: AtPlace, permission: Allowed, number: int) -> Json:
    """Change what may be changed of an activity."""
    need(permission, "activity:write")
    found = _theirs(place, permission, number)
    changes = {
        name: value
        for name, value in (await parameters(request)).items()
        if isinstance(value, WRITABLE.get(name, ()))
    }
    change(place, found, changes)
    return found


@router.get("/activities/{number}/streams")
async def streams(
    place: AtPlace,
    permission: Allowed,
    number: int,
    keys: str,
    key_by_type: bool = False,  # noqa: FBT001, FBT002 (as Strava takes it)
) -> Any:  # noqa: ANN401 (a set, or a list)
    """Some streams of an activity; those that it does not have are left out."""
    found = _theirs(place, permission, number)
    all_of_them = _streams(found)
    chosen = {name: all_of_them[name] for name in keys.split(",") if name in all_of_them}
    if key_by_type:
        return chosen
    return [{"type": name, **stream} for name, stream in chosen.items()]


@router.post("/push_subscriptions", status_code=201)
async def subscribe(request: Request, place: AtPlace) -> Json:
    """Subscribe to events, once."""
    asked = await parameters(request)
    _check_application(place, asked)
    if place.hooks.current is not None:
        raise bad("PushSubscription", "application", "already exists")
    url, token = str(asked.get("callback_url", "")), str(asked.get("verify_token", ""))
    made = await place.hooks.subscribe(url, token)
    if made is None:
        raise bad("PushSubscription", "callback url", "not verifiable")
    return {"id": made.number}


@router.get("/push_subscriptions")
async def subscriptions(request: Request, place: AtPlace) -> list[Json]:
    """The subscription, where there is one."""
    _check_application(place, await parameters(request))
    current = place.hooks.current
    return [] if current is None else [current.as_json(place.terms.client_id)]


@router.delete("/push_subscriptions/{number}", status_code=204)
async def unsubscribe(request: Request, place: AtPlace, number: int) -> Response:
    """End the subscription."""
    _check_application(place, await parameters(request))
    current: Subscription | None = place.hooks.current
    if current is None or current.number != number:
        raise not_found("PushSubscription")
    place.hooks.current = None
    return Response(status_code=204)


async def parameters(request: Request) -> dict[str, Any]:
    """Parameters as Strava takes them: in the address, as a form, or as JSON."""
    found: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        body = await request.json()
        return found | (body if isinstance(body, dict) else {})
    if "form" in kind:
        found |= dict(await request.form())
    return found


def change(place: Place, activity: Json, changes: Json) -> None:
    """Change an activity, and tell the subscriber of what events tell."""
    activity |= changes
    if "sport_type" in changes:
        activity["type"] = changes["sport_type"]
    told = {
        event: str(changes[name]).lower() if name == "private" else changes[name]
        for name, event in (("name", "title"), ("sport_type", "type"), ("private", "private"))
        if name in changes
    }
    owner = activity["athlete"]["id"]
    place.tell("activity", activity["id"], "update", owner, told)


def _theirs(place: Place, permission: Permission, number: int) -> Json:
    need(permission, "activity:read", "activity:read_all")
    found = place.world.activity(number)
    if found is None or found["athlete"]["id"] != permission.athlete:
        raise not_found("Activity")
    if not _may_see(permission, found):
        raise not_found("Activity")
    return found


def _may_see(permission: Permission, activity: Json) -> bool:
    return "activity:read_all" in permission.scopes or activity["visibility"] != "only_me"


def _check_application(place: Place, asked: dict[str, Any]) -> None:
    known = place.access.knows(str(asked.get("client_id", "")), str(asked.get("client_secret", "")))
    if not known:
        raise unauthorized("Application", "client_id")


def _epoch(activity: Json) -> float:
    return datetime.fromisoformat(activity["start_date"]).timestamp()


def _streams(activity: Json) -> dict[str, Json]:
    share = [index / (POINTS - 1) for index in range(POINTS)]
    found: dict[str, list[Any]] = {
        "time": [round(part * activity["elapsed_time"]) for part in share],
        "distance": [round(part * activity["distance"], 1) for part in share],
        "velocity_smooth": [activity["average_speed"]] * POINTS,
        "moving": [True] * POINTS,
    }
    route = polyline.decode(activity["map"]["polyline"])
    if route:
        found["latlng"] = [list(route[round(part * (len(route) - 1))]) for part in share]
        climb = activity["total_elevation_gain"]
        found["altitude"] = [round(climb * math.sin(part * math.pi), 1) for part in share]
    return {
        name: {
            "data": data, "series_type": "distance", "original_size": POINTS, "resolution": "high"
        }
        for name, data in found.items()
    }  # fmt: skip
