"""The engine: llama.cpp in this process. It blocks; one thread at a time may use it.

What was found out about `xllamacpp.Server`, and how it is met here:

- It answers `n` candidates of one prompt, which it reads once; candidate k has seed + k.
- Its callback stops the work by returning true, at the next token of any candidate.
- It starts an HTTP server, which nobody asked for: that one listens on a socket in a folder of
  our own, which is gone once the weights are loaded, so that nothing can connect.
- The same seed gives the same text only if a prompt is read from the same state, so every draft
  begins with `forget`, which leaves the beginning that all prompts share and nothing else.
- A prompt whose beginning it has just read or written is read from there on, so that going on with
  an answer costs 3 ms; where a request ends is best left to its grammar.
- It says how likely a token was at the cost of a fifth of the time, sorting all 49,152 for it. What
  that tells of a line's sense is little (docs/decisions/0013), so it is not asked.
- Loading and unloading hold the interpreter lock (0.4 s and 0.03 s for the small model).
- Its threads wait for each other by spinning, which is ruinous where something else wants the
  cores, too. Tokens a second of 4 candidates on two cores, idle and busy: 160 and 10 as it comes,
  90 and 80 with threads that sleep at once, 158 and 77 with threads that spin 500 times first.
  GNU's OpenMP run-time reads that number when it is loaded, so it is set before.
- Unusable files make it raise one and the same RuntimeError; at verbosity -1 it prints nothing.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stridetale.errors import EngineMissing, WeightsUnusable
from stridetale.writers.asks import Ask
from stridetale.writers.prompt import INSTRUCTION, Message

MIN_P = 0.1
"""Leaves out what is a tenth as likely as the likeliest: a small model's tail is noise."""
SHUNNING_LOOPS: dict[str, Any] = {
    "dry_multiplier": 1.5,
    "dry_allowed_length": 2,
    "dry_sequence_breakers": ["\n", "{", "}"],
}
"""Small models go round in circles. DRY makes the third word of a repeated phrase unlikely; the
braces are exempt, since a draft must repeat the slots of its prompt. It costs 16 ms a request."""

_SEEDS = 2**31
_BATCH = 256
"""Tokens that are read at once: a whole prompt. Larger buffers only cost memory."""
_SILENT, _TALKATIVE = -1, 4
_PRELUDE: list[Message] = [
    {"role": "system", "content": INSTRUCTION},
    {"role": "user", "content": "."},
]


@dataclass(frozen=True)
class Piece:
    """The next characters of a candidate."""

    candidate: int
    """From 0, within its wave."""
    text: str
    end: str | None = None
    """Why the candidate ends with it ("stop", "length"); None where it goes on."""
    tokens: int = 0
    """That were written for it, those that were given up included."""


class Engine:
    """Weights that are loaded.

    Args:
        weights: a GGUF file.
        adapter: a GGUF LoRA adapter for them.
        threads: that compute.
        at_once: candidates in one wave, at the most.
        context: tokens of one candidate, its prompt included.
        debug: let llama.cpp write its log to standard error.

    Raises:
        EngineMissing: xllamacpp is not installed.
        WeightsUnusable: it cannot load these files.
    """

    def __init__(
        self,
        weights: Path,
        adapter: Path | None,
        *,
        threads: int,
        at_once: int,
        context: int,
        debug: bool = False,
    ) -> None:
        os.environ.setdefault("GOMP_SPINCOUNT", "500")  # see above; who set it knows better
        try:
            import xllamacpp
        except ImportError as exc:
            raise EngineMissing from exc
        self._name = weights.name
        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        if adapter is not None:
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        params.n_parallel = at_once
        params.n_ctx = context * at_once
        params.n_batch = params.n_ubatch = _BATCH
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.verbosity = _TALKATIVE if debug else _SILENT
        params.fit_params = False  # it would load everything twice to find out what fits
        params.cache_ram_mib = 0  # old prompts are of no use here
        params.n_threads_http = 1
        params.ui = params.endpoint_slots = False
        with tempfile.TemporaryDirectory(prefix="stridetale-") as folder:
            params.hostnames = [f"{folder}/engine.sock"]
            try:
                self._server = xllamacpp.Server(params)
            except RuntimeError as exc:
                files = weights.name + ("" if adapter is None else f" with {adapter.name}")
                raise WeightsUnusable(
                    f"The engine cannot load {files}: cut off, or of a kind it does not know."
                ) from exc
        self.forget()

    def wave(
        self,
        ask: Ask,
        *,
        count: int,
        seed: int,
        receive: Callable[[Piece], bool],
    ) -> None:
        """Write `count` candidates at once, with the seeds from `seed` on.

        Args:
            ask: the prompt, and how it is answered.
            count: at most `at_once`.
            seed: of the first candidate.
            receive: called with every piece; the work stops at once where it returns true.

        Raises:
            WeightsUnusable: the engine cannot write with them.
        """
        refusals: list[str] = []

        def hear(chunk: dict[str, Any]) -> bool:
            if "error" in chunk:
                refusals.append(str(chunk["error"].get("message", "")))
                return True
            return any(receive(_piece(choice)) for choice in chunk.get("choices", ()))

        self._server.handle_chat_completions(
            {
                "messages": ask.messages,
                "grammar": ask.grammar,
                "n": count,
                "seed": seed % _SEEDS,
                "id_slot": 0,
                "stream": True,
                "max_tokens": ask.max_tokens,
                "temperature": ask.temperature,
                "min_p": MIN_P,
                **(SHUNNING_LOOPS if ask.shuns_loops else {}),
            },
            hear,
        )
        if refusals:
            raise WeightsUnusable(f"The engine cannot write with {self._name}: {refusals[0]}")

    def forget(self) -> None:
        """Bring the engine into the state that it has after loading (0.02 s)."""
        self._server.handle_chat_completions(
            {"messages": _PRELUDE, "max_tokens": 1, "temperature": 0, "id_slot": 0}
        )


def _piece(choice: dict[str, Any]) -> Piece:
    text = choice["delta"].get("content") or ""
    return Piece(choice["index"], text, choice.get("finish_reason"), tokens=1 if text else 0)
