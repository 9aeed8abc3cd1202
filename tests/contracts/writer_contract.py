"""What every `StoryWriter` keeps to; a test module derives from it and says how to open one."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, aclosing
from itertools import pairwise
from typing import TypeGuard

import pytest

from builders import facts_like
from stridetale.story import StoryWriter, Wish, Writing, Written

Opened = Callable[[], AbstractAsyncContextManager[StoryWriter]]

FACTS = facts_like()


async def steps_of(writer: StoryWriter, *, count: int, seed: int = 1) -> list[Writing | Written]:
    async with aclosing(writer.drafts(FACTS, Wish(), count=count, seed=seed)) as drafts:
        return [step async for step in drafts]


async def written_by(writer: StoryWriter, *, count: int, seed: int = 1) -> list[Written]:
    return [step for step in await steps_of(writer, count=count, seed=seed) if is_written(step)]


async def begin(writer: StoryWriter, *, steps: int, seed: int = 1) -> list[Writing | Written]:
    """The first steps of some drafts, which are closed then."""
    begun = []
    async with aclosing(writer.drafts(FACTS, Wish(), count=4, seed=seed)) as drafts:
        async for step in drafts:
            begun.append(step)
            if len(begun) == steps:
                break
    return begun


def is_written(step: Writing | Written) -> TypeGuard[Written]:
    return isinstance(step, Written)


class WriterContract:
    @pytest.fixture
    def opened(self) -> Opened:
        raise NotImplementedError

    async def test_its_author_is_a_model_with_a_name(self, opened: Opened) -> None:
        async with opened() as writer:
            assert writer.author.kind == "model"
            assert writer.author.model

    async def test_every_draft_has_a_title_and_a_body_of_one_paragraph(
        self, opened: Opened
    ) -> None:
        async with opened() as writer:
            [written] = await written_by(writer, count=1)
        assert written.draft.title
        assert written.draft.body
        assert "\n" not in written.draft.title + written.draft.body

    async def test_candidates_are_numbered_from_zero_and_written_once(self, opened: Opened) -> None:
        async with opened() as writer:
            written = await written_by(writer, count=2)
        assert sorted(one.candidate for one in written) == [0, 1]

    async def test_a_draft_is_seen_as_it_grows(self, opened: Opened) -> None:
        async with opened() as writer:
            steps = await steps_of(writer, count=1)
        texts = [step.text for step in steps if isinstance(step, Writing)]
        assert len(texts) > 1
        assert all(after.startswith(before) for before, after in pairwise(texts))

    async def test_no_drafts_are_written_where_none_are_wanted(self, opened: Opened) -> None:
        async with opened() as writer:
            assert await steps_of(writer, count=0) == []

    async def test_closing_the_drafts_does_not_wait_for_them(self, opened: Opened) -> None:
        async with opened() as writer:
            drafts = writer.drafts(FACTS, Wish(), count=8, seed=1)
            await anext(drafts)
            began = time.perf_counter()
            await drafts.aclose()
            assert time.perf_counter() - began < 1

    async def test_after_closed_drafts_it_begins_others(self, opened: Opened) -> None:
        async with opened() as writer:
            await begin(writer, steps=1)
            assert len(await begin(writer, steps=3)) == 3

    async def test_two_calls_at_the_same_time_each_get_their_drafts(self, opened: Opened) -> None:
        async with opened() as writer:
            both = await asyncio.gather(
                written_by(writer, count=1, seed=1), written_by(writer, count=1, seed=2)
            )
        assert [len(written) for written in both] == [1, 1]

    async def test_it_may_be_warmed_up_twice(self, opened: Opened) -> None:
        async with opened() as writer:
            await writer.warm_up()
            await writer.warm_up()

    async def test_it_may_be_closed_twice_and_then_used_again(self, opened: Opened) -> None:
        async with opened() as writer:
            await writer.warm_up()
            await writer.close()
            await writer.close()
            assert len(await begin(writer, steps=3)) == 3

    def test_it_works_in_one_event_loop_after_another(self, opened: Opened) -> None:
        async def begin_and_close() -> int:
            async with opened() as writer:
                begun = await begin(writer, steps=3)
                await writer.close()
                return len(begun)

        assert asyncio.run(begin_and_close()) == 3
        assert asyncio.run(begin_and_close()) == 3
