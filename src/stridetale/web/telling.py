"""How a request wishes a story, and the telling as a stream of events."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any, assert_never

import structlog
from anyio import current_time
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from sse_starlette.event import ServerSentEvent

from stridetale.activity import Frozen
from stridetale.athlete import AthleteId
from stridetale.draft import Tone, say_body, say_title
from stridetale.errors import StridetaleError, Unforeseen
from stridetale.facts import Facts, facts_of
from stridetale.library import Entry, Library
from stridetale.saying import Style, Units, known_locale, known_locales
from stridetale.story import GaveUp, Judged, Step, Told, Wish, Writing
from stridetale.web.problems import problem_of
from stridetale.web.turns import Turns

log = structlog.get_logger()

DRAFT_EVERY_S = 0.1
"""A draft grows by a token many times a second; so often its candidate is sent at the most."""


def _whole(value: object) -> object:
    """881.0 as 881, which is the same number in JSON; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Order(Frozen):
    """How a story is wished; what is left out is as in the settings."""

    model_config = ConfigDict(strict=True)

    tone: Tone | None = None
    """How a new story should sound."""
    units: Units | None = None
    """Kilometres or miles."""
    locale: Annotated[
        Annotated[str, StringConstraints(max_length=20)] | None,
        Field(json_schema_extra={"enum": [*known_locales(), None]}),
    ] = None
    """Spelling and numbers: "en_GB", "en_US"."""
    seed: Annotated[int, BeforeValidator(_whole), Field(ge=0, lt=2**32)] | None = None
    """The same seed tells the same story."""
    again: bool = False
    """Tell a new story even where there is one; the old one stays in the history."""

    @field_validator("locale")
    @classmethod
    def _speak(cls, value: str | None) -> str | None:
        return None if value is None else known_locale(value)

    def wish(self, usual: Wish) -> Wish:
        """The usual wish with what this order changes of it."""
        style = Style(
            locale=self.locale or usual.style.locale, units=self.units or usual.style.units
        )
        seed = usual.seed if self.seed is None else self.seed
        return Wish(tone=self.tone or usual.tone, style=style, seed=seed)


async def tell(
    library: Library, turns: Turns, athlete: AthleteId, entry: Entry, order: Order, wish: Wish
) -> AsyncGenerator[ServerSentEvent, None]:
    """Tell a story as events: `draft`, `judged`, `gave_up`, then `story`, or `problem`."""
    facts = facts_of(entry.activity, wish.style)
    events = _Events(entry, facts)
    try:
        async with (
            turns.turn(),
            aclosing(library.telling(athlete, entry.activity.id, wish, again=order.again)) as steps,
        ):
            async for step in steps:
                event = events.of(step)
                if event is not None:
                    yield event
    except StridetaleError as exc:
        yield _event("problem", problem_of(exc).model_dump())
    except Exception:
        log.exception("http.unforeseen")
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        yield _event("problem", problem_of(Unforeseen(request_id)).model_dump())


class _Events:
    """The steps of one telling as events."""

    def __init__(self, entry: Entry, facts: Facts) -> None:
        self._entry, self._facts = entry, facts
        self._sent_at: dict[int, float] = {}

    def of(self, step: Step) -> ServerSentEvent | None:
        """The event of a step; None for a draft that was sent a moment ago."""
        match step:
            case Writing():
                return self._draft(step)
            case Judged():
                return _event("judged", self._judged(step))
            case GaveUp(why):
                return _event("gave_up", problem_of(why).model_dump())
            case Told(story):
                told = self._entry.model_copy(update={"story": story})
                return _event("story", told.model_dump(mode="json"))
            case _:
                assert_never(step)

    def _draft(self, step: Writing) -> ServerSentEvent | None:
        now = current_time()
        if now - self._sent_at.get(step.candidate, -DRAFT_EVERY_S) < DRAFT_EVERY_S:
            return None
        self._sent_at[step.candidate] = now
        return _event("draft", {"candidate": step.candidate, "text": step.text})

    def _judged(self, step: Judged) -> dict[str, Any]:
        return {
            "candidate": step.candidate,
            "title": say_title(step.draft, self._facts),
            "body": say_body(step.draft, self._facts),
            "whole": step.whole,
            "faults": list(step.score.faults),
            "contradictions": [
                asdict(found) | {"sentence": found.sentence} for found in step.found
            ],
        }


def _event(name: str, data: object) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(data, ensure_ascii=False), event=name)
