"""What a page says once, after a form was sent: it travels in a cookie that only we can set."""

import base64
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError

from stridetale.activity import Frozen
from stridetale.web.importing import Imported

COOKIE = "stridetale-message"
COOKIE_SECONDS = 60
LONGEST_LINE = 250
MOST_LINES = 6
"""So that it fits a cookie, 4 KB."""


class Message(Frozen):
    """Some sentences."""

    mood: Literal["good", "bad"]
    lines: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_LINES + 2)]

    @classmethod
    def refusal(cls, detail: str) -> Self:
        """Why something was not done."""
        return cls(mood="bad", lines=(_cut(detail),))

    @classmethod
    def of(cls, imported: Imported) -> Self:
        """What came of some files."""
        lines = []
        if imported.added:
            lines.append(f"{_count(len(imported.added), 'activity', 'activities')} added.")
        if imported.updated:
            known = _count(len(imported.updated), "activity was", "activities were")
            lines.append(f"{known} there already.")
        lines += [_cut(left_out.detail) for left_out in imported.left_out[:MOST_LINES]]
        more = len(imported.left_out) - MOST_LINES
        if more > 0:
            lines[-1] += f" So it is with {_count(more, 'more file', 'more files')}."
        mood: Literal["good", "bad"] = "good" if imported.added or imported.updated else "bad"
        return cls(mood=mood, lines=tuple(lines or ["There was nothing to add."]))

    @classmethod
    def read(cls, cookie: str | None) -> Self | None:
        """The message of a cookie; None where there is none that we wrote."""
        try:
            return cls.model_validate_json(base64.urlsafe_b64decode(cookie or ""))
        except (ValueError, ValidationError):
            return None

    def written(self) -> str:
        """The message as the value of a cookie."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode()


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
