"""Invented routes: smooth seeded curves that look like an outing, and the hills along them."""

import math
from itertools import pairwise
from random import Random
from typing import Literal

import polyline

ROUTE_POINTS = 240
PROFILE_POINTS = 160
METRES_PER_DEGREE = 111_195.0
"""Of latitude; of longitude too, near enough, at the equator, where all routes are."""

Shape = Literal["loop", "there and back"]
Profile = Literal["rolling", "one hill", "two hills", "flat"]
Point = tuple[float, float]


def route(rng: Random, distance_m: float, shape: Shape) -> str:
    """A route of that length around a place near 0°, 0°, encoded with precision 5."""
    points = _loop(rng) if shape == "loop" else _there_and_back(rng)
    scale = distance_m / sum(math.dist(a, b) for a, b in pairwise(points)) / METRES_PER_DEGREE
    east, north = rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8)
    return polyline.encode([(north + y * scale, east + x * scale) for x, y in points])


def profile_m(rng: Random, climb_m: float, kind: Profile) -> tuple[float, ...]:
    """Altitudes along a route that ends as high as it began, which climb that much in all."""
    humps = _humps(rng, kind)
    steps = [2 * math.pi * i / (PROFILE_POINTS - 1) for i in range(PROFILE_POINTS)]
    heights = [sum(a * math.cos(k * t + phase) for k, a, phase in humps) for t in steps]
    climbed = sum(max(0.0, b - a) for a, b in pairwise(heights))
    lowest, scale = min(heights), climb_m / climbed
    base_m = rng.uniform(380, 520)
    return tuple(round(base_m + (height - lowest) * scale, 2) for height in heights)


def _humps(rng: Random, kind: Profile) -> list[tuple[int, float, float]]:
    """Waves as (number along the route, height, phase)."""
    if kind == "rolling":
        return [
            (k, rng.uniform(0.3, 1.0) / k**0.8, rng.uniform(0, 2 * math.pi)) for k in range(1, 26)
        ]
    main = {"one hill": 1, "two hills": 2, "flat": 1}[kind]
    mirrored = kind == "one hill"  # the way back goes down what the way out went up
    small = [
        (
            k,
            rng.uniform(0.4, 1.0) * (main / k) ** 1.7 * 0.35,
            rng.choice((0, math.pi)) if mirrored else rng.uniform(0, 2 * math.pi),
        )
        for k in range(main + 1, 24)
    ]
    return [(main, 1.0, math.pi), *small]


def _loop(rng: Random) -> list[Point]:
    """A closed curve of waves round a circle: broad bends, and the wriggle of a road."""
    waves = [
        (k, rng.gauss(0, 1) / k**1.7, rng.gauss(0, 1) / k**1.7, rng.uniform(0, 2 * math.pi))
        for k in (*range(2, 9), *range(13, 30, 4))
    ]
    stretch, points = rng.uniform(0.55, 1.0), []
    for i in range(ROUTE_POINTS):
        t = 2 * math.pi * i / (ROUTE_POINTS - 1)
        x = math.cos(t) + 0.8 * sum(a * math.cos(k * t + p) for k, a, _, p in waves)
        y = math.sin(t) + 0.8 * sum(b * math.sin(k * t + p) for k, _, b, p in waves)
        points.append((x, y * stretch))
    return points


def _there_and_back(rng: Random) -> list[Point]:
    """Along a bending line and, a little to its side, back again."""
    bends = [(k, rng.gauss(0, 0.35) / k**1.3, rng.uniform(0, 2 * math.pi)) for k in range(1, 14)]
    half, turn = ROUTE_POINTS // 2, rng.uniform(0, 2 * math.pi)
    out: list[Point] = []
    for i in range(half):
        x = i / (half - 1)
        y = sum(a * math.sin(k * math.pi * x + p) for k, a, p in bends)
        out.append(
            (
                2 * (x * math.cos(turn) - y * math.sin(turn)),
                2 * (x * math.sin(turn) + y * math.cos(turn)),
            )
        )
    side = 0.004
    return out + [(x + side, y - side) for x, y in reversed(out)]
