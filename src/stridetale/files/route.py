"""The route as an encoded polyline, with few points and the same look."""

import heapq
import math
from collections.abc import Sequence

import polyline

from stridetale.files.track import Track

MOST_POINTS = 500
THINNED_POINTS = 3_000
"""The longest route is thinned to that many before its corners are looked for."""
FINE_DEGREES = 2e-5
"""About two metres: a finer corner is not drawn."""

Place = tuple[float, float]


def polyline_of(track: Track) -> str | None:
    """The track's route, with precision 5; None where fewer than two places are known."""
    places = list(track.positions())
    every = max(1, math.ceil(len(places) / THINNED_POINTS))
    thinned = places[::every]
    if places and thinned[-1] != places[-1]:
        thinned.append(places[-1])
    if len(set(thinned)) < 2:  # noqa: PLR2004 (a line needs two)
        return None
    return str(polyline.encode(simplified(thinned, MOST_POINTS), 5))


def simplified(places: Sequence[Place], most: int) -> list[Place]:
    """The corners that matter most, as Ramer, Douglas and Peucker choose them.

    The line is split again and again at the place that is furthest from it, the worst first,
    until every place is near or the points are spent.
    """
    kept = {0, len(places) - 1}
    worst = [_furthest(places, 0, len(places) - 1)]
    while worst and len(kept) < most:
        negative_far, corner, start, end = heapq.heappop(worst)
        if -negative_far <= FINE_DEGREES:
            break
        kept.add(corner)
        for low, high in ((start, corner), (corner, end)):
            if high - low > 1:
                heapq.heappush(worst, _furthest(places, low, high))
    return [places[i] for i in sorted(kept)]


def _furthest(places: Sequence[Place], start: int, end: int) -> tuple[float, int, int, int]:
    """The place furthest from the line between two others: its distance (negative), its index."""
    north, east = places[start]
    narrow = math.cos(math.radians(north))
    up, right = places[end][0] - north, (places[end][1] - east) * narrow
    square = up * up + right * right
    far, corner = -1.0, start
    for i in range(start + 1, end):
        y, x = places[i][0] - north, (places[i][1] - east) * narrow
        share = min(1.0, max(0.0, (y * up + x * right) / square)) if square else 0.0
        off = math.hypot(y - share * up, x - share * right)
        if off > far:
            far, corner = off, i
    return -far, corner, start, end
