"""Faults on demand: what goes wrong with Strava now and then, whenever a test wants it."""

import random
from dataclasses import dataclass, field
from typing import Literal, get_args

FaultKind = Literal[
    "401", "403-inactive", "404", "429", "500", "502", "503", "slow", "cut", "malformed"
]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
HEADER = "x-sandbox-fault"


@dataclass
class Fault:
    """A fault that is switched on."""

    kind: FaultKind
    left: int = 1
    """How many more calls meet it."""
    path: str = "/"
    """Only those whose path begins so."""
    probability: float = 1.0
    seconds: float = 5.0
    """How long a slow answer takes."""


@dataclass
class Faults:
    """The faults that are switched on."""

    switched_on: list[Fault] = field(default_factory=list)
    rng: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 (repeatable)
    met: int = 0
    """How many calls have met one."""

    def meet(self, path: str, header: str | None) -> Fault | None:
        """The fault that this call meets."""
        fault = self._of_header(header) or self._next(path)
        self.met += fault is not None
        return fault

    def _of_header(self, header: str | None) -> Fault | None:
        return next((Fault(kind) for kind in KINDS if kind == header), None)

    def _next(self, path: str) -> Fault | None:
        for fault in self.switched_on:
            if path.startswith(fault.path) and self.rng.random() < fault.probability:
                fault.left -= 1
                self.switched_on = [one for one in self.switched_on if one.left > 0]
                return fault
        return None
