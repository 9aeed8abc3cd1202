"""Elevation gain and profile, from noisy altitudes along a way.

A barometer is fine to some decimetres, a GPS is wrong by ten metres and more, and both wander.
Adding up every rise would climb a mountain on a flat road: so the altitudes are freed of spikes,
read at equal distances, smoothed, and a rise counts only once it is larger than the noise.
"""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

STEP_M = 10.0
"""Altitudes are read this far apart…"""
MOST_STEPS = 60_000
"""…or further, on a way longer than that many steps."""
QUIET_M = 0.2
"""A barometer's altitudes differ from the line between their neighbours by less, on the mean."""
SMOOTHED_M, MOST_SMOOTHED_M = 25.0, 150.0
"""Each altitude is the mean over this far to either side, with quiet and with noisy altitudes."""
LEAST_RISE_M, MOST_RISE_M = 1.5, 15.0
"""A rise counts when it is at least so high, with quiet and with noisy altitudes."""
SMOOTHED_M_PER_NOISE, RISE_M_PER_NOISE = 150.0, 30.0
"""So much more of each for a metre of noise beyond quiet."""
NEIGHBOURS_S = 60.0
"""Points further apart than that say nothing of the noise."""
MOST_NOISE_M = 20.0
"""A single spike counts no more than that."""
PROFILE_POINTS = 200


def _altitudes_along(along_m: Sequence[float], altitude_m: Sequence[float]) -> "array[float]":
    """The altitudes at equal distances, freed of single spikes; empty where there are too few.

    Args:
        along_m: metres travelled until each point, never falling.
        altitude_m: the altitude at each, NaN where it is not known.
    """
    known = [i for i, metres in enumerate(altitude_m) if not math.isnan(metres)]
    if len(known) < 2:  # noqa: PLR2004 (a rise needs two)
        return array("d")
    far = [along_m[i] for i in known]
    high = _unspiked([altitude_m[i] for i in known])
    length = far[-1] - far[0]
    count = min(int(length / STEP_M) + 1, MOST_STEPS)
    if count < 2:  # noqa: PLR2004 (a rise needs two)
        return array("d")
    return _resampled(far, high, count)


def _unspiked(values: Sequence[float]) -> "array[float]":
    """Each value the median of itself and its two neighbours."""
    calm = array("d", values)
    for i in range(1, len(values) - 1):
        one, here, other = values[i - 1], values[i], values[i + 1]
        calm[i] = max(min(one, here), min(max(one, here), other))
    return calm


def _resampled(far: Sequence[float], high: Sequence[float], count: int) -> "array[float]":
    """At `count` equal distances the mean of the altitudes there, or a line between the nearest."""
    step = (far[-1] - far[0]) / (count - 1)
    sums, numbers = array("d", bytes(8 * count)), array("l", bytes(8 * count))
    for metres, altitude in zip(far, high, strict=True):
        slot = min(int((metres - far[0]) / step + 0.5), count - 1)
        sums[slot] += altitude
        numbers[slot] += 1
    filled = [slot for slot in range(count) if numbers[slot]]
    even = array("d", bytes(8 * count))
    for one, other in zip(filled, [*filled[1:], filled[-1]], strict=True):
        start = sums[one] / numbers[one]
        rise = (sums[other] / numbers[other] - start) / max(other - one, 1)
        for slot in range(one, max(other, one + 1)):
            even[slot] = start + rise * (slot - one)
    return even


def _smoothed(values: Sequence[float], reach: int) -> "array[float]":
    """Each value the mean of itself and its neighbours up to `reach` away, fewer at the ends."""
    calm, total, low, high = array("d"), 0.0, 0, -1
    for here in range(len(values)):
        near = min(reach, here, len(values) - 1 - here)
        while high < here + near:
            high += 1
            total += values[high]
        while low < here - near:
            total -= values[low]
            low += 1
        calm.append(total / (high - low + 1))
    return calm


def noise_m(time_s: Sequence[float], altitude_m: Sequence[float]) -> float:
    """How far altitudes are from the line between their neighbours, on the mean.

    On a steady slope that is nothing; what is left is the noise of the sensor. 0 where there are
    too few altitudes.
    """
    total, count = 0.0, 0
    known = [i for i, metres in enumerate(altitude_m) if not math.isnan(metres)]
    for before, here, after in zip(known, known[1:], known[2:], strict=False):
        seconds = time_s[after] - time_s[before]
        if 0 < seconds <= NEIGHBOURS_S:
            share = (time_s[here] - time_s[before]) / seconds
            line = altitude_m[before] * (1 - share) + altitude_m[after] * share
            total += min(abs(altitude_m[here] - line), MOST_NOISE_M)
            count += 1
    return total / count if count else 0.0


@dataclass(frozen=True)
class Climb:
    """What the altitudes of a way say. None where there are too few."""

    elevation_gain_m: float | None = None
    profile_m: tuple[float, ...] | None = None
    """At most `PROFILE_POINTS` altitudes at equal distances, smoothed, to the decimetre."""


def climb_of(
    time_s: Sequence[float], along_m: Sequence[float], altitude_m: Sequence[float]
) -> Climb:
    """Read the climb of a way.

    Args:
        time_s: the time of each point.
        along_m: metres travelled until each point, never falling.
        altitude_m: the altitude at each, NaN where it is not known.
    """
    even_m = _altitudes_along(along_m, altitude_m)
    if not even_m:
        return Climb()
    beyond = max(0.0, noise_m(time_s, altitude_m) - QUIET_M)
    smoothed_m = min(SMOOTHED_M + SMOOTHED_M_PER_NOISE * beyond, MOST_SMOOTHED_M)
    least_m = min(LEAST_RISE_M + RISE_M_PER_NOISE * beyond, MOST_RISE_M)
    reach = max(1, round(smoothed_m * (len(even_m) - 1) / (along_m[-1] - along_m[0])))
    calm = _smoothed(even_m, reach)
    return Climb(_rises(calm, least_m), _profile(calm))


def _profile(calm: Sequence[float]) -> tuple[float, ...]:
    count = min(len(calm), PROFILE_POINTS)
    return tuple(round(calm[k * (len(calm) - 1) // (count - 1)], 1) for k in range(count))


def _rises(calm: Sequence[float], least_m: float) -> float:
    """The sum of the rises from each low to the next high that are at least so much."""
    total, low, high = 0.0, calm[0], calm[0]
    for altitude in calm:
        if altitude > high:
            high = altitude
        elif high - altitude >= least_m:
            total += high - low if high - low >= least_m else 0.0
            low = high = altitude
        if altitude < low:
            low = high = altitude
    return total + (high - low if high - low >= least_m else 0.0)
