"""The JSON API: its addresses, and what each takes and answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette.sse import EventSourceResponse

from stridetale.activity import Frozen
from stridetale.athlete import LOCAL_ATHLETE
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
    StridetaleError,
    TooManyAtOnce,
)
from stridetale.library import Entry, Page
from stridetale.story import Story
from stridetale.web import examples
from stridetale.web.accept import prefers
from stridetale.web.desk import AtDesk, IdInPath
from stridetale.web.importing import Imported, import_uploads
from stridetale.web.problems import documented
from stridetale.web.telling import Order, tell
from stridetale.web.uploads import FIELD, Uploads

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


def _answers(
    example: Any,  # noqa: ANN401 (any JSON)
    *errors: type[StridetaleError],
    status: int = 200,
    says: str = "As asked for",
) -> dict[int | str, dict[str, Any]]:
    good = {"description": says, "content": {"application/json": {"example": example}}}
    return {status: good, **documented(*errors)}


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
    responses=_answers(
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
async def import_files(desk: AtDesk, uploads: Uploads, response: Response) -> Imported:
    """Read one or more files in the field `file` and keep their activities.

    An activity that is there already is brought up to date, never doubled. What cannot be read is
    left out and reported; only where there was one file, and it cannot be read, the answer is a
    problem.
    """
    imported = await import_uploads(desk.library, LOCAL_ATHLETE, uploads, desk.reading)
    response.status_code = 201 if imported.added else 200
    return imported


@router.post("/activities/import/", include_in_schema=False)
async def import_without_slash(request: Request) -> RedirectResponse:
    """The address without the slash; `/activities/{id}/` would match it otherwise."""
    return RedirectResponse(request.url.replace(path=request.url.path.rstrip("/")))


@router.get(
    "/activities/",
    summary="The latest activities",
    responses=_answers(examples.PAGE, CursorInvalid, RequestMalformed),
)
async def latest(desk: AtDesk, limit: Limit = LATEST, before: Before = None) -> Page:
    """The athlete's activities with their stories, newest first: the last three by default."""
    return await desk.library.page(LOCAL_ATHLETE, limit=limit, before=before)


@router.get(
    "/activities/processed/",
    summary="The activities that have a story",
    responses=_answers(examples.PAGE, CursorInvalid, RequestMalformed),
)
async def processed(desk: AtDesk, limit: Limit = PAGE, before: Before = None) -> Page:
    """Every activity that has a story, newest first, in pages."""
    return await desk.library.page(LOCAL_ATHLETE, limit=limit, before=before, told=True)


@router.get(
    "/activities/{activity_id}/",
    summary="An activity with its story",
    responses=_answers(examples.ENTRY, ActivityNotFound, PageNotFound),
)
async def get(desk: AtDesk, activity_id: IdInPath) -> Entry:
    """An activity, and its newest story where one was told."""
    return await desk.library.get(LOCAL_ATHLETE, activity_id)


@router.put(
    "/activities/{activity_id}/",
    summary="Tell the story of an activity",
    response_model=Entry,
    responses={
        **_answers(examples.ENTRY, ActivityNotFound, PageNotFound, RequestMalformed, TooManyAtOnce),
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
    activity_id: IdInPath,
    order: Annotated[
        Order | None, Body(openapi_examples=examples.ORDERS, description="All of it optional.")
    ] = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Entry | EventSourceResponse:
    """Tell a story; one that was told already is said in the wished style, unless `again`.

    With `Accept: text/event-stream` the telling is streamed; who leaves, stops it.
    """
    order = order or Order()
    wish = order.wish(desk.services.wish)
    if prefers(accept, "text/event-stream"):
        entry = await desk.library.get(LOCAL_ATHLETE, activity_id)
        desk.turns.check()
        return EventSourceResponse(
            tell(desk.library, desk.turns, LOCAL_ATHLETE, entry, order, wish)
        )
    async with desk.turns.turn():
        return await desk.library.tell(LOCAL_ATHLETE, activity_id, wish, again=order.again)


@router.get(
    "/activities/{activity_id}/stories/",
    summary="All stories that were told of an activity",
    responses=_answers([examples.ENTRY["story"]], ActivityNotFound, PageNotFound),
)
async def history(desk: AtDesk, activity_id: IdInPath) -> list[Story]:
    """Every telling of an activity, newest first."""
    return list(await desk.library.history(LOCAL_ATHLETE, activity_id))


@router.delete(
    "/activities/{activity_id}/",
    summary="Delete an activity with its stories",
    status_code=204,
    responses={204: {"description": "It is gone"}, **documented(ActivityNotFound, PageNotFound)},
)
async def delete(desk: AtDesk, activity_id: IdInPath) -> None:
    """Delete an activity and every story of it, for good."""
    await desk.library.delete(LOCAL_ATHLETE, activity_id)


@health.get("/healthz", summary="Is the service alive?", responses=_answers({"status": "ok"}))
async def healthz() -> Health:
    """Answers at once, whatever the store does."""
    return Health()


@health.get("/readyz", summary="Can the service do its work?", responses=_answers({"status": "ok"}))
async def readyz(desk: AtDesk) -> Health:
    """Answers well when the store does."""
    await desk.services.store.ping()
    return Health()
