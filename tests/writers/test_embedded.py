import asyncio
import hashlib
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from builders import an_activity, for_models
from contracts.writer_contract import FACTS, Opened, WriterContract, begin, written_by
from stridetale.activity import Weather
from stridetale.errors import WeightsMissing, WeightsUnusable, WriterTimedOut
from stridetale.facts import facts_of
from stridetale.grounding import contradictions
from stridetale.story import Budget, Judged, Step, Wish, Written, telling
from stridetale.writers.embedded import EmbeddedWriter
from stridetale.writers.habits import ways, words_in
from stridetale.writers.merging import KIND, Merging, merged
from stridetale.writers.weights import bundled_weights, shipped_adapter
from writers.tiny import write_adapter_of_smollm2

pytestmark = pytest.mark.model

MANY = for_models(
    facts_of(
        an_activity(weather=Weather(condition="Light Rain", temperature_c=14.0), gear="Blue Bike")
    )
)
TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def writer() -> Iterator[EmbeddedWriter]:
    """Loaded once for all tests of this module; closed and loaded again by some of them."""
    # sixteen drafts, on a machine that may be busy
    writer = EmbeddedWriter(lora=shipped_adapter(), timeout=240)
    yield writer
    asyncio.run(writer.close())


@pytest.fixture(scope="module")
def sixteen(writer: EmbeddedWriter) -> list[Written]:
    """Drafts of a ride of which much is known."""

    async def write() -> list[Written]:
        drafts = writer.drafts(MANY, Wish(), count=16, seed=100)
        return [step async for step in drafts if isinstance(step, Written)]

    return asyncio.run(write())


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


class Hearing:
    """A watcher that notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[str | int] = []

    def preparing(self, done: int, total: int) -> None:
        self.heard.append(done * 100 // total)

    def unprepared(self, why: str) -> None:
        self.heard.append(why)


class Waiting(Hearing):
    """Says when the work has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    @override
    def preparing(self, done: int, total: int) -> None:
        super().preparing(done, total)
        self.begun.set()


@dataclass(frozen=True)
class Kept:
    """An adapter, a folder that has it merged with the bundled weights, and who watches."""

    adapter: Path
    folder: Path
    watcher: Hearing

    @asynccontextmanager
    async def opened(
        self,
        *,
        model: Path | None = None,
        folder: Path | None = None,
        watcher: Hearing | None = None,
    ) -> AsyncIterator[EmbeddedWriter]:
        merging = Merging(folder or self.folder, watcher or self.watcher)
        writer = EmbeddedWriter(model=model, lora=self.adapter, merging=merging)
        try:
            yield writer
        finally:
            await writer.close()


@pytest.fixture(scope="module")
def merged_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An adapter, and the folder that has it merged: it takes some seconds."""
    folder = tmp_path_factory.mktemp("merged")
    adapter = write_adapter_of_smollm2(folder / "mine.gguf")
    merged(bundled_weights(), adapter, KIND, folder, lambda _done, _total: False)
    return adapter, folder


@pytest.fixture
def kept(merged_once: tuple[Path, Path]) -> Kept:
    return Kept(*merged_once, Hearing())


@pytest.fixture(scope="module")
def one_process() -> dict[str, Any]:
    """What a process that loads, writes and closes sees of itself."""
    ran = subprocess.run(
        [sys.executable, str(TESTS / "writers" / "one_process.py")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return {**json.loads(ran.stdout), "stdout": ran.stdout, "stderr": ran.stderr}


class TestContract(WriterContract):
    @override
    @pytest.fixture
    def opened(self, writer: EmbeddedWriter) -> Opened:
        @asynccontextmanager
        async def open_the_same() -> AsyncIterator[EmbeddedWriter]:
            yield writer

        return open_the_same


class TestGrammar:
    def test_each_candidate_is_written_once(self, sixteen: list[Written]) -> None:
        candidates = {one.candidate for one in sixteen}
        assert len(candidates) == len(sixteen)
        assert candidates <= set(range(16))

    def test_each_candidate_becomes_a_draft(self, sixteen: list[Written]) -> None:
        assert len(sixteen) == 16

    def test_no_draft_has_a_digit(self, sixteen: list[Written]) -> None:
        assert not [one for one in sixteen if re.search(r"\d", one.draft.title + one.draft.body)]

    def test_no_draft_has_a_letter_of_another_script(self, sixteen: list[Written]) -> None:
        assert all((one.draft.title + one.draft.body).isascii() for one in sixteen)

    def test_no_draft_has_an_unknown_slot(self, sixteen: list[Written]) -> None:
        assert {slot for one in sixteen for slot in one.draft.slots} <= set(MANY.slots)

    def test_no_draft_has_a_slot_twice(self, sixteen: list[Written]) -> None:
        assert sum(bool(one.draft.slots) for one in sixteen) >= 14  # all that come to an end
        assert all(len(set(one.draft.slots)) == len(one.draft.slots) for one in sixteen)

    def test_no_draft_has_an_unknown_word(self, sixteen: list[Written]) -> None:
        said = ways(MANY, Wish().tone)
        texts = (*chain(*said.titles), *(one.text for one in said.sentences))
        known = frozenset[str]().union(*map(words_in, texts))
        assert all(words_in(f"{one.draft.title} {one.draft.body}") <= known for one in sixteen)

    def test_some_drafts_may_be_told(self, sixteen: list[Written]) -> None:
        assert sum(not contradictions(one.draft, MANY) for one in sixteen) >= 11

    def test_braces_stand_only_around_slots(self, sixteen: list[Written]) -> None:
        for one in sixteen:
            assert not set(re.sub(r"\{[a-z_]+\}", "", one.draft.body)) & set("{}")

    def test_every_body_ends_with_a_sentence(self, sixteen: list[Written]) -> None:
        assert all(one.draft.body[-1] in ".!?" for one in sixteen)


class TestSeeds:
    async def test_the_same_seed_writes_the_same(self, writer: EmbeddedWriter) -> None:
        before = await begin(writer, steps=100, seed=5)
        await begin(writer, steps=10, seed=6)
        assert await begin(writer, steps=100, seed=5) == before

    async def test_the_same_seed_is_judged_the_same(self, writer: EmbeddedWriter) -> None:
        async def judged() -> list[Step]:
            budget = Budget(seconds=240, drafts=8)
            steps = telling(FACTS, Wish(), writer=writer, budget=budget, seed=5)
            return [step async for step in steps if isinstance(step, Judged)]

        first = await judged()
        assert first
        assert await judged() == first

    async def test_the_candidates_of_one_call_differ(self, sixteen: list[Written]) -> None:
        assert len({one.draft for one in sixteen}) == 16


async def written_without(writer: EmbeddedWriter, unwanted: set[int], count: int) -> list[Written]:
    """The drafts of one call, while no more of some of them is wanted once they have begun."""
    written = []
    answer: bool | None = None
    async with aclosing(writer.drafts(FACTS, Wish(), count=count, seed=7)) as drafts:
        with suppress(StopAsyncIteration):
            while True:
                step = await drafts.asend(answer)  # codespell:ignore asend
                answer = step.candidate not in unwanted
                if isinstance(step, Written):
                    written.append(step)
    return written


class TestUnwanted:
    async def test_when_nothing_of_a_wave_is_wanted_the_next_one_begins(
        self, writer: EmbeddedWriter
    ) -> None:
        written = await written_without(writer, {0, 1, 2, 3}, 5)
        assert [one.candidate for one in written] == [4]

    async def test_what_is_wanted_is_written_as_if_all_were(self, writer: EmbeddedWriter) -> None:
        whole = await written_without(writer, set(), 4)
        rest = await written_without(writer, {0, 2}, 4)
        assert [one for one in whole if one.candidate in {1, 3}] == [
            one for one in rest if one.candidate in {1, 3}
        ]


class TestStopping:
    async def test_closed_drafts_leave_the_engine_free(self, writer: EmbeddedWriter) -> None:
        drafts = writer.drafts(FACTS, Wish(), count=16, seed=1)
        await anext(drafts)
        await drafts.aclose()
        began = time.perf_counter()
        await writer.warm_up()  # waits for the engine's thread
        assert time.perf_counter() - began < 2  # a wave takes longer, 4 of them much longer

    async def test_drafts_that_wait_for_others_can_be_closed(self, writer: EmbeddedWriter) -> None:
        first = writer.drafts(FACTS, Wish(), count=4, seed=1)
        await anext(first)
        second = asyncio.ensure_future(anext(writer.drafts(FACTS, Wish(), count=4, seed=2)))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        await first.aclose()
        assert second.cancelled()

    async def test_the_event_loop_goes_on_while_drafts_are_written(
        self, writer: EmbeddedWriter
    ) -> None:
        await writer.warm_up()
        gaps = []

        async def beat() -> None:
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.01)
                gaps.append(time.perf_counter() - began)

        heart = asyncio.create_task(beat())
        await begin(writer, steps=60)
        heart.cancel()
        assert statistics.median(gaps) < 0.1

    async def test_a_writer_that_is_too_slow_times_out(self) -> None:
        writer = EmbeddedWriter(timeout=0.05)
        try:
            with pytest.raises(WriterTimedOut):
                await written_by(writer, count=4)
        finally:
            await writer.close()


class TestProcess:
    def test_the_engine_prints_nothing(self, one_process: dict[str, Any]) -> None:
        assert one_process["stderr"] == ""
        assert one_process["stdout"].startswith("{")

    def test_all_drafts_are_written(self, one_process: dict[str, Any]) -> None:
        assert one_process["written"] == 4

    def test_it_stays_under_500_megabytes(self, one_process: dict[str, Any]) -> None:
        assert one_process["loaded_mb"] < 500

    def test_closing_gives_the_memory_back(self, one_process: dict[str, Any]) -> None:
        assert one_process["closed_mb"] < one_process["loaded_mb"] - 100

    def test_closing_leaves_no_thread(self, one_process: dict[str, Any]) -> None:
        assert one_process["threads"] == ["MainThread"]

    def test_nothing_listens_on_the_network(self, one_process: dict[str, Any]) -> None:
        assert one_process["listening"] == 0

    def test_signals_still_reach_the_process(self, one_process: dict[str, Any]) -> None:
        assert sorted(one_process["signals"]) == [2, 15]


class TestWeights:
    async def refused(self, *, model: Path | None = None, lora: Path | None = None) -> str:
        writer = EmbeddedWriter(model=model, lora=lora)
        try:
            with pytest.raises((WeightsMissing, WeightsUnusable)) as failed:
                await writer.warm_up()
            with pytest.raises(type(failed.value)):
                await written_by(writer, count=1)
        finally:
            await writer.close()
        return f"{type(failed.value).__name__}: {failed.value.detail}"

    async def test_missing_weights_are_named(self, tmp_path: Path) -> None:
        said = await self.refused(model=tmp_path / "none.gguf")
        assert said.startswith("WeightsMissing:")
        assert "none.gguf" in said

    async def test_a_missing_adapter_is_named(self, tmp_path: Path) -> None:
        said = await self.refused(lora=tmp_path / "none.gguf")
        assert said.startswith("WeightsMissing:")
        assert "its adapter" in said

    @pytest.mark.parametrize("kept", [5, 3_000, 40_000_000])
    async def test_weights_that_are_cut_off_are_unusable(
        self, kept: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        cut = tmp_path / "cut.gguf"
        with bundled_weights().open("rb") as whole:
            cut.write_bytes(whole.read(kept))
        assert "cut.gguf" in await self.refused(model=cut)
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("data", [b"", b"GIF89a", b"GGUF" + b"\xff" * 10_000])
    async def test_a_file_that_is_no_weights_is_unusable(self, data: bytes, tmp_path: Path) -> None:
        other = tmp_path / "other.gguf"
        other.write_bytes(data)
        assert (await self.refused(model=other)).startswith("WeightsUnusable:")

    async def test_a_folder_is_unusable(self, tmp_path: Path) -> None:
        assert (await self.refused(model=tmp_path)).startswith("WeightsUnusable:")

    async def test_an_adapter_that_is_cut_off_is_unusable(self, tmp_path: Path) -> None:
        whole = write_adapter_of_smollm2(tmp_path / "whole.gguf").read_bytes()
        cut = tmp_path / "cut.gguf"
        cut.write_bytes(whole[: len(whole) // 2])
        assert "cut.gguf" in await self.refused(lora=cut)

    async def test_weights_are_no_adapter(self) -> None:
        said = await self.refused(lora=bundled_weights())
        assert said.startswith("WeightsUnusable:")

    async def test_the_author_has_the_checksum_of_the_weights(self, writer: EmbeddedWriter) -> None:
        await writer.warm_up()
        version = r"[0-9a-f]{12}\+stridetale-[0-9a-f]{12}"
        assert re.fullmatch(version, writer.author.version or "")

    async def test_another_adapter_writes_otherwise(
        self, writer: EmbeddedWriter, tmp_path: Path
    ) -> None:
        other = EmbeddedWriter(lora=write_adapter_of_smollm2(tmp_path / "mine.gguf"))
        try:
            with_it = await begin(other, steps=40)
        finally:
            await other.close()
        assert with_it != await begin(writer, steps=40)

    async def test_weights_without_an_adapter_write_with_all_facts_to_choose_from(self) -> None:
        untuned = EmbeddedWriter(timeout=240)
        try:
            written = await written_by(untuned, count=4)
        finally:
            await untuned.close()
        assert written
        assert {slot for one in written for slot in one.draft.slots} <= set(FACTS.slots)


class TestMerging:
    """With an adapter for the bundled weights and a folder to keep both in one file."""

    async def test_what_was_merged_writes_otherwise_than_the_base(
        self, writer: EmbeddedWriter, kept: Kept
    ) -> None:
        async with kept.opened() as merged_writer:
            with_it = await written_by(merged_writer, count=1)
        assert with_it != await written_by(writer, count=1)

    async def test_the_author_names_weights_adapter_and_quantisation(self, kept: Kept) -> None:
        async with kept.opened() as merged_writer:
            await merged_writer.warm_up()
        assert merged_writer.author.model == "SmolLM2-135M-Instruct.Q4_1"
        version = merged_writer.author.version or ""
        assert re.fullmatch(rf"[0-9a-f]{{12}}\+mine-[0-9a-f]{{12}}\.{KIND}", version)

    async def test_the_second_time_nothing_is_prepared(self, kept: Kept) -> None:
        async with kept.opened() as merged_writer:
            await merged_writer.warm_up()
        async with kept.opened() as merged_writer:
            await merged_writer.warm_up()
        assert kept.watcher.heard == []

    async def test_where_nothing_can_be_kept_the_adapter_is_applied(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_bytes(b"")
        async with kept.opened(folder=tmp_path / "file") as unmerged:
            assert await begin(unmerged, steps=10)
        assert (unmerged.author.version or "").split("+")[1].startswith("mine-")
        assert KIND not in (unmerged.author.version or "")

    async def test_that_nothing_can_be_kept_is_said_once(self, kept: Kept, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        async with kept.opened(folder=tmp_path / "file") as unmerged:
            await unmerged.warm_up()
            await unmerged.close()
            await unmerged.warm_up()
        [why] = kept.watcher.heard
        assert str(tmp_path / "file") in str(why)

    async def test_a_merged_file_that_the_engine_cannot_load_is_done_without(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        [whole] = kept.folder.glob("stridetale-*")
        made_of, content = whole.stem.split("-")[1], b"no weights"
        digest = hashlib.sha256(content).hexdigest()
        (tmp_path / f"stridetale-{made_of}-{digest}.gguf").write_bytes(content)
        async with kept.opened(folder=tmp_path) as unmerged:
            assert await begin(unmerged, steps=10)
        assert "cannot load" in str(kept.watcher.heard)

    async def test_a_model_of_ones_own_is_never_merged(self, kept: Kept, tmp_path: Path) -> None:
        async with kept.opened(model=bundled_weights(), folder=tmp_path) as unmerged:
            await unmerged.warm_up()
        assert names_in(tmp_path) == []

    async def test_closing_does_not_wait_until_all_is_merged(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        watcher = Waiting()
        async with kept.opened(folder=tmp_path, watcher=watcher) as closed:
            loading = asyncio.create_task(closed.warm_up())
            await asyncio.to_thread(watcher.begun.wait, 60)
            await closed.close()
            with pytest.raises(WeightsUnusable, match="closed"):
                await loading
        assert names_in(tmp_path) == []
