"""The pages of one's own account, and of putting a story on Strava: plain HTML, no script."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from stridetale.errors import ScopeMissing, StridetaleError
from stridetale.strava.publishing import NameMode
from stridetale.web.cards import Card
from stridetale.web.desk import AtDesk, IdInPath
from stridetale.web.me import TokenId
from stridetale.web.messages import Message
from stridetale.web.pages import go, show
from stridetale.web.who import SESSION, Connected, Who

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

Name = Annotated[str, Form(min_length=1, max_length=60)]
Mode = Annotated[NameMode, Form()]


@router.get("/account")
async def account(request: Request, desk: AtDesk, strava: Connected, athlete: Who) -> Response:
    """Tokens, the export, signing out, leaving."""
    return show(
        request,
        desk,
        "account.html",
        account=await strava.accounts.of(athlete),
        tokens=await strava.sessions.tokens(athlete),
        policy=desk.services.settings.strava_data_policy,
    )


@router.post("/account/tokens")
async def make_token(
    request: Request, desk: AtDesk, strava: Connected, athlete: Who, name: Name
) -> Response:
    """Make a token and show it, this once."""
    token, secret = await strava.sessions.make_token(athlete, name)
    shown = secret.get_secret_value()
    return show(request, desk, "token.html", token=token, secret=shown)


@router.post("/account/tokens/{token_id}/revoke")
async def revoke_token(strava: Connected, athlete: Who, token_id: TokenId) -> Response:
    """Revoke a token."""
    try:
        await strava.sessions.revoke_token(athlete, token_id)
    except StridetaleError as exc:
        return go("/account", Message.refusal(exc.detail))
    return go("/account", Message(mood="good", lines=("That token lets nobody in any more.",)))


@router.post("/account/delete")
async def leave(
    request: Request,
    desk: AtDesk,
    strava: Connected,
    athlete: Who,
    sure: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Delete everything, for who typed the word; then the confirmation, to be kept."""
    if sure.strip().casefold() != "delete":
        refusal = Message.refusal("Nothing was deleted: type the word delete to do it.")
        return go("/account", refusal)
    farewell = await strava.accounts.forget(athlete)
    response = show(request, desk, "farewell.html", signed_in=False, farewell=farewell)
    response.delete_cookie(SESSION)
    return response


@router.get("/publish/{activity_id}")
async def preview(
    request: Request,
    desk: AtDesk,
    strava: Connected,
    athlete: Who,
    activity_id: IdInPath,
    name: NameMode = "append",
) -> Response:
    """Show exactly what would change at Strava."""
    try:
        change = await strava.publishing.preview(athlete, activity_id, name)
    except ScopeMissing as exc:
        return go("/account", Message.refusal(exc.detail))
    except StridetaleError as exc:
        return go(f"/story/{activity_id}", Message.refusal(exc.detail))
    entry = await desk.library.get(athlete, activity_id)
    card = Card.of(entry, desk.services.wish.style)
    published = await strava.publishing.is_published(athlete, activity_id)
    return show(
        request, desk, "publish.html", card=card, change=change, name=name, published=published
    )


@router.post("/publish/{activity_id}")
async def publish(
    strava: Connected, athlete: Who, activity_id: IdInPath, name: Mode = "append"
) -> Response:
    """Put the story on Strava."""
    try:
        await strava.publishing.publish(athlete, activity_id, name, now=datetime.now(UTC))
    except StridetaleError as exc:
        return go(f"/story/{activity_id}", Message.refusal(exc.detail))
    message = Message(mood="good", lines=("The story is on Strava.",))
    return go(f"/story/{activity_id}", message)


@router.post("/publish/{activity_id}/undo")
async def undo(strava: Connected, athlete: Who, activity_id: IdInPath) -> Response:
    """Take the story off Strava."""
    try:
        await strava.publishing.undo(athlete, activity_id)
    except StridetaleError as exc:
        return go(f"/story/{activity_id}", Message.refusal(exc.detail))
    message = Message(mood="good", lines=("The story was taken off Strava.",))
    return go(f"/story/{activity_id}", message)
