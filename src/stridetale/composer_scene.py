"""What kind of activity a story is about, in the words that the composer's material asks for.

A trait is true of the activity beyond doubt: "hilly", "evening", "brief", "rain", "bike", "long".
The material says which traits a sentence needs; a trait that is not known is simply not there.
"""

from datetime import datetime, timedelta

from stridetale.facts import Facts
from stridetale.saying import part_of_day_at

GROUPS = {
    "bike": frozenset(
        {"Ride", "GravelRide", "MountainBikeRide", "EBikeRide", "EMountainBikeRide", "VirtualRide"}
    ),
    "rough": frozenset({"GravelRide", "MountainBikeRide", "EMountainBikeRide", "TrailRun"}),
    "motor": frozenset({"EBikeRide", "EMountainBikeRide"}),
    "arms": frozenset({"Handcycle", "Wheelchair"}),
}
"""What sport types have in common: a saddle, loose ground, an engine, arms that do it all."""

LEAST_CLIMB, FLAT, HILLY = 0.001, 0.004, 0.007
"""Elevation gain for each metre of distance: where climbing begins, up to where it is flat, and
from where on it is hilly."""
CLIMB_M = 10.0
"""Fewer metres of elevation gain are no climb at all."""
HILL_M = 60.0
"""Fewer metres of climbing are no hills, however short the way."""
HILLS_M = 250.0
"""So many metres of climbing are hills, also where the distance is not known."""
SHORT_S = 35 * 60.0
LONG_S = 90 * 60.0
FAST_MPS = {"ride": 12.5, "snow": 12.0, "run": 4.5}
"""From this top speed on, a sport's stories may speak of speed."""


def traits_of(facts: Facts) -> frozenset[str]:
    """Everything about the activity that a sentence may depend on."""
    return frozenset({*_nature(facts), *_moment(facts), *_ground(facts), *_effort(facts)})


def _nature(facts: Facts) -> set[str]:
    sport = facts.sport
    common = {trait for trait, names in GROUPS.items() if sport.sport_type in names}
    places = {"indoor": facts.indoor, "outdoor": facts.outdoors, "pool": facts.pool is True}
    place = {trait for trait, is_so in places.items() if is_so}
    return {sport.sport_type, sport.family} | common | place


def _moment(facts: Facts) -> set[str]:
    """The part of the day and the weather."""
    part = facts.get("part_of_day")
    traits = set(facts.weather_kinds) if part is None else {*facts.weather_kinds, str(part.value)}
    if facts.start_local is None:
        traits.discard("sun")  # it may have been night
    elif _is_brief(facts.start_local, facts.end_local):
        traits.add("brief")
    return traits


def _is_brief(start: datetime, end: datetime | None) -> bool:
    """Whether it ended in the part of the day in which it began."""
    return (
        end is not None
        and end - start < timedelta(hours=12)
        and part_of_day_at(start.hour) == part_of_day_at(end.hour)
    )


def _ground(facts: Facts) -> set[str]:
    climb_m, distance_m = facts.number("elevation_gain"), facts.number("distance")
    if climb_m is None:
        return set()
    if distance_m is None:
        return {"climb", "hilly"} if climb_m >= HILLS_M else set()
    ratio = climb_m / distance_m
    traits = {"climb"} if climb_m >= CLIMB_M and ratio >= LEAST_CLIMB else set()
    if ratio <= FLAT:
        return traits | {"flat"}
    if ratio >= HILLY and climb_m >= HILL_M:
        return traits | {"hilly"}
    return traits | ({"rolling"} if "climb" in traits else set())


def _effort(facts: Facts) -> set[str]:
    seconds, top_mps = facts.number("moving_time"), facts.number("max_speed")
    known = {
        "short": seconds is not None and seconds < SHORT_S,
        "long": seconds is not None and seconds >= LONG_S,
        "fast": top_mps is not None and top_mps >= FAST_MPS.get(facts.sport.family, float("inf")),
    }
    return {trait for trait, is_so in known.items() if is_so}
