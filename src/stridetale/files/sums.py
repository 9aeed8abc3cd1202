"""Sums of points: distance, moving time and top speed, where no device has summed them up.

A GPS wanders by some metres while nobody moves, and now and then it jumps. Hence points further
from the last good one than the sport's fastest are passed over, steps count only while somebody
moves, and speeds are means over some seconds.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise, repeat

from stridetale.files.track import Track, metres_between
from stridetale.sports import Sport

SLOWEST_MPS = {"ride": 0.9, "run": 0.5, "swim": 0.15, "walk": 0.3, "hike": 0.2, "paddle": 0.3}
"""Below it one stands still, for each family of sports."""
SLOWEST_OTHER_MPS = 0.3
FASTEST_UNKNOWN_MPS = 150 / 3.6

WINDOW_S = 5.0
"""Moving is judged from so long before to so long after a step; top speeds are means over it."""
LOST_POINTS = 5
"""After so many points in a row that look like a jump, the jump was real (a train, a tunnel)."""
JITTER_M = 5.0
"""A jump shorter than that is the GPS as it always is."""
WILDEST = 1.2
"""A step this much faster than the median of those around it is cut down to it."""
SPEEDS_UP_MPS2, BRAKES_MPS2 = 2.5, 4.0
"""No one speeds up or brakes harder for seconds on end."""
SETTLING_S = 10.0
"""So long after the start a receiver may still be finding out where it is."""
LONGEST_STEP_S = 30.0
"""Over more seconds than that nothing can be said of a top speed."""


@dataclass(frozen=True)
class Sums:
    """What the points of a track add up to. None where they do not say."""

    points: int
    along_m: "array[float]"
    """For each point of the track the metres travelled until there, never falling."""
    distance_m: float | None
    moving_time_s: float | None
    elapsed_time_s: float | None
    max_speed_mps: float | None
    positioned: bool
    """Whether the distance is one of positions; otherwise the device counted it."""


def sums_of(track: Track, sport: Sport) -> Sums:
    """Add up a tidied track. Never fails; linear in the number of points."""
    fastest = sport.fastest_mps or FASTEST_UNKNOWN_MPS
    counted = _by_device(track)
    steps = counted or _by_position(track, fastest)
    if steps is None:
        nothing = array("d", bytes(8 * len(track)))
        return Sums(len(track), nothing, None, None, _elapsed(track), None, positioned=False)
    is_counted = counted is not None
    slowest = SLOWEST_MPS.get(sport.family, SLOWEST_OTHER_MPS)
    moving = _moving(track, steps, slowest, counted=is_counted)
    along_m, moving_s = _add_up(track, steps, moving, counted=is_counted)
    return Sums(
        points=len(track),
        along_m=along_m,
        distance_m=along_m[-1] or None,
        moving_time_s=moving_s or None,
        elapsed_time_s=_elapsed(track),
        max_speed_mps=_top_speed(track, _by_speed(track) or steps, fastest),
        positioned=not is_counted,
    )


@dataclass(frozen=True)
class _Steps:
    """The points that say where one was, and the way from each to the next."""

    at: "list[int]"
    """Indices into the track."""
    metres: "array[float]"
    """The step to each of them from the one before; 0 for the first and over a pause."""


def _elapsed(track: Track) -> float | None:
    return (track.time_s[-1] - track.time_s[0]) or None if len(track) else None


def _by_device(track: Track) -> _Steps | None:
    """Steps as the device counted them, where most points say so."""
    known = [i for i, metres in enumerate(track.distance_m) if not math.isnan(metres)]
    if len(known) < 2 or len(known) * 2 < len(track):  # noqa: PLR2004 (a step needs two)
        return None
    metres = array("d", [0.0])
    for before, here in pairwise(known):
        step = track.distance_m[here] - track.distance_m[before]
        metres.append(max(step, 0.0))
    return _Steps(known, metres) if any(metres) else None


def _by_position(track: Track, fastest_mps: float) -> _Steps | None:
    """Steps between positions, without the points that jump."""
    known = [i for i, degrees in enumerate(track.latitude) if not math.isnan(degrees)]
    if len(known) < 2:  # noqa: PLR2004 (a step needs two)
        return None
    at, metres, lost = [known[0]], array("d", [0.0]), 0
    for here in known[1:]:
        before = at[-1]
        step = _between(track, before, here)
        seconds = max(track.time_s[here] - track.time_s[before], 1.0)
        if track.resumed[here]:
            step, lost = 0.0, 0
        elif step <= JITTER_M + fastest_mps * seconds:
            lost = 0
        elif lost < LOST_POINTS:
            lost += 1
            continue
        else:
            step, lost = 0.0, 0
        at.append(here)
        metres.append(step)
    return _Steps(at, metres)


def _between(track: Track, one: int, other: int) -> float:
    latitude, longitude = track.latitude, track.longitude
    return metres_between(latitude[one], longitude[one], latitude[other], longitude[other])


def _moving(track: Track, steps: _Steps, slowest_mps: float, *, counted: bool) -> bytearray:
    """For each step whether somebody moved, judged over some seconds around it."""
    times = [track.time_s[i] for i in steps.at]
    until = array("d", accumulate(steps.metres))
    moving = bytearray(len(times))
    low = high = 0
    for k in range(1, len(times)):
        if track.resumed[steps.at[k]]:
            low = k
            continue
        while times[low] < times[k - 1] - WINDOW_S:
            low += 1
        high = max(high, k)
        while (
            high + 1 < len(times)
            and times[high + 1] <= times[k] + WINDOW_S
            and not track.resumed[steps.at[high + 1]]
        ):
            high += 1
        seconds = times[high] - times[low]
        metres = (
            until[high] - until[low] if counted else _between(track, steps.at[low], steps.at[high])
        )
        moving[k] = metres > seconds * slowest_mps
    return moving


def _add_up(
    track: Track, steps: _Steps, moving: bytearray, *, counted: bool
) -> "tuple[array[float], float]":
    """The metres until each point of the track, and the seconds that somebody moved."""
    along_m, total_m, moving_s, written = array("d"), 0.0, 0.0, 0
    for k, here in enumerate(steps.at):
        along_m.extend(repeat(total_m, here - written))
        written = here
        if counted or moving[k]:
            total_m += steps.metres[k]
        if moving[k]:
            moving_s += track.time_s[here] - track.time_s[steps.at[k - 1]]
    along_m.extend(repeat(total_m, len(track) - written))
    return along_m, moving_s


def _top_speed(track: Track, steps: _Steps, fastest_mps: float) -> float | None:
    """The highest mean over some seconds that the sport allows, single wild steps cut down."""
    times = array("d", (track.time_s[i] for i in steps.at))
    until = array("d", accumulate(_calmed(times, steps.metres)))
    top, end, paused = 0.0, 0, 0
    for begin in range(len(times)):
        while end < len(times) and times[end] - times[begin] < WINDOW_S:
            end += 1
            if end < len(times) and track.resumed[steps.at[end]]:
                paused = end
        if end == len(times):
            break
        seconds = times[end] - times[begin]
        mps = (until[end] - until[begin]) / seconds
        settled = times[begin] - times[0] >= SETTLING_S and paused <= begin
        if settled and seconds <= LONGEST_STEP_S and top < mps <= fastest_mps:
            top = mps
    return top or None


def _calmed(times: "array[float]", metres: "array[float]") -> Iterator[float]:
    """The steps with their speeds cut down to what a body can do.

    None is much faster than the median of its neighbours and itself, or faster than the one
    before or after it allows.
    """
    seconds = [max(later - earlier, 0.5) for earlier, later in pairwise(times)]
    raw = [step / time for step, time in zip(metres[1:], seconds, strict=True)]
    speeds = []
    for k, mps in enumerate(raw):
        near = sorted(raw[max(k - 2, 0) : k + 3])
        speeds.append(min(mps, near[len(near) // 2] * WILDEST))
    for k in range(1, len(speeds)):
        speeds[k] = min(speeds[k], speeds[k - 1] + SPEEDS_UP_MPS2 * seconds[k])
    for k in range(len(speeds) - 2, -1, -1):
        speeds[k] = min(speeds[k], speeds[k + 1] + BRAKES_MPS2 * seconds[k + 1])
    yield 0.0
    yield from (time * mps for time, mps in zip(seconds, speeds, strict=True))


def _by_speed(track: Track) -> _Steps | None:
    """Steps as the speeds say that the device measured, where most points have one."""
    known = [i for i, mps in enumerate(track.speed_mps) if not math.isnan(mps)]
    if len(known) < 2 or len(known) * 2 < len(track):  # noqa: PLR2004 (a step needs two)
        return None
    metres = array("d", [0.0])
    for before, here in pairwise(known):
        seconds = track.time_s[here] - track.time_s[before]
        metres.append(seconds * (track.speed_mps[before] + track.speed_mps[here]) / 2)
    return _Steps(known, metres)
