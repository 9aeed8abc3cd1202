"""What the API does with Strava: bring activities, publish stories, hear of changes."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, ConfigDict

from stridetale.activity import Frozen
from stridetale.errors import (
    ActivityNotFound,
    NothingPublished,
    NothingToPublish,
    PageNotFound,
    RequestMalformed,
    RequestRefused,
    ScopeMissing,
    SignInNeeded,
    StravaInactive,
    StravaLimited,
    StravaNotSetUp,
    StravaRefused,
    StravaUnreachable,
)
from stridetale.library import Entry
from stridetale.strava.publishing import Change, NameMode
from stridetale.web import examples
from stridetale.web.desk import AtDesk, IdInPath
from stridetale.web.problems import answers
from stridetale.web.who import Connected, Who

router = APIRouter(tags=["strava"])
webhook = APIRouter(include_in_schema=False)

STRAVA = (
    StravaNotSetUp,
    SignInNeeded,
    ScopeMissing,
    StravaInactive,
    StravaLimited,
    StravaUnreachable,
    StravaRefused,
)
"""What anything may answer that asks Strava."""

LATEST = 3
MOST = 200


class Brought(Frozen):
    """Activities that were brought from Strava, newest first."""

    entries: tuple[Entry, ...]
    added: int
    """How many of them were new here."""


class Publish(Frozen):
    """How a story is put on Strava."""

    model_config = ConfigDict(strict=True)

    name: NameMode = "append"
    """`append`: the title behind the activity's name; `keep`: the name stays as it is;
    `replace`: the title in its place."""


@router.post(
    "/activities/",
    summary="Bring my activities from Strava",
    responses=answers(examples.BROUGHT, *STRAVA, RequestMalformed),
)
async def bring(
    desk: AtDesk,
    strava: Connected,
    athlete: Who,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at the most.")] = LATEST,
    before: Annotated[
        AwareDatetime | None, Query(description="Only those that began before.")
    ] = None,
    after: Annotated[
        AwareDatetime | None, Query(description="Only those that began after.")
    ] = None,
) -> Brought:
    """Bring the last activities, three unless told otherwise; the same one twice is one."""
    added = await strava.sync.latest(athlete, limit=limit, before=before, after=after)
    entries = [await desk.library.get(athlete, one.activity_id) for one in added]
    entries.sort(key=lambda entry: entry.activity.start, reverse=True)
    return Brought(entries=tuple(entries), added=sum(one.new for one in added))


@router.get(
    "/activities/{activity_id}/publish",
    summary="What would publishing change?",
    responses=answers(
        examples.CHANGE,
        *STRAVA,
        ActivityNotFound,
        NothingToPublish,
        PageNotFound,
        RequestMalformed,
    ),
)
async def preview(
    strava: Connected, athlete: Who, activity_id: IdInPath, name: NameMode = "append"
) -> Change:
    """Name and description at Strava as they are, and as they would be."""
    return await strava.publishing.preview(athlete, activity_id, name)


@router.post(
    "/activities/{activity_id}/publish",
    summary="Put the story on Strava",
    responses=answers(
        examples.CHANGE,
        *STRAVA,
        ActivityNotFound,
        NothingToPublish,
        PageNotFound,
        RequestMalformed,
    ),
)
async def publish(
    strava: Connected,
    athlete: Who,
    activity_id: IdInPath,
    how: Annotated[Publish | None, Body(description="All of it optional.")] = None,
) -> Change:
    """Add title and story to the activity's own name and description; can be undone."""
    mode = (how or Publish()).name
    return await strava.publishing.publish(athlete, activity_id, mode, now=datetime.now(UTC))


@router.delete(
    "/activities/{activity_id}/publish",
    summary="Take the story off Strava",
    responses=answers(examples.CHANGE, *STRAVA, ActivityNotFound, NothingPublished, PageNotFound),
)
async def undo(strava: Connected, athlete: Who, activity_id: IdInPath) -> Change:
    """Take away what was added; what was written there meanwhile stays."""
    return await strava.publishing.undo(athlete, activity_id)


@webhook.get("/strava/webhook")
async def validate(
    strava: Connected,
    mode: Annotated[str, Query(alias="hub.mode", max_length=100)] = "",
    token: Annotated[str, Query(alias="hub.verify_token", max_length=200)] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=200)] = "",
) -> JSONResponse:
    """Strava looks whether the address of its events is ours."""
    answer = await strava.subscriptions.challenge(mode, token, challenge)
    if answer is None:
        raise RequestRefused("Nobody here has just subscribed with this token.")
    return JSONResponse({"hub.challenge": answer})


@webhook.post("/strava/webhook")
async def receive(request: Request, strava: Connected) -> dict[str, Any]:
    """Keep an event, then answer; what it means is found out later."""
    try:
        payload = json.loads(await request.body())
    except ValueError as exc:
        raise RequestMalformed("The body is no JSON.") from exc
    await strava.events.receive(payload)
    return {}
