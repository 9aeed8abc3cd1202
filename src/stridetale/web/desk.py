"""What an endpoint may ask for."""

from dataclasses import dataclass
from typing import Annotated, Self

from anyio import CapacityLimiter
from fastapi import Depends, Path, Request

from stridetale.activity import ActivityId
from stridetale.library import Library
from stridetale.services import Services
from stridetale.web.turns import Turns

READERS = 1
"""Threads that read uploads: a second one would only take the interpreter from the first, and
from the event loop."""
TOLD_AT_ONCE = {"embedded": 1, "remote": 8, "composer": 4}
"""Stories by writer: the embedded one needs all cores for the candidates of one story."""


@dataclass(frozen=True)
class Desk:
    """The services, and who may use them when."""

    services: Services
    turns: Turns
    reading: CapacityLimiter

    @classmethod
    def of(cls, services: Services) -> Self:
        """The desk of an application that runs on these services."""
        turns = Turns(TOLD_AT_ONCE[services.settings.writer])
        return cls(services, turns, CapacityLimiter(READERS))

    @property
    def library(self) -> Library:
        """What an athlete can do."""
        return self.services.library


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]

IdInPath = Annotated[
    ActivityId,
    Path(
        pattern=r"^[A-Za-z0-9-]{1,40}$",
        description="The activity's id.",
        examples=["run-2067489619"],
    ),
]
