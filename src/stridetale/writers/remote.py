"""The remote writer: any endpoint that speaks OpenAI's chat completions.

Hugging Face Inference Providers, Ollama, LM Studio, llama.cpp's server, vLLM, OpenAI.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from stridetale.draft import Draft
from stridetale.errors import (
    SettingsInvalid,
    WriterFailed,
    WriterRefused,
    WriterTimedOut,
    WriterUnreachable,
)
from stridetale.grounding import read_back
from stridetale.policy import ForModels
from stridetale.story import Author, Wish, Writing, Written
from stridetale.writers import prompt
from stridetale.writers.grammar import SCHEMA

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

TEMPERATURE = 0.9
"""A large model keeps to the rules at it, and its candidates differ."""
MAX_TOKENS = 2_000
"""An answer has 100; the rest is for models that think before they write."""
LONGEST = 20_000
"""Characters of an answer; an endpoint that goes on beyond them is cut off."""

_USUAL: dict[str, Any] = {"temperature": TEMPERATURE, "max_tokens": MAX_TOKENS}
_STRUCTURED: dict[str, Any] = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "story", "strict": True, "schema": SCHEMA},
    }
}
_RUNGS: tuple[dict[str, Any], ...] = (
    {**_USUAL, **_STRUCTURED},
    _USUAL,
    {},
)
"""What is asked of an endpoint, from the most to the least: one that answers that it does not
understand (400, 404, 422) is asked for less, and what it did understand is remembered."""
_NOT_UNDERSTOOD = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}

_WHY: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "does not accept the key: look at STRIDETALE_REMOTE_KEY",
    HTTPStatus.PAYMENT_REQUIRED: "wants to be paid first",
    HTTPStatus.FORBIDDEN: "does not let this key use the model",
    HTTPStatus.NOT_FOUND: "has no such model or no such address: look at STRIDETALE_REMOTE_MODEL "
    "and at STRIDETALE_REMOTE_URL, which usually ends in /v1",
    HTTPStatus.TOO_MANY_REQUESTS: "was asked too often, or the account's limit is reached",
}

_Steps = asyncio.Queue[Writing | Written | WriterFailed | None]
"""What the parallel requests of one call say; None when one of them has no more to do."""


class RemoteWriter:
    """Drafts with a model behind an OpenAI-compatible endpoint; a `StoryWriter`.

    Belongs to one event loop until it is closed; then the next call opens it anew.

    Args:
        url: the base address, up to and with `/v1`.
        model: the model's name there.
        key: if the endpoint wants one. It is sent to it, and shown to nobody.
        at_once: requests that one call of `drafts` makes in parallel.
        timeout: seconds that one answer may take.
        max_retries: after a fault that may pass (429, 5xx, a lost connection).

    Raises:
        SettingsInvalid: the address is not one.
    """

    def __init__(
        self,
        *,
        url: str,
        model: str,
        key: SecretStr | str | None = None,
        at_once: int = 4,
        timeout: float = 60.0,
        max_retries: int = 1,
    ) -> None:
        self._url, self._host = url, _host(url)
        self._model = model
        self._key = SecretStr(key) if isinstance(key, str) else key
        self._at_once, self._timeout, self._max_retries = at_once, timeout, max_retries
        self._client: AsyncOpenAI | None = None
        self._rung = 0

    @property
    def author(self) -> Author:
        """The model's name; its version is the endpoint's affair."""
        return Author(kind="model", model=self._model)

    async def drafts(
        self,
        facts: ForModels,
        wish: Wish,
        *,
        count: int,
        seed: int,
        before: Sequence[Draft] = (),  # noqa: ARG002 (said below)
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        """Up to `count` drafts; see `StoryWriter`. Closing the generator ends all requests.

        Where the model wrote the numbers of facts, they are read back into slots. `before` does
        not leave this machine.

        A candidate that fails is left out, and fewer requests go on in parallel; where all fail,
        the first failure is raised.

        Raises:
            WriterTimedOut: no answer in `timeout` seconds.
            WriterUnreachable: no connection, or it broke.
            WriterRefused: the endpoint says no, or answers with something else than a story.
        """
        await self._open()
        messages = prompt.thorough(facts, wish.tone)
        steps: _Steps = asyncio.Queue()
        candidates = iter(range(count))
        workers = [
            asyncio.create_task(self._work(candidates, messages, seed, steps))
            for _ in range(min(self._at_once, count))
        ]
        working, written = len(workers), 0
        failures: list[WriterFailed] = []
        try:
            while working:
                match await steps.get():
                    case None:
                        working -= 1
                    case WriterFailed() as failed:
                        failures.append(failed)
                    case Written() as step:
                        written += 1
                        yield replace(step, draft=read_back(step.draft, facts))
                    case Writing() as step:
                        yield step
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        if workers and not written:
            raise failures[0] if failures else self._no_story()

    async def warm_up(self) -> None:
        """Load the client, and see whether the endpoint answers and accepts the key."""
        client = await self._open()
        import openai

        try:
            await client.models.list(extra_headers=self._headers(), timeout=self._timeout)
        except openai.APIStatusError as exc:
            if exc.status_code not in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
                raise self._failed(exc) from exc  # an endpoint need not list its models
        except (openai.APIError, ValueError) as exc:
            raise self._failed(exc) from exc

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _open(self) -> "AsyncOpenAI":
        await asyncio.to_thread(import_module, "openai")  # the first time it takes half a second
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI

        key = self._key.get_secret_value() if self._key is not None else "none"
        return AsyncOpenAI(
            base_url=self._url, api_key=key, timeout=self._timeout, max_retries=self._max_retries
        )

    def _headers(self) -> Mapping[str, Any]:
        """What the client would send of its own accord, out of variables of its own."""
        from openai import Omit

        omitted = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
        return omitted if self._key is not None else {**omitted, "Authorization": Omit()}

    async def _work(
        self, candidates: Iterator[int], messages: list[prompt.Message], seed: int, steps: _Steps
    ) -> None:
        """Ask for one candidate after the other, until there are no more or one fails."""
        try:
            for candidate in candidates:
                await self._draft(candidate, messages, seed + candidate, steps)
        except WriterFailed as failed:
            steps.put_nowait(failed)
        finally:
            steps.put_nowait(None)

    async def _draft(
        self, candidate: int, messages: list[prompt.Message], seed: int, steps: _Steps
    ) -> None:
        import openai

        answer = _Answer()
        try:
            async with asyncio.timeout(self._timeout):
                async with await self._ask(messages, seed) as stream:
                    async for chunk in stream:
                        if answer.hear(chunk):
                            steps.put_nowait(Writing(candidate, answer.show()))
                        if len(answer.text) > LONGEST:
                            raise self._no_story()
        except TimeoutError as exc:
            raise self._too_slow() from exc
        except (openai.APIError, ValueError) as exc:
            raise self._failed(exc) from exc
        draft = prompt.read_answer(answer.text, cut_off=answer.end == "length")
        if draft is not None:
            steps.put_nowait(Written(candidate, draft))

    async def _ask(
        self, messages: list[prompt.Message], seed: int
    ) -> "AsyncStream[ChatCompletionChunk]":
        """Ask for as much as the endpoint understands."""
        import openai

        create: Any = (await self._open()).chat.completions.create  # its types want literals
        for rung in range(self._rung, len(_RUNGS)):
            extras = {**_RUNGS[rung], "seed": seed} if _RUNGS[rung] else {}
            try:
                stream: AsyncStream[ChatCompletionChunk] = await create(
                    model=self._model,
                    messages=messages,
                    stream=True,
                    extra_headers=self._headers(),
                    **extras,
                )
            except openai.APIStatusError as exc:
                if exc.status_code not in _NOT_UNDERSTOOD or rung == len(_RUNGS) - 1:
                    raise
            else:
                self._rung = max(self._rung, rung)
                return stream
        raise AssertionError  # the last rung returns or raises

    def _failed(self, exc: Exception) -> WriterFailed:
        """What a foreign error means. The endpoint's own words stay out: they may hold the key."""
        import openai

        match exc:
            case openai.APITimeoutError():
                return self._too_slow()
            case openai.APIConnectionError():
                return WriterUnreachable(
                    f"{self._host} cannot be reached, or broke off: is a model served there?"
                )
            case openai.APIStatusError():
                status = exc.status_code
                fault = (
                    "has a fault of its own" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
                )
                why = _WHY.get(status) or fault or "does not take the request"
                return WriterRefused(f"{self._host} {why} ({status}).")
            case _:
                return self._no_story()

    def _too_slow(self) -> WriterTimedOut:
        return WriterTimedOut(f"{self._host} did not answer in {self._timeout:g} seconds.")

    def _no_story(self) -> WriterRefused:
        return WriterRefused(f"{self._host} answered, but not with a story.")


@dataclass
class _Answer:
    """An answer as far as it has come."""

    text: str = ""
    end: str | None = None
    shown: int = 0
    """Characters of it, thoughts included, that were shown last."""

    def show(self) -> str:
        """What there is to read."""
        self.shown = len(self.text)
        return prompt.so_far(self.text)

    def hear(self, chunk: Any) -> bool:  # noqa: ANN401 (whatever the endpoint sends: see below)
        """Take a chunk in; whether there is enough more text (a fiftieth) to be shown again.

        The client does not check what it is sent, so anything may be missing or of another type.
        """
        choices = getattr(chunk, "choices", None)
        if not isinstance(choices, list) or not choices:
            return False
        self.end = getattr(choices[0], "finish_reason", None) or self.end
        text = getattr(getattr(choices[0], "delta", None), "content", None)
        if not isinstance(text, str) or not text:
            return False
        self.text += text
        return len(self.text) > self.shown * 1.02


def _host(url: str) -> str:
    """The host that an address names, with its port: all of it that may be shown."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise SettingsInvalid(
            "STRIDETALE_REMOTE_URL is not an address such as http://127.0.0.1:11434/v1."
        )
    return host if port is None else f"{host}:{port}"
