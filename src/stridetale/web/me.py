"""What an athlete may do with their own account: see it, take it all along, leave; and tokens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict, Field
from starlette.background import BackgroundTask

from stridetale.activity import Frozen
from stridetale.athlete import AthleteId
from stridetale.errors import (
    PageNotFound,
    RequestMalformed,
    StravaNotSetUp,
    TokenNotFound,
    TooManyTokens,
)
from stridetale.exporting import export
from stridetale.sessions import Token
from stridetale.strava.accounts import Farewell
from stridetale.web import examples
from stridetale.web.desk import AtDesk
from stridetale.web.problems import answers, documented
from stridetale.web.who import SESSION, Connected, Who

router = APIRouter(prefix="/me", tags=["account"])

CHUNK = 64 * 1024


class Me(Frozen):
    """An athlete of this service."""

    athlete: AthleteId
    name: str | None = None
    """As Strava has it, where the data policy lets us keep it."""
    since: datetime | None = None
    """The first sign-in; None where nobody signs in."""


class Wanted(Frozen):
    """A token that is wished for."""

    model_config = ConfigDict(strict=True)

    name: str = Field(min_length=1, max_length=60, examples=["backup script"])
    """Your own word for it."""


class NewToken(Token):
    """A token with its secret, which is shown this once."""

    secret: str


TokenId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}$", examples=["1f0c9a3e"])]


@router.get("", summary="Who am I?", responses=answers(examples.ME))
async def me(desk: AtDesk, athlete: Who) -> Me:
    """Whose data the other addresses show."""
    strava = desk.services.strava
    account = None if strava is None else await strava.accounts.of(athlete)
    if account is None:
        return Me(athlete=athlete)
    return Me(athlete=athlete, name=account.name, since=account.since)


@router.delete("", summary="Delete everything that is mine", responses=answers(examples.FAREWELL))
async def leave(desk: AtDesk, athlete: Who, response: Response) -> Farewell:
    """Delete every activity, story, token and session, and give Strava's permission back.

    The answer is the written confirmation. Nothing of it can be undone.
    """
    response.delete_cookie(SESSION)
    strava = desk.services.strava
    if strava is not None:
        return await strava.accounts.forget(athlete)
    number = await desk.library.forget(athlete)
    return Farewell(athlete=athlete, at=datetime.now(UTC), activities=number, strava_revoked=True)


@router.get(
    "/export",
    summary="Everything that is mine, as a zip",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A zip; its README.txt says what is in it",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(),
    },
)
async def export_all(desk: AtDesk, athlete: Who) -> StreamingResponse:
    """Every activity with every story, and what else is kept, without secrets."""
    file = await export(desk.services.store, desk.library, athlete)
    name = f"stridetale-{athlete}-{datetime.now(UTC):%Y-%m-%d}.zip"
    return StreamingResponse(
        _chunks(file),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{name}"'},
        background=BackgroundTask(file.close),
    )


@router.get("/tokens", summary="My API tokens", responses=answers([examples.TOKEN], StravaNotSetUp))
async def tokens(strava: Connected, athlete: Who) -> list[Token]:
    """Your tokens, oldest first, without their secrets."""
    return list(await strava.sessions.tokens(athlete))


@router.post(
    "/tokens",
    summary="Make an API token",
    status_code=201,
    responses=answers(
        examples.NEW_TOKEN,
        StravaNotSetUp,
        TooManyTokens,
        RequestMalformed,
        status=201,
        says="It is made",
    ),
)
async def make_token(strava: Connected, athlete: Who, wanted: Wanted) -> NewToken:
    """A token for a script: send it as `Authorization: Bearer …`. It is shown this once."""
    token, secret = await strava.sessions.make_token(athlete, wanted.name)
    return NewToken(**token.model_dump(), secret=secret.get_secret_value())


@router.delete(
    "/tokens/{token_id}",
    summary="Revoke an API token",
    status_code=204,
    responses={
        204: {"description": "It lets nobody in any more"},
        **documented(StravaNotSetUp, TokenNotFound, PageNotFound),
    },
)
async def revoke_token(strava: Connected, athlete: Who, token_id: TokenId) -> None:
    """Revoke a token, at once."""
    await strava.sessions.revoke_token(athlete, token_id)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
