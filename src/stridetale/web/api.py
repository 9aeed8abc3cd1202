"""The JSON API: its addresses, and what each takes and answers."""

from typing import Annotated

from fastapi import APIRouter, Body, Header, Query, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette.sse import EventSourceResponse

from stridetale.activity import Frozen
from stridetale.errors import (
    ActivityNotFound,
    CursorInvalid,
    ExportNotUnderstood,
    FileDamaged,
    FileDangerous,
    FileEmpty,
    FileHasNoActivity,
    FileTooLarge,
    FileTypeUnknown,
    PageNotFound,
    RequestMalformed,
    TooManyAtOnce,
)
from stridetale.library import Entry, Page
from stridetale.story import Story
from stridetale.web import examples
from stridetale.web.accept import prefers
from stridetale.web.desk import AtDesk, IdInPath
from stridetale.web.importing import Imported, import_uploads
from stridetale.web.problems import answers, documented
from stridetale.web.strava_api import STRAVA
from stridetale.web.telling import Order, tell
from stridetale.web.uploads import FIELD, Uploads
from stridetale.web.who import Who

router = APIRouter(tags=["activities"])
health = APIRouter(tags=["health"])

LATEST = 3
PAGE = 20
MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at the most.")]
Before = Annotated[
    str | None,
    Query(max_length=200, description="The `next` of an earlier page; left out for the first."),
]


class Health(Frozen):
    """That something is as it should be."""

    status: str = "ok"


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "contentMediaType": "application/gpx+xml"},
                            "description": "GPX, TCX or FIT, each also as .gz, or a zip of them.",
                        }
                    },
                }
            }
        },
    }
}


@router.post(
    "/activities/import",
    summary="Add recordings: files, or the zip of an export",
    openapi_extra=_FORM,
    responses=answers(
        examples.IMPORTED | {"added": [], "updated": examples.IMPORTED["added"]},
        RequestMalformed,
        FileEmpty,
        FileTooLarge,
        FileTypeUnknown,
        FileDamaged,
        FileDangerous,
        FileHasNoActivity,
        ExportNotUnderstood,
        says="Nothing of it was new",
    )
    | {
        201: {
            "model": Imported,
            "description": "Activities were added",
            "content": {"application/json": {"example": examples.IMPORTED}},
        }
    },
)
async def import_files(
    desk: AtDesk, athlete: Who, uploads: Uploads, response: Response
) -> Imported:
    """Read one or more files in the field `file` and keep their activities.

    An activity that is there already is brought up to date, never doubled. What cannot be read is
    left out and reported; only where there was one file, and it cannot be read, the answer is a
    problem.
    """
    imported = await import_uploads(desk.library, athlete, uploads, desk.reading)
    response.status_code = 201 if imported.added else 200
    return imported


@router.post("/activities/import/", include_in_schema=False)
async def import_without_slash(request: Request) -> RedirectResponse:
    """The address without the slash; `/activities/{id}/` would match it otherwise."""
    return RedirectResponse(request.url.replace(path=request.url.path.rstrip("/")))


@router.get(
    "/activities/",
    summary="The latest activities",
    responses=answers(examples.PAGE, CursorInvalid, RequestMalformed),
)
async def latest(desk: AtDesk, athlete: Who, limit: Limit = LATEST, before: Before = None) -> Page:
    """The athlete's activities with their stories, newest first: the last three by default."""
    return await desk.library.page(athlete, limit=limit, before=before)


@router.get(
    "/activities/processed/",
    summary="The activities that have a story",
    responses=answers(examples.PAGE, CursorInvalid, RequestMalformed),
)
async def processed(desk: AtDesk, athlete: Who, limit: Limit = PAGE, before: Before = None) -> Page:
    """Every activity that has a story, newest first, in pages."""
    return await desk.library.page(athlete, limit=limit, before=before, told=True)


@router.get(
    "/activities/{activity_id}/",
    summary="An activity with its story",
    responses=answers(examples.ENTRY, ActivityNotFound, PageNotFound),
)
async def get(desk: AtDesk, athlete: Who, activity_id: IdInPath) -> Entry:
    """An activity, and its newest story where one was told."""
    return await desk.library.get(athlete, activity_id)


@router.put(
    "/activities/{activity_id}/",
    summary="Tell the story of an activity",
    response_model=Entry,
    responses={
        **answers(
            examples.ENTRY,
            *STRAVA,
            ActivityNotFound,
            PageNotFound,
            RequestMalformed,
            TooManyAtOnce,
        ),
        200: {
            "description": "The activity with its story, or the telling as a stream of events: "
            "`draft`, `judged` and `gave_up` as they happen, then `story` or `problem`",
            "content": {
                "application/json": {"example": examples.ENTRY},
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": examples.EVENTS,
                },
            },
        },
    },
)
async def tell_story(
    desk: AtDesk,
    athlete: Who,
    activity_id: IdInPath,
    order: Annotated[
        Order | None, Body(openapi_examples=examples.ORDERS, description="All of it optional.")
    ] = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Entry | EventSourceResponse:
    """Tell a story; one that was told already is said in the wished style, unless `again`.

    An activity that is not here yet is fetched from Strava first, where that is connected.

    With `Accept: text/event-stream` the telling is streamed; who leaves, stops it.
    """
    order = order or Order()
    wish = order.wish(desk.services.wish)
    if desk.services.strava is not None:  # one that is not here may be at Strava
        await desk.services.strava.sync.entry(athlete, activity_id)
    if prefers(accept, "text/event-stream"):
        entry = await desk.library.get(athlete, activity_id)
        desk.turns.check()
        return EventSourceResponse(tell(desk.library, desk.turns, athlete, entry, order, wish))
    async with desk.turns.turn():
        return await desk.library.tell(athlete, activity_id, wish, again=order.again)


@router.get(
    "/activities/{activity_id}/stories/",
    summary="All stories that were told of an activity",
    responses=answers([examples.ENTRY["story"]], ActivityNotFound, PageNotFound),
)
async def history(desk: AtDesk, athlete: Who, activity_id: IdInPath) -> list[Story]:
    """Every telling of an activity, newest first."""
    return list(await desk.library.history(athlete, activity_id))


@router.delete(
    "/activities/{activity_id}/",
    summary="Delete an activity with its stories",
    status_code=204,
    responses={204: {"description": "It is gone"}, **documented(ActivityNotFound, PageNotFound)},
)
async def delete(desk: AtDesk, athlete: Who, activity_id: IdInPath) -> None:
    """Delete an activity and every story of it, for good."""
    await desk.library.delete(athlete, activity_id)


@health.get("/healthz", summary="Is the service alive?", responses=answers({"status": "ok"}))
async def healthz() -> Health:
    """Answers at once, whatever the store does."""
    return Health()


@health.get("/readyz", summary="Can the service do its work?", responses=answers({"status": "ok"}))
async def readyz(desk: AtDesk) -> Health:
    """Answers well when the store does."""
    await desk.services.store.ping()
    return Health()
