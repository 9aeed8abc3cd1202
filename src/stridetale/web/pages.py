"""The page at `/`: plain HTML that works without a script."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from stridetale.athlete import AthleteId
from stridetale.errors import StridetaleError
from stridetale.web.cards import Card
from stridetale.web.desk import AtDesk, Desk, IdInPath
from stridetale.web.guard import CSP_WITH_SCRIPTS, csp_with_forms_to
from stridetale.web.importing import import_uploads
from stridetale.web.messages import COOKIE, COOKIE_SECONDS, Message
from stridetale.web.rendering import render
from stridetale.web.uploads import Uploads
from stridetale.web.who import Visitor, Who

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 10


@router.get("/")
async def home(
    request: Request,
    desk: AtDesk,
    athlete: Visitor,
    before: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """The activities with their stories, newest first; who is not signed in is asked to."""
    if athlete is None:
        return show(request, desk, "welcome.html", signed_in=False)
    page = await desk.library.page(athlete, limit=ON_A_PAGE, before=before)
    cards = [Card.of(entry, desk.services.wish.style) for entry in page.entries]
    waiting = await _waiting(desk, athlete)
    response = show(
        request,
        desk,
        "home.html",
        cards=cards,
        older=page.next,
        first=before is None,
        waiting=waiting,
    )
    if waiting:  # until the last of them is told; a page without a script cannot look by itself
        response.headers["refresh"] = "2"
    return response


@router.get("/story/{activity_id}")
async def show_one(request: Request, desk: AtDesk, athlete: Who, activity_id: IdInPath) -> Response:
    """One activity with its story."""
    entry = await desk.library.get(athlete, activity_id)
    return show(request, desk, "one.html", card=Card.of(entry, desk.services.wish.style))


@router.post("/add")
async def add(desk: AtDesk, athlete: Who, uploads: Uploads) -> Response:
    """Add files, then show what came of them."""
    try:
        imported = await import_uploads(desk.library, athlete, uploads, desk.reading)
    except StridetaleError as exc:
        return go("/", Message.refusal(exc.detail))
    ids = (*imported.added, *imported.updated)
    return go(f"/story/{ids[0]}" if len(ids) == 1 else "/", Message.of(imported))


@router.post("/tell/{activity_id}")
async def tell(desk: AtDesk, athlete: Who, activity_id: IdInPath) -> Response:
    """Tell a story, or tell it again, then show it."""
    wish = desk.services.wish
    try:
        async with desk.turns.turn():
            await desk.library.tell(athlete, activity_id, wish, again=True)
    except StridetaleError as exc:
        return go("/", Message.refusal(exc.detail))
    return go(f"/story/{activity_id}", None)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """The documentation of the API, in the browser."""
    headers = {"content-security-policy": CSP_WITH_SCRIPTS}
    return HTMLResponse(render("docs.html"), headers=headers)


async def _waiting(desk: Desk, athlete: AthleteId) -> int:
    """How many stories are ordered and not told yet."""
    if desk.services.strava is None:
        return 0
    jobs = await desk.services.strava.jobs.of(athlete)
    return sum(job.kind == "tell" and job.state in {"queued", "running"} for job in jobs)


def show(
    request: Request, desk: Desk, template: str, *, signed_in: bool = True, **values: object
) -> HTMLResponse:
    """A page, with the message of what was done before, which is shown once.

    Args:
        request: what it answers.
        desk: whose.
        template: its name.
        signed_in: whether the page is an athlete's own.
        values: of the template.
    """
    sent = request.cookies.get(COOKIE)
    strava = desk.services.strava
    connected = strava is not None
    response = HTMLResponse(
        render(
            template,
            message=Message.read(sent),
            connected=connected,
            signed_in=signed_in and connected,
            **values,
        )
    )
    if strava is not None:  # to which its form "Connect with Strava" leads
        policy = csp_with_forms_to(strava.application.url)
        response.headers["content-security-policy"] = policy
    if sent is not None:
        response.delete_cookie(COOKIE)
    return response


def go(path: str, message: Message | None) -> RedirectResponse:
    """To another page, so that a reload does not send the form again."""
    response = RedirectResponse(path, status_code=303)
    if message is not None:
        response.set_cookie(
            COOKIE, message.written(), max_age=COOKIE_SECONDS, httponly=True, samesite="lax"
        )  # strict would hide it from the page that follows a redirect back from Strava
    return response
