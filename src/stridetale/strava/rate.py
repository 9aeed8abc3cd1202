"""Rate limits: how much Strava still answers, as its headers say. Pure.

Limits are the application's, for all athletes together: so many calls in a quarter of an hour and
in a day, overall and for reading alone. Quarters begin at :00, :15, :30 and :45, days at midnight
UTC. A call beyond a limit is refused and counts all the same, so it is better not made:
https://developers.strava.com/docs/rate-limits/
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

Kind = Literal["overall", "read"]

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
HEADERS: dict[Kind, tuple[str, str]] = {
    "overall": ("x-ratelimit-limit", "x-ratelimit-usage"),
    "read": ("x-readratelimit-limit", "x-readratelimit-usage"),
}
"""The names of the headers with the limits and with the usage, each "quarter,day"."""


@dataclass(frozen=True)
class Used:
    """One kind of limit, as it was at a moment."""

    limits: tuple[int, int]
    """Calls in a quarter of an hour, and in a day."""
    used: tuple[int, int]
    at: datetime

    def free_at(self, now: datetime) -> datetime:
        """When the next call is within both limits; `now` where it is already."""
        free = now
        windows = (QUARTER, DAY)
        for window, limit, used in zip(windows, self.limits, self.used, strict=True):
            over = used >= limit and _begin(self.at, window) == _begin(now, window)
            if over:
                free = max(free, _begin(now, window) + window)
        return free

    def one_more(self, now: datetime) -> "Used":
        """After another call, whose answer is not there yet."""
        quarter, day = self.used
        quarter = quarter + 1 if _begin(self.at, QUARTER) == _begin(now, QUARTER) else 1
        day = day + 1 if _begin(self.at, DAY) == _begin(now, DAY) else 1
        return replace(self, used=(quarter, day), at=now)


@dataclass(frozen=True)
class Rate:
    """What is known of all limits; nothing before the first answer."""

    known: Mapping[Kind, Used]

    def free_at(self, now: datetime, *, reading: bool) -> datetime:
        """When a call may be made."""
        held = [used for kind, used in self.known.items() if reading or kind == "overall"]
        return max([now, *(used.free_at(now) for used in held)])

    def calling(self, now: datetime, *, reading: bool) -> "Rate":
        """As it is with a call that is under way."""
        return Rate(
            {
                kind: used.one_more(now) if reading or kind == "overall" else used
                for kind, used in self.known.items()
            }
        )

    def heard(self, headers: Mapping[str, str], now: datetime) -> "Rate":
        """As an answer says it; what its headers do not say, or not in numbers, stays.

        Answers come in any order, so within one window a smaller usage is an older one.
        """
        known = dict(self.known)
        for kind, (limit_name, usage_name) in HEADERS.items():
            limits, used = _two(headers.get(limit_name)), _two(headers.get(usage_name))
            if limits is not None and used is not None:
                before = self.known.get(kind)
                known[kind] = _newer(before, Used(limits, used, now))
        return Rate(known)


UNKNOWN = Rate({})


def _newer(before: Used | None, after: Used) -> Used:
    if before is None:
        return after
    quarter, day = after.used
    if _begin(before.at, QUARTER) == _begin(after.at, QUARTER):
        quarter = max(quarter, before.used[0])
    if _begin(before.at, DAY) == _begin(after.at, DAY):
        day = max(day, before.used[1])
    return replace(after, used=(quarter, day))


def _begin(moment: datetime, window: timedelta) -> datetime:
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // window * window


def _two(header: str | None) -> tuple[int, int] | None:
    parts = [part.strip() for part in (header or "").split(",")]
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):  # noqa: PLR2004 (quarter, day)
        return None
    quarter, day = map(int, parts)
    return quarter, day
