"""What a claim in words needs to be true, and whether the facts have it. Pure."""

from stridetale.activity import Frozen
from stridetale.facts import Facts
from stridetale.grounding.contradiction import Kind
from stridetale.saying import METRES_PER_KM

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS_OF_A_DAY = 24.0
WET = frozenset({"rain", "snow"})


class Need(Frozen):
    """What must be true of an activity for a claim; what is None needs nothing."""

    days: tuple[str, ...] | None = None
    """One of these weekdays, in English whatever the language."""
    hours: tuple[float, float] | None = None
    """Some part of the activity within these hours of the local clock."""
    families: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    not_families: tuple[str, ...] | None = None
    but: tuple[str, ...] | None = None
    """Sport types that the claim is not for, of those that the others let through."""
    outdoors: bool = False
    indoors: bool = False
    pool: bool = False
    weather: tuple[str, ...] | None = None
    """One of these kinds of weather."""
    dry: bool = False
    """No rain and no snow that is known of."""
    warmer_c: float | None = None
    colder_c: float | None = None
    climb_m: float | None = None
    climb_m_per_km: float | None = None
    flat_m_per_km: float | None = None
    moving_s: float | None = None

    def is_met(self, facts: Facts) -> bool:
        """Whether the facts support the claim."""
        return (
            self._when(facts)
            and self._sport(facts)
            and self._around(facts)
            and self._weather(facts)
            and self._ground(facts)
            and (self.moving_s is None or (facts.number("moving_time") or 0.0) >= self.moving_s)
        )

    def _when(self, facts: Facts) -> bool:
        start = facts.start_local
        if self.days is not None and (start is None or DAYS[start.weekday()] not in self.days):
            return False
        return self.hours is None or within(self.hours, facts)

    def _sport(self, facts: Facts) -> bool:
        sport = facts.sport
        return (
            (self.families is None or sport.family in self.families)
            and (self.types is None or sport.sport_type in self.types)
            and (self.not_families is None or sport.family not in self.not_families)
            and (self.but is None or sport.sport_type not in self.but)
        )

    def _around(self, facts: Facts) -> bool:
        return (
            (facts.outdoors or not self.outdoors)
            and (facts.indoor or not self.indoors)
            and (facts.pool is True or not self.pool)
        )

    def _weather(self, facts: Facts) -> bool:
        if self.weather is not None and not facts.weather_kinds.intersection(self.weather):
            return False
        if self.dry and not facts.weather_kinds.isdisjoint(WET):
            return False
        if self.warmer_c is None and self.colder_c is None:
            return True
        celsius = facts.number("temperature")
        return (
            celsius is not None
            and (self.warmer_c is None or celsius >= self.warmer_c)
            and (self.colder_c is None or celsius <= self.colder_c)
        )

    def _ground(self, facts: Facts) -> bool:
        if self.climb_m is None and self.climb_m_per_km is None and self.flat_m_per_km is None:
            return True
        gain = facts.number("elevation_gain")
        if gain is None:
            return False
        distance = facts.number("distance")
        steepness = None if distance is None else gain / distance * METRES_PER_KM
        if self.flat_m_per_km is not None:
            return steepness is not None and steepness <= self.flat_m_per_km
        return gain >= (self.climb_m or 0.0) and (
            steepness is None or steepness >= (self.climb_m_per_km or 0.0)
        )


def within(hours: tuple[float, float], facts: Facts) -> bool:
    """Whether some part of the activity is within these hours; False where the start is unknown.

    A window may go on after midnight: [22, 29] is from ten at night to five in the morning.
    """
    start, end = facts.start_local, facts.end_local
    if start is None:
        return False
    begins = start.hour + start.minute / 60 + start.second / 3_600
    lasts = 0.0 if end is None else (end - start).total_seconds() / 3_600
    if lasts >= HOURS_OF_A_DAY:
        return True
    ends = begins + lasts
    return any(
        begins < hours[1] + shift and hours[0] + shift <= ends
        for shift in (-HOURS_OF_A_DAY, 0.0, HOURS_OF_A_DAY)
    )


def actual(kind: Kind, facts: Facts) -> str | None:
    """What is true where a claim of that kind is not, in the reader's words."""
    slots = {
        "day": ("day",),
        "time": ("part_of_day",),
        "sport": ("sport",),
        "weather": ("weather", "temperature"),
        "terrain": ("elevation_gain",),
        "setting": ("sport",),
        "unit": (),
    }.get(kind, ())
    said = [fact.said for fact in map(facts.get, slots) if fact is not None]
    return ", ".join(said) or None
