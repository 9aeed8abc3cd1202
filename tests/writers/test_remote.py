import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr
from typing_extensions import override

from contracts.writer_contract import FACTS, Opened, WriterContract, steps_of, written_by
from stridetale.errors import (
    SettingsInvalid,
    WriterFailed,
    WriterRefused,
    WriterTimedOut,
    WriterUnreachable,
)
from stridetale.story import Wish, Writing
from stridetale.writers.remote import RemoteWriter
from writers.endpoint import BODY, PLAIN, TITLE, Endpoint, Reply, an_endpoint


@asynccontextmanager
async def a_writer(endpoint: Endpoint, **choices: Any) -> AsyncIterator[RemoteWriter]:  # noqa: ANN401 (any argument)
    known: dict[str, Any] = {"model": "openchat-3.5", "max_retries": 0, "timeout": 5.0}
    writer = RemoteWriter(url=endpoint.url, **(known | choices))
    try:
        yield writer
    finally:
        await writer.close()


def knows_no_structure(asked: dict[str, Any]) -> Reply:
    return Reply(status=400 if "response_format" in asked else 200)


class TestContract(WriterContract):
    @override
    @pytest.fixture
    def opened(self) -> Opened:
        @asynccontextmanager
        async def open_one() -> AsyncIterator[RemoteWriter]:
            async with an_endpoint() as endpoint, a_writer(endpoint) as writer:
                yield writer

        return open_one


class TestAsking:
    async def test_a_structured_answer_is_asked_for_and_read(self) -> None:
        async with an_endpoint() as endpoint, a_writer(endpoint) as writer:
            [written] = await written_by(writer, count=1)
        assert endpoint.asked[0]["response_format"]["type"] == "json_schema"
        assert (written.draft.title, written.draft.body) == (TITLE, BODY)

    @pytest.mark.parametrize("status", [400, 404, 422])
    async def test_a_plain_answer_is_asked_for_where_structure_is_not_understood(
        self, status: int
    ) -> None:
        def behave(asked: dict[str, Any]) -> Reply:
            return Reply(status=status if "response_format" in asked else 200)

        async with an_endpoint(behave) as endpoint, a_writer(endpoint) as writer:
            [written] = await written_by(writer, count=1)
        assert (written.draft.title, written.draft.body) == (TITLE, BODY)

    async def test_what_is_not_understood_is_asked_for_once(self) -> None:
        async with an_endpoint(knows_no_structure) as endpoint, a_writer(endpoint) as writer:
            await written_by(writer, count=1)
            endpoint.asked.clear()
            await written_by(writer, count=3)
        assert ["response_format" in asked for asked in endpoint.asked] == [False] * 3

    async def test_an_endpoint_that_knows_no_temperature_is_asked_for_the_bare_answer(self) -> None:
        def behave(asked: dict[str, Any]) -> Reply:
            return Reply(status=400 if "temperature" in asked else 200)

        async with an_endpoint(behave) as endpoint, a_writer(endpoint) as writer:
            assert len(await written_by(writer, count=1)) == 1
        assert set(endpoint.asked[-1]) == {"model", "messages", "stream"}

    async def test_candidates_have_seeds_of_their_own(self) -> None:
        async with an_endpoint() as endpoint, a_writer(endpoint) as writer:
            await written_by(writer, count=3, seed=7)
        assert sorted(asked["seed"] for asked in endpoint.asked) == [7, 8, 9]

    async def test_only_so_many_requests_are_made_at_once(self) -> None:
        slow = Reply(pause_s=0.005)
        async with an_endpoint(slow) as endpoint, a_writer(endpoint, at_once=2) as writer:
            await written_by(writer, count=5)
        assert endpoint.open_most == 2

    async def test_the_facts_are_in_the_prompt_with_their_slots(self) -> None:
        async with an_endpoint() as endpoint, a_writer(endpoint) as writer:
            await written_by(writer, count=1)
        assert "{distance}: 42.3 kilometres" in endpoint.asked[0]["messages"][-1]["content"]

    async def test_the_key_goes_to_the_endpoint(self) -> None:
        async with (
            an_endpoint() as endpoint,
            a_writer(endpoint, key=SecretStr("sk-1")) as writer,
        ):
            await written_by(writer, count=1)
        assert endpoint.headers[0]["authorization"] == "Bearer sk-1"

    async def test_without_a_key_nobody_is_authorized(self) -> None:
        async with an_endpoint() as endpoint, a_writer(endpoint) as writer:
            await written_by(writer, count=1)
        assert "authorization" not in endpoint.headers[0]


class TestReading:
    async def test_thoughts_are_left_out_of_the_draft(self) -> None:
        thoughtful = Reply(text=f"<think>It rained.\nDid it?</think>\n{PLAIN}")
        async with an_endpoint(thoughtful) as endpoint, a_writer(endpoint) as writer:
            [written] = await written_by(writer, count=1)
        assert (written.draft.title, written.draft.body) == (TITLE, BODY)

    async def test_thoughts_are_not_shown_while_they_are_thought(self) -> None:
        thoughtful = Reply(text=f"<think>It rained all day.</think>\n{PLAIN}")
        async with an_endpoint(thoughtful) as endpoint, a_writer(endpoint) as writer:
            steps = await steps_of(writer, count=1)
        assert not any("rained" in step.text for step in steps if isinstance(step, Writing))

    async def test_json_is_shown_as_text_while_it_is_written(self) -> None:
        async with an_endpoint() as endpoint, a_writer(endpoint) as writer:
            steps = await steps_of(writer, count=1)
        shown = [step.text for step in steps if isinstance(step, Writing)]
        assert all(PLAIN.startswith(text) for text in shown)
        assert len(shown[-1]) > len(PLAIN) / 2

    async def test_numbers_of_facts_are_read_back_into_slots(self) -> None:
        numbered = Reply(text="A Long Way\nYou rode 42.3 kilometres and were glad of each one.")
        async with an_endpoint(numbered) as endpoint, a_writer(endpoint) as writer:
            [written] = await written_by(writer, count=1)
        assert written.draft.body.startswith("You rode {distance} and")

    async def test_an_answer_that_is_too_long_ends_with_its_last_whole_sentence(self) -> None:
        cut = Reply(text=PLAIN + " And then the", finish="length")
        async with an_endpoint(cut) as endpoint, a_writer(endpoint) as writer:
            [written] = await written_by(writer, count=1)
        assert written.draft.body == BODY


class TestFailing:
    async def fails(self, reply: Reply, **choices: Any) -> WriterFailed:  # noqa: ANN401 (any argument)
        async with an_endpoint(reply) as endpoint, a_writer(endpoint, **choices) as writer:
            with pytest.raises(WriterFailed) as failed:
                await written_by(writer, count=2)
        return failed.value

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (401, "does not accept the key"),
            (403, "does not let this key"),
            (404, "has no such model"),
            (429, "asked too often"),
            (500, "has a fault of its own"),
            (503, "has a fault of its own"),
            (418, "does not take the request"),
        ],
    )
    async def test_a_refusal_says_what_it_means(self, status: int, said: str) -> None:
        failed = await self.fails(Reply(status=status))
        assert isinstance(failed, WriterRefused)
        assert said in failed.detail

    async def test_a_refusal_names_the_host(self) -> None:
        failed = await self.fails(Reply(status=401))
        assert failed.detail.startswith("127.0.0.1:")

    async def test_a_refusal_never_repeats_what_the_endpoint_said(self) -> None:
        failed = await self.fails(Reply(status=401), key="sk-secret")
        assert "secret" not in failed.detail

    async def test_an_endpoint_that_is_slow_to_answer_times_out(self) -> None:
        failed = await self.fails(Reply(wait_s=2), timeout=0.2)
        assert isinstance(failed, WriterTimedOut)

    async def test_an_answer_that_trickles_times_out_as_a_whole(self) -> None:
        failed = await self.fails(Reply(pause_s=0.1), timeout=0.4)
        assert isinstance(failed, WriterTimedOut)

    async def test_a_connection_that_breaks_in_the_answer_is_unreachable(self) -> None:
        failed = await self.fails(Reply(cut_after=3))
        assert isinstance(failed, WriterUnreachable)

    async def test_a_connection_that_breaks_before_the_answer_is_unreachable(self) -> None:
        failed = await self.fails(Reply(raw=b""))
        assert isinstance(failed, WriterUnreachable)

    async def test_nobody_at_the_address_is_unreachable(self) -> None:
        async with an_endpoint() as endpoint:
            pass
        async with a_writer(endpoint) as writer:
            with pytest.raises(WriterUnreachable):
                await written_by(writer, count=1)

    @pytest.mark.parametrize(
        "data",
        [
            b"data: {no json}\n\n",
            b"data: [1, 2]\n\n",
            b'data: {"choices": null}\n\n',
            b'data: {"choices": [{"delta": null}]}\n\n',
            b'data: {"choices": [7]}\n\n',
            b'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
            b'data: {"error": {"message": "sk-secret"}}\n\n',
            b"<html>Welcome to our hotel</html>",
        ],
    )
    async def test_an_answer_that_is_no_story_is_a_refusal(self, data: bytes) -> None:
        raw = b"HTTP/1.1 200 x\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
        failed = await self.fails(Reply(raw=raw + data))
        assert isinstance(failed, WriterRefused)
        assert "not with a story" in failed.detail

    async def test_an_answer_without_end_is_cut(self) -> None:
        failed = await self.fails(Reply(text="on and " * 10_000))
        assert isinstance(failed, WriterRefused)

    async def test_one_candidate_that_fails_does_not_spoil_the_others(self) -> None:
        def behave(asked: dict[str, Any]) -> Reply:
            return Reply(status=500 if asked["seed"] == 1 else 200)

        async with an_endpoint(behave) as endpoint, a_writer(endpoint) as writer:
            written = await written_by(writer, count=3, seed=1)
        assert {one.candidate for one in written} == {1, 2}

    async def test_closing_the_drafts_ends_the_requests(self) -> None:
        slow = Reply(pause_s=0.02)
        async with an_endpoint(slow) as endpoint, a_writer(endpoint) as writer:
            drafts = writer.drafts(FACTS, Wish(), count=4, seed=1)
            await anext(drafts)
            await drafts.aclose()
            await asyncio.sleep(0.2)
            assert endpoint.open_now == 0


class TestWarmingUp:
    async def test_an_endpoint_that_refuses_the_key_is_found_at_once(self) -> None:
        async with an_endpoint(Reply(status=401)) as endpoint, a_writer(endpoint) as writer:
            with pytest.raises(WriterRefused):
                await writer.warm_up()

    async def test_an_endpoint_need_not_list_its_models(self) -> None:
        async with an_endpoint(Reply(status=404)) as endpoint, a_writer(endpoint) as writer:
            await writer.warm_up()
        assert len(endpoint.asked) == 1

    async def test_an_endpoint_that_is_not_there_is_found_at_once(self) -> None:
        async with an_endpoint() as endpoint:
            pass
        async with a_writer(endpoint) as writer:
            with pytest.raises(WriterUnreachable):
                await writer.warm_up()


@pytest.mark.parametrize(
    "url", ["", "openai", "ftp://models.example/v1", "http://[/v1", "http:///v1"]
)
def test_an_address_that_is_none_is_an_invalid_setting(url: str) -> None:
    with pytest.raises(SettingsInvalid):
        RemoteWriter(url=url, model="m")


def test_a_writer_does_not_show_its_key() -> None:
    writer = RemoteWriter(url="http://127.0.0.1/v1", model="m", key="sk-secret")
    assert "sk-secret" not in repr(vars(writer))
