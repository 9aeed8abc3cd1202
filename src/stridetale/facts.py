"""Facts: what is true of an activity, and how it is said.

Each fact is one slot that a story may use: a name, a value in SI units, where it was read, and
the words for it in the reader's locale and units. What is missing is not there, and what cannot
be true (a run at 103 km/h, a climb steeper than a staircase) is left out, with the reason.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never, get_args

from stridetale import saying
from stridetale.activity import Activity, SourceKind, Weather
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
SLOWEST_MPS = 0.25
"""A speed below it is standing still, and would be said as next to nothing."""
HIGHEST_M = 100_000.0
LEAST_CLIMB_M = 1.0
STEEPEST = 0.6
"""Elevation gain for each metre of distance: beyond a staircase."""
FASTEST_CLIMB_MPS = 1.0
"""Elevation gain for each second: twice the world's best climbers."""
FASTEST_UNKNOWN_MPS = 150 / 3.6
"""For a sport that nobody has heard of."""
HOTTEST_C = 60.0
CALM_MPS = 1.6
"""A wind below it moves no leaf (Beaufort 0 and 1): nothing to tell of."""
WINDIEST_MPS = 60.0
MOST_SAID = 1e9
"""A value beyond it is said as "over" it, when it is left out."""


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
    """The rest of a sentence that begins with the slot's name: "of 103 km/h is faster than …"."""


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
    pool: bool | None = None
    """Swum in a pool, or not in one; None where nobody knows."""
    name: str | None = None
    """The athlete's own name for it, where it is clean enough to be shown to a writer."""
    origin: SourceKind = "file"
    """Where the activity came from; `stridetale.policy` asks for it."""

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
        return None if fact is None or isinstance(fact.value, str) else float(fact.value)

    @property
    def outdoors(self) -> bool:
        """Whether it was under the sky; of a swim only where it is known to be in no pool."""
        in_a_pool = self.pool is not False if self.sport.family == "swim" else bool(self.pool)
        return not (self.indoor or in_a_pool)

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
        moving_s = self._moving_time_s()
        distance_m = self._distance_m(moving_s or self._elapsed_s)
        self._say_travel(distance_m, moving_s)
        average_mps = self._read_average(distance_m, moving_s)
        self._read_climb(distance_m, moving_s)
        self._read_max_speed(average_mps)
        weather = None if self.indoor or activity.pool else activity.weather
        kinds = frozenset() if weather is None else self._read_weather(weather)
        self._read_words()
        elapsed_s = self._elapsed_s or moving_s
        return Facts(
            sport=self.sport,
            style=self.style,
            known=tuple(sorted(self.facts, key=lambda fact: SLOTS.index(fact.slot))),
            omitted=tuple(sorted(self.omitted, key=lambda one: SLOTS.index(one.slot))),
            start_local=activity.start_local,
            end_local=None if elapsed_s is None else activity.local_after(elapsed_s),
            weather_kinds=kinds,
            indoor=self.indoor,
            pool=activity.pool,
            name=clean(activity.name, language=self.style.language),
            origin=activity.source.kind,
        )

    @property
    def indoor(self) -> bool:
        return self.activity.trainer or self.sport.indoor

    @property
    def _elapsed_s(self) -> float | None:
        seconds = self.activity.elapsed_time_s
        return seconds if seconds is not None and SHORTEST_S <= seconds <= LONGEST_S else None

    @property
    def _fastest_mps(self) -> float:
        return self.sport.fastest_mps or FASTEST_UNKNOWN_MPS

    @property
    def _any_other(self) -> str:
        return f"any {self.sport.noun(self.style.language)}"

    def _add(self, slot: Slot, value: float | str, unit: Unit | None, said: str, *of: str) -> None:
        sources = [self.activity.sources.get(field) or _plain(field) for field in of]
        source = f"{self.activity.source.name}: {', '.join(dict.fromkeys(sources))}"
        self.facts.append(Fact(slot, value, unit, source, said))

    def _omit(self, slot: Slot, value: float, say: Callable[[float, Style], str], why: str) -> None:
        within = max(-MOST_SAID, min(value, MOST_SAID))
        said = say(within, self.style)
        self.omitted.append(Omission(slot, f"of {'over ' if value > within else ''}{said} {why}"))

    def _distance_m(self, seconds: float | None) -> float | None:
        metres = self.activity.distance_m
        if metres is None or not self.sport.travels or metres == 0:
            return None
        if metres < 0:
            self._omit("distance", metres, saying.height, "is below zero")
        elif metres < SHORTEST_M:
            self._omit("distance", metres, saying.height, "is too short to tell of")
        elif metres > LONGEST_M:
            self._omit("distance", metres, saying.distance, f"is longer than {self._any_other}")
        elif seconds is not None and metres > seconds * self._fastest_mps:
            # one of the two is wrong, and the time is the likelier to be right
            speed = saying.speed(metres / seconds, self.style)
            self._omit("distance", metres, saying.distance, f"would mean {speed} on average")
        else:
            return metres
        return None

    def _moving_time_s(self) -> float | None:
        seconds, elapsed = self.activity.moving_time_s, self._elapsed_s
        if seconds is None or seconds == 0:
            return None
        if seconds < 0:
            self._omit("moving_time", seconds, saying.duration, "is below zero")
        elif seconds < SHORTEST_S:
            self._omit("moving_time", seconds, saying.duration, "is too short to tell of")
        elif seconds > LONGEST_S:
            self._omit("moving_time", seconds, saying.duration, f"is longer than {self._any_other}")
        elif elapsed is not None and seconds > elapsed * 1.02 + 5:
            self._omit("moving_time", seconds, saying.duration, "is longer than the whole activity")
        else:
            return seconds
        return None

    def _say_travel(self, distance_m: float | None, moving_s: float | None) -> None:
        if distance_m is not None:
            fine = self.sport.family == "swim"
            said = saying.distance(distance_m, self.style, fine=fine)
            self._add("distance", distance_m, "m", said, "distance_m")
        if moving_s is not None:
            said = saying.duration(moving_s, self.style)
            self._add("moving_time", moving_s, "s", said, "moving_time_s")

    def _read_average(self, distance_m: float | None, moving_s: float | None) -> float | None:
        """Say the average speed or pace, and return the speed where it is known."""
        mps, of = self.activity.average_speed_mps, ["average_speed_mps"]
        if distance_m is not None and moving_s is not None:
            mps, of = distance_m / moving_s, ["distance_m", "moving_time_s"]
        if mps is None or not self.sport.travels or mps < SLOWEST_MPS or mps > self._fastest_mps:
            return None
        match self.sport.effort:
            case "speed":
                self._add("average_speed", mps, "m/s", saying.speed(mps, self.style), *of)
            case "pace_km" | "pace_100m":
                said = saying.pace(1 / mps, self.style, swum=self.sport.effort == "pace_100m")
                self._add("average_pace", 1 / mps, "s/m", said, *of)
            case "none":
                pass
            case _:
                assert_never(self.sport.effort)
        return mps

    def _read_climb(self, distance_m: float | None, moving_s: float | None) -> None:
        metres = self.activity.elevation_gain_m
        if metres is None or not self.sport.climbs or self.activity.pool:
            return
        if metres < 0:
            self._omit("elevation_gain", metres, saying.height, "is below zero")
        elif metres > HIGHEST_M:
            self._omit("elevation_gain", metres, saying.height, f"is more than {self._any_other}")
        elif distance_m is not None and metres > distance_m * STEEPEST:
            self._omit("elevation_gain", metres, saying.height, "is steeper than a staircase")
        elif moving_s is not None and metres > moving_s * FASTEST_CLIMB_MPS:
            self._omit("elevation_gain", metres, saying.height, "is faster than anyone climbs")
        elif metres >= LEAST_CLIMB_M:
            said = saying.height(metres, self.style)
            self._add("elevation_gain", metres, "m", said, "elevation_gain_m")

    def _read_max_speed(self, average_mps: float | None) -> None:
        mps = self.activity.max_speed_mps
        if mps is None or not self.sport.travels or self.activity.pool:
            return
        if mps < 0:
            self._omit("max_speed", mps, saying.speed, "is below zero")
        elif mps > self._fastest_mps:
            self._omit("max_speed", mps, saying.speed, f"is faster than {self._any_other}")
        elif average_mps is not None and 0 < mps < average_mps * 0.99:
            self._omit("max_speed", mps, saying.speed, "is below the average")
        elif mps >= SLOWEST_MPS:
            self._add("max_speed", mps, "m/s", saying.speed(mps, self.style), "max_speed_mps")

    def _read_weather(self, weather: Weather) -> frozenset[str]:
        """Say the weather, and return the kinds of it that are known."""
        kinds = self._read_wind(weather.wind_speed_mps)
        celsius = weather.temperature_c
        if celsius is not None and abs(celsius) > HOTTEST_C:
            self._omit("temperature", celsius, saying.temperature, "is not one to be out in")
        elif celsius is not None:
            said = saying.temperature(celsius, self.style)
            self._add("temperature", celsius, "°C", said, "weather")
        rows = table(f"{self.style.language}/weather.toml")
        row = rows.get(" ".join((weather.condition or "").casefold().split()))
        if row is None:
            return kinds
        self._add("weather", row["said"], None, row["said"], "weather")
        return kinds.union(row["kinds"], row.get("by_day", ()) if self._by_day else ())

    def _read_wind(self, mps: float | None) -> frozenset[str]:
        if mps is None or 0 <= mps < CALM_MPS:
            return frozenset()
        if mps < 0:
            self._omit("wind_speed", mps, saying.speed, "is below zero")
            return frozenset()
        if mps > WINDIEST_MPS:
            self._omit("wind_speed", mps, saying.speed, "is beyond any storm")
            return frozenset()
        self._add("wind_speed", mps, "m/s", saying.speed(mps, self.style, digits=0), "weather")
        return frozenset({"wind"})

    @property
    def _by_day(self) -> bool:
        """Whether the sun was up for certain: a morning and an evening may be dark."""
        start = self.activity.start_local
        return start is not None and 9 <= start.hour < 16  # noqa: PLR2004 (clock hours)

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


def _plain(field: str) -> str:
    """The words of a field's name, for a source that does not say where a value was read."""
    return re.sub("_(m|s|mps)$", "", field).replace("_", " ")
