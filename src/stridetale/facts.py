"""Facts: what is true of an activity, and how it is said.

Each fact is one slot that a story may use: a name, a value in SI units, where it was read, and
the words for it in the reader's locale and units. What is missing is not there, and what cannot
be true (a run at 103 km/h, a climb steeper than a staircase) is left out, with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from stridetale import saying
from stridetale.activity import Activity
from stridetale.saying import Style
from stridetale.sports import Sport
from stridetale.untrusted import clean
from stridetale.wordlists import table

Slot = Literal[
    "distance", "moving_time", "elevation_gain", "max_speed", "average_speed", "average_pace",
    "temperature", "wind_speed", "day", "part_of_day", "sport", "weather", "gear",
]  # fmt: skip
Unit = Literal["m", "s", "m/s", "s/m", "°C"]

SLOTS: tuple[Slot, ...] = get_args(Slot)

# Limits of what can be true; beyond them a value is a glitch or another unit.
LONGEST_M = 5_000_000.0
LONGEST_S = 30 * 86_400.0
SHORTEST_M = 10.0
SHORTEST_S = 10.0
HIGHEST_M = 100_000.0
LEAST_CLIMB_M = 1.0
STEEPEST = 0.6
"""Elevation gain for each metre of distance: beyond a staircase."""
FASTEST_CLIMB_MPS = 1.0
"""Elevation gain for each second: twice the world's best climbers."""
FASTEST_UNKNOWN_MPS = 150 / 3.6
"""For a sport that nobody has heard of."""
HOTTEST_C = 60.0
WINDIEST_MPS = 60.0


@dataclass(frozen=True)
class Fact:
    """One thing that is true of an activity."""

    slot: Slot
    value: float | str
    """In `unit`, or a word where there is no unit."""
    unit: Unit | None
    source: str
    """Where it was read: "ride.fit: session.total_distance"."""
    said: str
    """In the reader's locale and units."""


@dataclass(frozen=True)
class Omission:
    """A value that the recording has and that cannot be true."""

    slot: Slot
    why: str
    """The rest of a sentence that begins with the slot's name: "of 103 km/h is not …"."""


@dataclass(frozen=True)
class Facts:
    """What is known of one activity, in one reader's style."""

    sport: Sport
    style: Style
    known: tuple[Fact, ...]
    """In the order of `SLOTS`, each slot at most once."""
    omitted: tuple[Omission, ...] = ()
    start_local: datetime | None = None
    end_local: datetime | None = None
    """The start with the elapsed time added; None where either is not known."""
    weather_kinds: frozenset[str] = frozenset()
    """What the known weather supports: clear, sun, cloud, rain, snow, fog, storm, wind."""
    indoor: bool = False
    pool: bool = False
    name: str | None = None
    """The athlete's own name for it, where it is clean enough to be shown to a writer."""

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.known)

    def __contains__(self, slot: object) -> bool:
        return any(fact.slot == slot for fact in self.known)

    def get(self, slot: str) -> Fact | None:
        """The fact for a slot, None where it is not known."""
        return next((fact for fact in self.known if fact.slot == slot), None)

    def number(self, slot: Slot) -> float | None:
        """The value of a numeric fact in its SI unit, None where it is not known."""
        fact = self.get(slot)
        return fact.value if fact is not None and isinstance(fact.value, float) else None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The names of what is known."""
        return tuple(fact.slot for fact in self.known)


def facts_of(activity: Activity, style: Style | None = None) -> Facts:
    """What is true of an activity, said in a style (metric British English by default)."""
    return _Reader(activity, style or Style()).read()


class _Reader:
    """Collects the facts of one activity, slot by slot."""

    def __init__(self, activity: Activity, style: Style) -> None:
        self.activity, self.style, self.sport = activity, style, activity.sport
        self.facts: list[Fact] = []
        self.omitted: list[Omission] = []

    def read(self) -> Facts:
        activity = self.activity
        distance_m, moving_s = self._distance_m(), self._moving_time_s()
        average_mps = self._average_mps(distance_m, moving_s)
        if average_mps is None and distance_m is not None and moving_s is not None:
            distance_m = None  # one of the two is wrong, and the time is the likelier to be right
        self._say_travel(distance_m, moving_s, average_mps)
        self._read_climb(distance_m, moving_s)
        self._read_max_speed(average_mps)
        kinds = self._read_weather()
        self._read_words()
        start = activity.start_local
        elapsed = activity.elapsed_time_s or moving_s
        return Facts(
            sport=self.sport,
            style=self.style,
            known=tuple(sorted(self.facts, key=lambda fact: SLOTS.index(fact.slot))),
            omitted=tuple(self.omitted),
            start_local=start,
            end_local=start + timedelta(seconds=elapsed)
            if start is not None and elapsed is not None and 0 < elapsed <= LONGEST_S
            else None,
            weather_kinds=kinds,
            indoor=self.indoor,
            pool=activity.pool,
            name=clean(activity.name, language=self.style.language),
        )

    @property
    def indoor(self) -> bool:
        return self.activity.trainer or self.sport.indoor

    def _add(self, slot: Slot, value: float | str, unit: Unit | None, said: str, *of: str) -> None:
        sources = [self.activity.sources.get(field, field) for field in of]
        source = f"{self.activity.source.name}: {', '.join(dict.fromkeys(sources))}"
        self.facts.append(Fact(slot, value, unit, source, said))

    def _omit(self, slot: Slot, said: str, why: str) -> None:
        self.omitted.append(Omission(slot, f"of {said} {why}"))

    def _distance_m(self) -> float | None:
        metres = self.activity.distance_m
        if metres is None or not self.sport.travels or metres == 0:
            return None
        if SHORTEST_M <= metres <= LONGEST_M:
            return metres
        self._omit("distance", f"{metres:,.0f} m", "is not a distance that anyone covers")
        return None

    def _moving_time_s(self) -> float | None:
        seconds, elapsed = self.activity.moving_time_s, self.activity.elapsed_time_s
        if seconds is None or seconds == 0:
            return None
        if not SHORTEST_S <= seconds <= LONGEST_S:
            self._omit("moving_time", f"{seconds:,.0f} s", "is not a time that anyone moves")
            return None
        if elapsed and seconds > elapsed * 1.02 + 5:
            self._omit("moving_time", f"{seconds:,.0f} s", "is longer than the whole activity")
            return None
        return seconds

    def _fastest_mps(self) -> float:
        return self.sport.fastest_mps or FASTEST_UNKNOWN_MPS

    def _average_mps(self, distance_m: float | None, moving_s: float | None) -> float | None:
        if distance_m is None or moving_s is None:
            return None
        average = distance_m / moving_s
        if average <= self._fastest_mps():
            return average
        said = saying.speed(average, self.style)
        self._omit("distance", f"{distance_m:,.0f} m", f"would mean {said} on average")
        return None

    def _say_travel(
        self, distance_m: float | None, moving_s: float | None, average_mps: float | None
    ) -> None:
        style = self.style
        if distance_m is not None:
            fine = self.sport.family == "swim"
            said = saying.distance(distance_m, style, fine=fine)
            self._add("distance", distance_m, "m", said, "distance_m")
        if moving_s is not None:
            said = saying.duration(moving_s, style)
            self._add("moving_time", moving_s, "s", said, "moving_time_s")
        if average_mps is None:
            return
        of = ("distance_m", "moving_time_s")
        match self.sport.effort:
            case "speed":
                said = saying.speed(average_mps, style)
                self._add("average_speed", average_mps, "m/s", said, *of)
            case "pace_km" | "pace_100m":
                said = saying.pace(1 / average_mps, style, swum=self.sport.effort == "pace_100m")
                self._add("average_pace", 1 / average_mps, "s/m", said, *of)
            case "none":
                pass

    def _read_climb(self, distance_m: float | None, moving_s: float | None) -> None:
        metres = self.activity.elevation_gain_m
        if metres is None or not self.sport.climbs or self.activity.pool:
            return
        said = saying.height(metres, self.style)
        if not 0 <= metres <= HIGHEST_M:
            self._omit("elevation_gain", said, "is not a climb")
        elif distance_m is not None and metres > distance_m * STEEPEST:
            self._omit("elevation_gain", said, "is steeper than a staircase")
        elif moving_s is not None and metres > moving_s * FASTEST_CLIMB_MPS:
            self._omit("elevation_gain", said, "is faster than anyone climbs")
        elif metres >= LEAST_CLIMB_M:
            self._add("elevation_gain", metres, "m", said, "elevation_gain_m")

    def _read_max_speed(self, average_mps: float | None) -> None:
        mps = self.activity.max_speed_mps
        if mps is None or not self.sport.travels or self.activity.pool or mps == 0:
            return
        said = saying.speed(mps, self.style)
        if not 0 < mps <= self._fastest_mps():
            noun = self.sport.noun(self.style.language)
            self._omit("max_speed", said, f"is not a speed of a {noun}")
        elif average_mps is not None and mps < average_mps * 0.99:
            self._omit("max_speed", said, "is below the average")
        else:
            self._add("max_speed", mps, "m/s", said, "max_speed_mps")

    def _read_weather(self) -> frozenset[str]:
        weather = self.activity.weather
        if weather is None or self.indoor or self.activity.pool:
            return frozenset()
        celsius, wind = weather.temperature_c, weather.wind_speed_mps
        if celsius is not None and abs(celsius) <= HOTTEST_C:
            said = saying.temperature(celsius, self.style)
            self._add("temperature", celsius, "°C", said, "weather")
        kinds: set[str] = set()
        if wind is not None and 0 < wind <= WINDIEST_MPS:
            said = saying.speed(wind, self.style, digits=0)
            self._add("wind_speed", wind, "m/s", said, "weather")
            kinds.add("wind")
        row = table(f"{self.style.language}/weather.toml").get(
            (weather.condition or "").casefold().strip()
        )
        if row is not None:
            self._add("weather", row["said"], None, row["said"], "weather")
            kinds |= set(row["kinds"])
        return frozenset(kinds)

    def _read_words(self) -> None:
        style, start = self.style, self.activity.start_local
        noun = self.sport.noun(style.language)
        if self.activity.trainer and not self.sport.indoor:
            noun = saying.indoor(noun, style)
        self._add("sport", noun, None, noun, "sport_type")
        gear = clean(self.activity.gear, language=style.language, most=40)
        if gear is not None:
            self._add("gear", gear, None, gear, "gear")
        if start is not None:
            day, part = saying.day(start, style), saying.part_of_day(start, style)
            self._add("day", day, None, day, "start")
            self._add("part_of_day", part, None, part, "start")
