"""The sports: Strava's sport types, and any other word that a device may use.

Their nature stands in `data/sports.toml`, their names in `data/<language>/sports.toml`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from stridetale.wordlists import table

Family = Literal[
    "ride", "run", "walk", "hike", "swim", "row", "paddle", "snow", "skate", "wind", "wave",
    "wheelchair", "golf", "court", "climb", "gym", "mat", "other",
]  # fmt: skip
Effort = Literal["speed", "pace_km", "pace_100m", "none"]


@dataclass(frozen=True)
class Sport:
    """What a sport is like."""

    sport_type: str
    """Strava's word, or the device's where Strava has none."""
    family: Family
    effort: Effort
    """How its average is said: a speed, a pace for a kilometre or 100 m, or not at all."""
    fastest_mps: float | None
    """A top speed above it is a glitch, in metres per second; None where speed means nothing."""
    travels: bool
    """Whether distance means anything."""
    climbs: bool
    """Whether elevation gain means anything."""
    indoor: bool
    """Whether it never happens under the sky."""
    known: bool
    """Whether it is one of Strava's."""

    def noun(self, language: str) -> str:
        """What one of it is called: "gravel ride". An unknown one is called "activity"."""
        return str(table(f"{language}/sports.toml").get(self.sport_type, "activity"))


@cache
def known_sport_types() -> tuple[str, ...]:
    """Strava's 56 sport types, sorted by name."""
    return tuple(table("sports.toml"))


@lru_cache(maxsize=1_000)  # an unknown one may be any text
def sport_of(sport_type: str) -> Sport:
    """The sport of that name, however it is spaced or cased; an unknown one is kind to all."""
    name = _spelled(sport_type)
    row = table("sports.toml").get(name)
    if row is None:
        return Sport(
            sport_type, "other", "none", None,
            travels=True, climbs=True, indoor=False, known=False,
        )  # fmt: skip
    fastest_kmh = row.get("fastest_kmh")
    return Sport(
        name,
        row["family"],
        row["effort"],
        fastest_kmh / 3.6 if fastest_kmh is not None else None,
        travels=row["travels"],
        climbs=row["climbs"],
        indoor=row.get("indoor", False),
        known=True,
    )


def _spelled(sport_type: str) -> str:
    """Strava's spelling of a sport type: "gravel ride" and "gravel_ride" are GravelRide."""
    folded = _fold(sport_type)
    return _spellings().get(folded, sport_type)


@cache
def _spellings() -> dict[str, str]:
    return {_fold(name): name for name in known_sport_types()}


def _fold(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
