from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from strava.at_strava import APPLICATION, NOW, Answer, a_grant, form, oauth, tokens
from stridetale.errors import SignInNeeded, StravaFailed, StravaRefused, StravaUnreachable
from stridetale.strava.oauth import SCOPES, SignedIn, authorize_url

ALL = frozenset(SCOPES)
ATHLETE = {"id": 77, "firstname": "Anna", "lastname": "Müller"}


def answering(status: int, **answer: object) -> Answer:
    return lambda _: httpx2.Response(status, json=answer)


async def signed_in(answer: Answer) -> SignedIn:
    return await oauth(answer).exchange("code", ALL)


def test_stravas_page_is_asked_for_our_scopes_with_commas_between() -> None:
    url = authorize_url(APPLICATION, redirect_uri="http://localhost/back", state="a&b")
    asked = parse_qs(urlsplit(url).query)
    assert (asked["scope"], asked["state"]) == (["read,activity:read"], ["a&b"])


async def test_a_code_becomes_a_grant() -> None:
    found = await signed_in(answering(200, **tokens(1, athlete=ATHLETE)))
    assert (found.athlete, found.name) == ("77", "Anna Müller")
    assert found.grant.expires_at == NOW + timedelta(hours=6)


async def test_the_secret_is_sent_in_the_body_and_not_in_the_address() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json=tokens(1, athlete=ATHLETE))

    await signed_in(answer)
    assert "our-secret" in form(seen[0]).values()
    assert "secret" not in str(seen[0].url)


@pytest.mark.parametrize("status", [400, 401])
async def test_a_code_that_is_not_good_any_more_is_a_sign_in(status: int) -> None:
    with pytest.raises(SignInNeeded):
        await signed_in(answering(status, message="Bad Request"))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answering(500), StravaUnreachable),
        (answering(403), StravaRefused),
        (answering(200, **tokens(1)), StravaUnreachable),
        (answering(200, **tokens(1, athlete=ATHLETE, expires_at="soon")), StravaUnreachable),
        (answering(200, **tokens(1, athlete=ATHLETE, expires_at=10**20)), StravaUnreachable),
        (answering(200, athlete=ATHLETE), StravaUnreachable),
        (lambda _: httpx2.Response(200, text="<html>"), StravaUnreachable),
        (lambda _: httpx2.Response(200, json=[1]), StravaUnreachable),
    ],
)
async def test_an_answer_that_cannot_be_used_is_one_sentence(
    answer: Answer, error: type[StravaFailed]
) -> None:
    with pytest.raises(error) as raised:
        await signed_in(answer)
    assert "access-1" not in raised.value.detail


def cut(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadError("cut", request=request)


@pytest.mark.parametrize(
    "call", [lambda it: it.exchange("code", ALL), lambda it: it.refresh(a_grant())]
)
async def test_a_cut_connection_is_unreachable(call: Callable[..., object]) -> None:
    with pytest.raises(StravaUnreachable):
        await call(oauth(cut))  # type: ignore[misc]  # both are coroutines


async def test_no_token_is_in_what_a_grant_prints() -> None:
    assert "access-1" not in repr(a_grant())


@pytest.mark.parametrize("status", [200, 400, 401])
async def test_a_grant_that_is_dead_is_as_good_as_revoked(status: int) -> None:
    await oauth(answering(status)).revoke(a_grant())


@pytest.mark.parametrize("status", [403, 500])
async def test_a_grant_that_may_be_alive_is_said(status: int) -> None:
    with pytest.raises(StravaFailed):
        await oauth(answering(status)).revoke(a_grant())


async def test_revoking_is_authorised_by_our_name_and_secret() -> None:
    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        return httpx2.Response(200)

    await oauth(answer).revoke(a_grant())
    assert seen[0].startswith("Basic ")
