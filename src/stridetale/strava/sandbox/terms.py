"""What a sandbox is like: its application, its limits, its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class SandboxTerms:
    """All of it has a default that is as Strava has it."""

    client_id: str = "1"
    client_secret: str = "sandbox"  # noqa: S105 (known to everybody, printed on start)
    seed: int = 1
    athletes: int = 60
    activities: int = 240
    """Of each athlete."""
    overall: tuple[int, int] = (200, 2_000)
    """Calls in a quarter of an hour and in a day."""
    read: tuple[int, int] = (100, 1_000)
    """The same of those that only read."""
    retry_pauses_s: tuple[float, ...] = (1.0, 5.0)
    """Before the second and the third try to deliver an event."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
