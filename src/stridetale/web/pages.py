"""The page at `/`: plain HTML that works without a script."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from stridetale.athlete import LOCAL_ATHLETE
from stridetale.errors import StridetaleError
from stridetale.web.cards import Card
from stridetale.web.desk import AtDesk, IdInPath
from stridetale.web.guard import CSP_WITH_SCRIPTS
from stridetale.web.importing import import_uploads
from stridetale.web.messages import COOKIE, COOKIE_SECONDS, Message
from stridetale.web.rendering import render
from stridetale.web.uploads import Uploads

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 10


@router.get("/")
async def home(
    request: Request, desk: AtDesk, before: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """The activities with their stories, newest first."""
    page = await desk.library.page(LOCAL_ATHLETE, limit=ON_A_PAGE, before=before)
    cards = [Card.of(entry, desk.services.wish.style) for entry in page.entries]
    return _show(request, "home.html", cards=cards, older=page.next, first=before is None)


@router.get("/story/{activity_id}")
async def show_one(request: Request, desk: AtDesk, activity_id: IdInPath) -> Response:
    """One activity with its story."""
    entry = await desk.library.get(LOCAL_ATHLETE, activity_id)
    return _show(request, "one.html", card=Card.of(entry, desk.services.wish.style))


@router.post("/add")
async def add(desk: AtDesk, uploads: Uploads) -> Response:
    """Add files, then show what came of them."""
    try:
        imported = await import_uploads(desk.library, LOCAL_ATHLETE, uploads, desk.reading)
    except StridetaleError as exc:
        return _go("/", Message.refusal(exc.detail))
    ids = (*imported.added, *imported.updated)
    return _go(f"/story/{ids[0]}" if len(ids) == 1 else "/", Message.of(imported))


@router.post("/tell/{activity_id}")
async def tell(desk: AtDesk, activity_id: IdInPath) -> Response:
    """Tell a story, or tell it again, then show it."""
    wish = desk.services.wish
    try:
        async with desk.turns.turn():
            await desk.library.tell(LOCAL_ATHLETE, activity_id, wish, again=True)
    except StridetaleError as exc:
        return _go("/", Message.refusal(exc.detail))
    return _go(f"/story/{activity_id}", None)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """The documentation of the API, in the browser."""
    headers = {"content-security-policy": CSP_WITH_SCRIPTS}
    return HTMLResponse(render("docs.html"), headers=headers)


def _show(request: Request, template: str, **values: object) -> HTMLResponse:
    """A page, with the message of what was done before, which is shown once."""
    sent = request.cookies.get(COOKIE)
    response = HTMLResponse(render(template, message=Message.read(sent), **values))
    if sent is not None:
        response.delete_cookie(COOKIE)
    return response


def _go(path: str, message: Message | None) -> RedirectResponse:
    """To another page, so that a reload does not send the form again."""
    response = RedirectResponse(path, status_code=303)
    if message is not None:
        response.set_cookie(
            COOKIE, message.written(), max_age=COOKIE_SECONDS, httponly=True, samesite="strict"
        )
    return response
