"""What kind of activity a story is about, in the words that the composer's material asks for.

A trait is true of the activity beyond doubt: "hilly", "evening", "rain", "bike", "long". The
material says which traits a sentence needs; a trait that is not known is simply not there.
"""

from stridetale.facts import Facts

UPRIGHT_BIKES = frozenset(
    "Ride GravelRide MountainBikeRide EBikeRide EMountainBikeRide VirtualRide".split()
)
ROUGH_GROUND = frozenset("GravelRide MountainBikeRide EMountainBikeRide TrailRun".split())
ASSISTED = frozenset({"EBikeRide", "EMountainBikeRide"})
ARMS_ONLY = frozenset({"Handcycle", "Wheelchair"})
LIFTED = frozenset({"AlpineSki", "Snowboard"})
SLIDING_ON_SNOW = frozenset("AlpineSki BackcountrySki NordicSki Snowboard Snowshoe".split())

LEAST_CLIMB, FLAT, HILLY = 0.001, 0.004, 0.012
"""Elevation gain for each metre of distance: where climbing begins, up to where it is flat, and
from where on it is hilly."""
CLIMB_M = 10.0
"""Fewer metres of elevation gain are no climb at all."""
HILL_M = 60.0
"""Fewer metres of climbing are no hills, however short the way."""
HILLS_M = 250.0
"""So many metres of climbing are hills, also where the distance is not known."""
BIG_CLIMB_M = 700.0
SHORT_S = 35 * 60.0
LONG_S = 90 * 60.0
LONG_RIDE_S = 150 * 60.0
FAST_MPS = {"ride": 12.5, "snow": 12.0, "wind": 9.0, "skate": 7.0, "run": 4.5}
"""From this top speed on, a sport's stories may speak of speed."""
COLD_C, HOT_C = 5.0, 26.0


def traits_of(facts: Facts) -> frozenset[str]:
    """Everything about the activity that a sentence may depend on."""
    return frozenset(
        {
            *_nature(facts),
            *_calendar(facts),
            *_ground(facts),
            *_effort(facts),
            *_weather(facts),
        }
    )


def _nature(facts: Facts) -> set[str]:
    sport = facts.sport
    name = sport.sport_type
    traits = {name, sport.family, "indoor" if facts.indoor else "outdoor"}
    groups = {
        "bike": UPRIGHT_BIKES,
        "rough": ROUGH_GROUND,
        "motor": ASSISTED,
        "arms": ARMS_ONLY,
        "lifts": LIFTED,
        "snowy": SLIDING_ON_SNOW,
    }
    traits |= {trait for trait, names in groups.items() if name in names}
    return traits | ({"pool"} if facts.pool else set())


def _calendar(facts: Facts) -> set[str]:
    start = facts.start_local
    if start is None or "day" not in facts:
        return set()
    weekend = start.isoweekday() >= 6  # noqa: PLR2004 (Saturday)
    part = facts.get("part_of_day")
    return {"weekend" if weekend else "weekday", *(() if part is None else (str(part.value),))}


def _weather(facts: Facts) -> frozenset[str]:
    """The kinds of weather; the sun only where the hour is known, for it does not shine at all."""
    return facts.weather_kinds - (frozenset({"sun"}) if facts.start_local is None else frozenset())


def _ground(facts: Facts) -> set[str]:
    climb_m, distance_m = facts.number("elevation_gain"), facts.number("distance")
    if climb_m is None:
        return set()
    traits = {"mountainous"} if climb_m >= BIG_CLIMB_M else set()
    if distance_m is None:
        traits |= {"climb"} if climb_m >= CLIMB_M else set()
        return traits | ({"hilly"} if climb_m >= HILLS_M else set())
    ratio = climb_m / distance_m
    if climb_m >= CLIMB_M and ratio >= LEAST_CLIMB:
        traits.add("climb")
    if ratio <= FLAT:
        return traits | {"flat"}
    if climb_m < CLIMB_M:
        return traits
    return traits | ({"hilly"} if ratio >= HILLY and climb_m >= HILL_M else {"rolling"})


def _effort(facts: Facts) -> set[str]:
    traits: set[str] = set()
    seconds, top_mps = facts.number("moving_time"), facts.number("max_speed")
    celsius, family = facts.number("temperature"), facts.sport.family
    if seconds is not None:
        if seconds < SHORT_S:
            traits.add("short")
        elif seconds >= (LONG_RIDE_S if family == "ride" else LONG_S):
            traits.add("long")
    if top_mps is not None and top_mps >= FAST_MPS.get(family, float("inf")):
        traits.add("fast")
    if celsius is not None and celsius < COLD_C:
        traits.add("cold")
    if celsius is not None and celsius >= HOT_C:
        traits.add("hot")
    return traits
