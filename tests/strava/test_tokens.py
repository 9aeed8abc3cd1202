from dataclasses import replace
from datetime import timedelta

import anyio
import httpx2
import pytest
from pydantic import SecretStr

from strava.at_strava import ANNA, NOW, Answer, KeptGrants, Rotating, a_grant, oauth, tokens
from stridetale.errors import SignInNeeded, StravaUnreachable
from stridetale.strava.tokens import Tokens


def tokens_of(grants: KeptGrants, answer: Answer) -> Tokens:
    async def sleep(_: float) -> None:
        await anyio.lowlevel.checkpoint()

    return Tokens(grants, oauth(answer), now=lambda: NOW, sleep=sleep)


def down(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


async def test_a_token_that_lives_long_enough_is_used() -> None:
    strava = Rotating()
    token = await tokens_of(KeptGrants(a_grant()), strava).token(ANNA)
    assert (token.get_secret_value(), strava.asked) == ("access-1", [])


@pytest.mark.parametrize("minutes", [-60, 0, 4])
async def test_a_token_near_its_end_is_renewed(minutes: float) -> None:
    token = await tokens_of(KeptGrants(a_grant(minutes=minutes)), Rotating()).token(ANNA)
    assert token.get_secret_value() == "access-2"


async def test_a_rotated_token_is_kept_before_the_new_one_is_used() -> None:
    grants = KeptGrants(a_grant(minutes=0))
    token = await tokens_of(grants, Rotating()).token(ANNA)
    assert grants.kept[ANNA].access_token == token
    assert grants.kept[ANNA].refresh_token.get_secret_value() == "refresh-2"


async def test_scopes_stay_through_a_refresh() -> None:
    grants = KeptGrants(a_grant(minutes=0))
    await tokens_of(grants, Rotating()).token(ANNA)
    assert grants.kept[ANNA].scopes == a_grant().scopes


async def test_many_at_once_refresh_once() -> None:
    strava, grants = Rotating(), KeptGrants(a_grant(minutes=0))
    found: list[str] = []

    async def ask() -> None:
        found.append((await tokens_of(grants, strava).token(ANNA)).get_secret_value())

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(ask)
    assert (len(strava.asked), set(found)) == (1, {"access-2"})


async def test_a_claim_of_somebody_who_was_killed_runs_out() -> None:
    old = replace(a_grant(minutes=0), claimed_until=NOW - timedelta(seconds=1))
    token = await tokens_of(KeptGrants(old), Rotating()).token(ANNA)
    assert token.get_secret_value() == "access-2"


async def test_a_token_that_strava_refused_is_renewed_though_it_should_live() -> None:
    refused = SecretStr("access-1")
    token = await tokens_of(KeptGrants(a_grant()), Rotating()).token(ANNA, unlike=refused)
    assert token.get_secret_value() == "access-2"


async def test_a_token_that_another_one_renewed_meanwhile_is_used() -> None:
    strava = Rotating()
    kept = tokens_of(KeptGrants(a_grant(number=2)), strava)
    token = await kept.token(ANNA, unlike=SecretStr("access-1"))
    assert (token.get_secret_value(), strava.asked) == ("access-2", [])


async def test_strava_may_answer_with_the_same_token() -> None:
    kept = tokens_of(KeptGrants(a_grant()), lambda _: httpx2.Response(200, json=tokens(1)))
    assert await kept.token(ANNA, unlike=SecretStr("access-1")) == SecretStr("access-1")


async def test_a_dead_grant_is_removed() -> None:
    grants = KeptGrants(a_grant(minutes=0, number=7))
    with pytest.raises(SignInNeeded):
        await tokens_of(grants, Rotating()).token(ANNA)
    assert grants.kept == {}


async def test_without_a_grant_the_athlete_has_to_sign_in() -> None:
    with pytest.raises(SignInNeeded):
        await tokens_of(KeptGrants(), Rotating()).token(ANNA)


async def test_where_strava_does_not_answer_the_grant_stays_as_it_was() -> None:
    grants = KeptGrants(a_grant(minutes=0))
    with pytest.raises(StravaUnreachable):
        await tokens_of(grants, down).token(ANNA)
    assert grants.kept[ANNA] == a_grant(minutes=0)


async def test_a_refresh_that_is_cancelled_is_kept_all_the_same() -> None:
    grants = KeptGrants(a_grant(minutes=0))
    strava = Rotating()
    with anyio.CancelScope() as scope:

        def answer(request: httpx2.Request) -> httpx2.Response:
            scope.cancel()
            return strava(request)

        await tokens_of(grants, answer).token(ANNA)
    assert grants.kept[ANNA].access_token == SecretStr("access-2")


async def test_scopes_are_what_the_athlete_allowed() -> None:
    kept = tokens_of(KeptGrants(a_grant()), Rotating())
    assert await kept.scopes(ANNA) == {"read", "activity:read"}
