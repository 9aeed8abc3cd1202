"""The administration of the sandbox: what happens to athletes, and what goes wrong."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from stridetale.strava.sandbox.api import change
from stridetale.strava.sandbox.faults import Fault, FaultKind
from stridetale.strava.sandbox.oauth import see_off
from stridetale.strava.sandbox.place import AtPlace, Place, not_found
from stridetale.strava.sandbox.world import Json

router = APIRouter(prefix="/sandbox")


class Fields(BaseModel):
    """What of an activity may be set; the rest is invented."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    description: str | None = None
    sport_type: str | None = None
    start_date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")] | None = None
    distance: float | None = None
    moving_time: int | None = None
    elapsed_time: int | None = None
    total_elevation_gain: float | None = None
    max_speed: float | None = None
    average_speed: float | None = None
    private: bool | None = None

    def given(self) -> Json:
        """Those that were given."""
        given: Json = self.model_dump(exclude_none=True)
        if "private" in given:
            given["visibility"] = "only_me" if given["private"] else "everyone"
        return given


class FaultOrder(BaseModel):
    """A fault that is wished for."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    calls: int = Field(1, ge=1, le=1_000_000)
    path: str = "/"
    probability: float = Field(1.0, gt=0, le=1)
    seconds: float = Field(5.0, gt=0, le=120)


Given = Annotated[Fields | None, Body()]


@router.get("/state")
async def state(place: AtPlace) -> Json:
    """What is going on, in numbers."""
    return {
        "athletes": [one.id for one in place.world.athletes.values()],
        "authorized": place.access.alive,
        "calls_refused": place.windows.refused,
        "faults_met": place.faults.met,
        "events_delivered": place.hooks.delivered,
        "events_given_up": place.hooks.given_up,
    }


@router.post("/athletes/{athlete}/activities", status_code=201)
async def create(place: AtPlace, athlete: int, fields: Given = None) -> Json:
    """The athlete has just ended an activity."""
    if athlete not in place.world.athletes:
        raise not_found("Athlete")
    made = place.world.create(athlete, (fields or Fields()).given())
    place.tell("activity", made["id"], "create", athlete)
    return made


@router.get("/activities/{number}")
async def look(place: AtPlace, number: int) -> Json:
    """An activity as it is, without a token."""
    return _activity(place, number)


@router.put("/activities/{number}")
async def edit(place: AtPlace, number: int, fields: Fields) -> Json:
    """The athlete edits an activity."""
    found = _activity(place, number)
    change(place, found, fields.given())
    return found


@router.delete("/activities/{number}", status_code=204)
async def delete(place: AtPlace, number: int) -> Response:
    """The athlete deletes an activity."""
    owner = _activity(place, number)["athlete"]["id"]
    place.world.delete(number)
    place.tell("activity", number, "delete", owner)
    return Response(status_code=204)


@router.post("/athletes/{athlete}/deauthorize", status_code=204)
async def deauthorize(place: AtPlace, athlete: int) -> Response:
    """The athlete takes the permission back, in Strava's settings."""
    if not see_off(place, athlete):
        raise not_found("Athlete")
    return Response(status_code=204)


@router.post("/athletes/{athlete}/age", status_code=204)
async def age(place: AtPlace, athlete: int, hours: float = 6.0) -> Response:
    """The athlete's access token ends so many hours earlier, so that it must be refreshed."""
    place.access.age(athlete, timedelta(hours=hours))
    return Response(status_code=204)


@router.post("/faults", status_code=201)
async def switch_on(place: AtPlace, order: FaultOrder) -> Json:
    """Switch a fault on for the next calls."""
    place.faults.switched_on.append(
        Fault(order.kind, order.calls, order.path, order.probability, order.seconds)
    )
    return {"switched_on": len(place.faults.switched_on)}


@router.delete("/faults", status_code=204)
async def switch_off(place: AtPlace) -> Response:
    """Switch all faults off."""
    place.faults.switched_on.clear()
    return Response(status_code=204)


def _activity(place: Place, number: int) -> Json:
    found = place.world.activity(number)
    if found is None:
        raise not_found("Activity")
    return found
