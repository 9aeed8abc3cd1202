"""Sessions of browsers and tokens of scripts."""

from datetime import timedelta

import pytest

from fakes import Clock, MemoryStore
from stridetale.athlete import AthleteId
from stridetale.errors import TokenNotFound, TooManyTokens
from stridetale.sessions import LIFE, MOST_TOKENS, Sessions

ANNA, BEN = AthleteId("1"), AthleteId("2")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def sessions(store: MemoryStore, clock: Clock) -> Sessions:
    return Sessions(store, now=clock)


async def everything(store: MemoryStore) -> str:
    return "".join(map(str, await store.records_after(("", ""), limit=99)))


async def test_a_session_is_its_athletes(sessions: Sessions) -> None:
    secret = await sessions.begin(ANNA)
    await sessions.begin(BEN)
    assert await sessions.athlete_of(secret.get_secret_value()) == ANNA


@pytest.mark.parametrize("secret", ["", "x", "stridetale_x", "\ud800", "x" * 10_000])
async def test_what_was_never_given_out_is_nobodys(sessions: Sessions, secret: str) -> None:
    await sessions.begin(ANNA)
    assert await sessions.athlete_of(secret) is None


async def test_each_session_has_another_secret(sessions: Sessions) -> None:
    assert await sessions.begin(ANNA) != await sessions.begin(ANNA)


async def test_a_session_runs_out(sessions: Sessions, clock: Clock) -> None:
    secret = (await sessions.begin(ANNA)).get_secret_value()
    clock.now += LIFE - timedelta(seconds=1)
    assert await sessions.athlete_of(secret) == ANNA
    clock.now += timedelta(seconds=1)
    assert await sessions.athlete_of(secret) is None


async def test_what_has_run_out_is_swept_away(
    sessions: Sessions, store: MemoryStore, clock: Clock
) -> None:
    await sessions.begin(ANNA)
    clock.now += LIFE / 2
    await sessions.begin(ANNA)
    clock.now += LIFE / 2
    await sessions.sweep()
    assert len(await store.records("session", ANNA)) == 1


async def test_a_session_that_was_ended_is_nobodys(sessions: Sessions) -> None:
    ended, other = [(await sessions.begin(ANNA)).get_secret_value() for _ in range(2)]
    await sessions.end(ended)
    await sessions.end(ended)
    assert await sessions.athlete_of(ended) is None
    assert await sessions.athlete_of(other) == ANNA


async def test_all_sessions_of_an_athlete_can_be_ended(sessions: Sessions) -> None:
    mine, theirs = [(await sessions.begin(who)).get_secret_value() for who in (ANNA, BEN)]
    await sessions.end_all(ANNA)
    assert await sessions.athlete_of(mine) is None
    assert await sessions.athlete_of(theirs) == BEN


async def test_a_token_is_its_athletes(sessions: Sessions) -> None:
    _, secret = await sessions.make_token(ANNA, "backup")
    assert await sessions.athlete_of(secret.get_secret_value()) == ANNA


async def test_tokens_are_listed_oldest_first(sessions: Sessions, clock: Clock) -> None:
    for name in ("b", "a"):
        await sessions.make_token(ANNA, name)
        clock.now += timedelta(seconds=1)
    await sessions.make_token(BEN, "c")
    assert [token.name for token in await sessions.tokens(ANNA)] == ["b", "a"]


async def test_a_token_can_be_revoked(sessions: Sessions) -> None:
    token, secret = await sessions.make_token(ANNA, "backup")
    await sessions.revoke_token(ANNA, token.id)
    assert await sessions.athlete_of(secret.get_secret_value()) is None
    assert not await sessions.tokens(ANNA)


async def test_anothers_token_cannot_be_revoked(sessions: Sessions) -> None:
    token, secret = await sessions.make_token(ANNA, "backup")
    with pytest.raises(TokenNotFound):
        await sessions.revoke_token(BEN, token.id)
    assert await sessions.athlete_of(secret.get_secret_value()) == ANNA


async def test_an_athlete_has_so_many_tokens_at_the_most(sessions: Sessions) -> None:
    for n in range(MOST_TOKENS):
        await sessions.make_token(ANNA, f"{n}")
    with pytest.raises(TooManyTokens):
        await sessions.make_token(ANNA, "more")


async def test_no_secret_is_kept(sessions: Sessions, store: MemoryStore) -> None:
    session = (await sessions.begin(ANNA)).get_secret_value()
    token = (await sessions.make_token(ANNA, "backup"))[1].get_secret_value()
    kept = await everything(store)
    assert session not in kept
    assert token.removeprefix("stridetale_") not in kept
