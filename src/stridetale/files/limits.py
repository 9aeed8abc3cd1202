"""How much we are willing to read, and what one file has used of it."""

import time
from dataclasses import dataclass, field

from stridetale.errors import FileTooLarge

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one call of `read_activities` may cost. The defaults let every real recording in."""

    file_bytes: int = 64 * MIB
    """Of one GPX or TCX file, unpacked: three days at one point a second, with heart rate."""
    fit_bytes: int = 16 * MIB
    """Of one FIT file, unpacked: four days at one point a second. FIT is decoded in Python."""
    csv_bytes: int = 32 * MIB
    """Of activities.csv: about 60,000 activities."""
    archive_bytes: int = 32 * 1024 * MIB
    """Of a zip as it is; its photos and videos are never unpacked."""
    directory_bytes: int = 32 * MIB
    """Of a zip's table of contents, which is read whole."""
    members: int = 100_000
    """Members of a zip."""
    unpacked_bytes: int = 16 * 1024 * MIB
    """Of all the activity files of a zip together, unpacked."""
    ratio: int = 200
    """Unpacked to packed size, from `ratio_from_bytes` on. Real recordings stay below 60."""
    ratio_from_bytes: int = 4 * MIB
    points: int = 400_000
    """Track points of one file."""
    depth: int = 64
    """Elements within elements."""
    seconds: float = 30.0
    """For the reading of one file, on a slow machine too."""


DEFAULT_LIMITS = Limits()


@dataclass
class Reading:
    """The reading of one file: its name for the sentences, and what it has cost so far."""

    file: str
    limits: Limits = DEFAULT_LIMITS
    points: int = 0
    started: float = field(default_factory=time.monotonic)

    def count_point(self) -> None:
        """One more track point.

        Raises:
            FileTooLarge: there are more than the limit.
        """
        self.points += 1
        if self.points > self.limits.points:
            raise FileTooLarge(
                self.file, f"has more than {self.limits.points:,} track points, our limit."
            )

    def check_time(self) -> None:
        """Look at the clock.

        Raises:
            FileTooLarge: the time for one file is spent.
        """
        if time.monotonic() - self.started > self.limits.seconds:
            raise FileTooLarge(
                self.file, f"takes longer to read than {self.limits.seconds:g} seconds, our limit."
            )
