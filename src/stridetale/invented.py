"""Invented activities: for the demo, for the evaluation, for benchmarks.

Nothing here is of a person. Athletes, routes, names and numbers come from seeded chance and from
`data/invented.toml`; all routes lie on open water around 0° north, 0° east, where nobody lives.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from stridetale.activity import Activity, ActivityId, Source, Weather
from stridetale.invented_routes import ROUTE_POINTS, Profile, Shape, profile_m, route
from stridetale.sports import sport_of
from stridetale.wordlists import table

UNTIL = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
"""When invented activities end, where nobody says otherwise."""
YEARS = 5
NO_SUCH_ZONE = "Mars/Olympus_Mons"
ODD_SHARE = 1 / 3
COLD_SEASON_C = -4.0
"""Colder than spring by so much, there is snow to ski on."""
GPS_SHARE = 0.3
"""How many of those outdoors have a route."""

Fields = dict[str, Any]
Oddity = Callable[[Random, Fields], None]


def invented_activities(count: int, *, seed: int, until: datetime = UNTIL) -> Iterator[Activity]:
    """Plausible activities over all sports and some unknown ones, a third of them odd.

    The same seed and end invent the same activities, and fewer of them are the first of more.
    Each run of as many as there are sports has every sport once.

    Args:
        count: how many.
        seed: of all chance in them.
        until: when the last of them can have ended; they go `YEARS` back, in no order.
    """
    names = sorted(_table()["sports"])
    for index in range(count):
        turn, place = divmod(index, len(names))
        order = _chance(seed, "turn", turn).sample(names, len(names))
        rng = _chance(seed, "activity", index)
        fields = _ordinary(order[place], rng, until)
        if _likely(rng, ODD_SHARE):
            for oddity in rng.sample(ODDITIES, rng.choice((1, 1, 1, 2, 3))):
                oddity(rng, fields)
        yield Activity(
            id=ActivityId(f"invented-{seed}-{index}"),
            source=Source(kind="invented", name=f"invented-{seed}-{index}"),
            **fields,
        )


def demo_activities(*, until: datetime) -> list[Activity]:
    """A diary of an athlete's last weeks: activities with names, weather and routes, newest first.

    The same in every demo but for its dates and the season that they are in.

    Args:
        until: after the last of them.
    """
    demo = _table()["demo"]
    return [
        _diary_entry(row, index, ZoneInfo(demo["zone"]), until)
        for index, row in enumerate(demo["diary"])
    ]


# --- ordinary ones ---------------------------------------------------------------------------


def _ordinary(sport_type: str, rng: Random, until: datetime) -> Fields:
    usual, sport = _table()["sports"][sport_type], sport_of(sport_type)
    least, most = usual["hours"]
    moving_s = round(3600 * rng.triangular(least, most, least + (most - least) / 4), 1)
    elapsed_s = round(moving_s * rng.uniform(1.0, 1.25))
    indoor = sport.indoor or (sport.family in ("ride", "run", "row") and _likely(rng, 0.06))
    fields: Fields = {
        "sport_type": sport_type,
        "moving_time_s": moving_s,
        "elapsed_time_s": elapsed_s + 1,
        "trainer": indoor,
        **_moment(rng, until - timedelta(seconds=elapsed_s), winter=usual.get("snow", False)),
    }
    fields |= _travel(usual, rng, moving_s)
    words = _words()
    if _likely(rng, 0.8):
        fields["name"] = rng.choice(words["names"])
    if sport.family in ("ride", "run") and _likely(rng, 0.5):
        fields["gear"] = rng.choice(words["gear"])
    if sport.family == "swim":
        fields["pool"] = _likely(rng, 0.7)
    outside = sport.travels and not (indoor or fields.get("pool"))
    if outside and _likely(rng, 0.6):
        fields["weather"] = _weather(rng, fields["start"], snow=usual.get("snow", False))
    if outside and "distance_m" in fields and _likely(rng, GPS_SHARE):
        fields |= _recorded(
            rng, fields["distance_m"], fields.get("elevation_gain_m"), "loop", "rolling"
        )
    return fields


def _travel(usual: Mapping[str, Any], rng: Random, moving_s: float) -> Fields:
    """Distance, climb and speed, where the sport has them."""
    if "kmh" not in usual:
        return {"distance_m": 0.0} if _likely(rng, 0.3) else {}
    mps = usual["kmh"] / 3.6 * rng.uniform(0.75, 1.2)
    distance_m = round(mps * moving_s, 1)
    fields: Fields = {"distance_m": distance_m}
    if "climb" in usual:
        climb = distance_m / 1000 * usual["climb"] * rng.lognormvariate(0, 0.5)
        fields["elevation_gain_m"] = round(climb, 1)
    if _likely(rng, 0.9):
        fields["max_speed_mps"] = round(mps * rng.uniform(1.15, 1.8), 3)
    return fields


def _moment(rng: Random, until: datetime, *, winter: bool) -> Fields:
    """A start by day, mostly, in one of several zones."""
    zone = rng.choice(_words()["zones"])
    day = until - timedelta(days=rng.uniform(1.6, 365 * YEARS))
    if winter:
        january = datetime(day.year, 1, 15, tzinfo=UTC)
        day = min(january + timedelta(days=rng.uniform(-40, 40)), until - timedelta(days=2))
    minutes = round(rng.choice((rng.gauss(9, 1.6), rng.gauss(17.5, 1.8), rng.gauss(13, 2))) * 60)
    clock = timedelta(minutes=min(max(minutes, 4 * 60), 23 * 60), seconds=rng.randrange(60))
    local = datetime.combine(day.date(), time(), ZoneInfo(zone)) + clock
    return {"start": local.astimezone(UTC), "timezone": zone}


def _weather(rng: Random, start: datetime, *, snow: bool) -> Weather:
    words = _words()
    celsius = round(rng.gauss(12 + _season_c(start), 5), 1)
    if snow or celsius < 0:
        return Weather(condition=rng.choice(words["snowy"]), temperature_c=min(celsius, 1.5))
    return Weather(
        condition=rng.choice(words["wet"] if _likely(rng, 0.25) else words["dry"]),
        temperature_c=celsius if _likely(rng, 0.9) else None,
        wind_speed_mps=round(rng.uniform(0.4, 9), 1) if _likely(rng, 0.6) else None,
    )


def _season_c(moment: datetime) -> float:
    """By how much the time of year is warmer than spring, in °C."""
    return -9 * math.cos(2 * math.pi * (moment.timetuple().tm_yday - 20) / 365)


def _recorded(
    rng: Random, distance_m: float, climb_m: float | None, shape: Shape, kind: Profile
) -> Fields:
    return {
        "polyline": route(rng, distance_m, shape),
        "elevation_profile_m": profile_m(rng, climb_m or 0.0, kind),
    }


# --- odd ones --------------------------------------------------------------------------------


def _without(*names: str) -> Oddity:
    def drop(_: Random, fields: Fields) -> None:
        for name in names:
            fields.pop(name, None)

    return drop


def _with(name: str, *values: object) -> Oddity:
    def put(rng: Random, fields: Fields) -> None:
        fields[name] = rng.choice(values)

    return put


def _with_word(name: str, words: str) -> Oddity:
    def put(rng: Random, fields: Fields) -> None:
        fields[name] = rng.choice(_words()[words])

    return put


def _only_an_offset(rng: Random, fields: Fields) -> None:
    fields["timezone"] = rng.choice((None, NO_SUCH_ZONE))
    fields["utc_offset_s"] = rng.choice((-34_200, -12_600, 0, 3_600, 20_700, 50_400))


def _stretched(factor: float) -> Oddity:
    """The same outing, but so many times as long."""

    def stretch(_: Random, fields: Fields) -> None:
        for name in ("distance_m", "moving_time_s", "elapsed_time_s", "elevation_gain_m"):
            if name in fields:
                fields[name] = round(fields[name] * factor, 1)

    return stretch


def _zone(fields: Fields) -> ZoneInfo:
    name = fields.get("timezone")
    return ZoneInfo(name if name in _words()["zones"] else "UTC")


def _over_midnight(rng: Random, fields: Fields) -> None:
    start = fields["start"].astimezone(_zone(fields))
    late = start.replace(hour=rng.choice((22, 23)), minute=rng.randrange(60))
    fields["start"] = late.astimezone(UTC)
    fields["elapsed_time_s"] = fields.get("elapsed_time_s", 0) + rng.uniform(1, 5) * 3600


def _on_the_hour(rng: Random, fields: Fields) -> None:
    """Where one part of the day becomes the next."""
    start = fields["start"].astimezone(_zone(fields))
    hour = rng.choice((0, 5, 12, 17, 22))
    edge = start.replace(hour=hour, minute=0, second=0) - timedelta(seconds=rng.choice((0, 1)))
    fields["start"] = edge.astimezone(UTC)


def _typed_in(rng: Random, fields: Fields) -> None:
    """Typed in by hand: a time, and hardly anything else."""
    keep = ("sport_type", "start", "timezone", "utc_offset_s", "name", "trainer", "pool")
    minutes = rng.choice((20, 30, 45, 60, 90))
    for name in set(fields) - set(keep):
        del fields[name]
    fields["elapsed_time_s"] = 60.0 * minutes
    fields[rng.choice(("moving_time_s", "elapsed_time_s"))] = 60.0 * minutes


def _moving_longer_than_it_lasted(rng: Random, fields: Fields) -> None:
    if "moving_time_s" in fields:
        fields["elapsed_time_s"] = fields["moving_time_s"] * rng.uniform(0.3, 0.9)


def _climbs_too_much(rng: Random, fields: Fields) -> None:
    fields["elevation_gain_m"] = rng.choice((-120.0, 45_000.0, 200_000.0, 8_848.9))


def _strange_weather(rng: Random, fields: Fields) -> None:
    fields["weather"] = Weather(
        condition=rng.choice(_words()["strange_weather"]),
        temperature_c=rng.choice((-0.4, 0.0, 31.5, -38.2, 47.5, 451.0, None)),
        wind_speed_mps=rng.choice((0.0, 0.04, 24.9, 900.0, None)),
    )


def _spelled_otherwise(_: Random, fields: Fields) -> None:
    spaced = "".join(f" {c}" if c.isupper() else c for c in fields["sport_type"])
    fields["sport_type"] = spaced.strip().lower()


ODDITIES: tuple[Oddity, ...] = (
    _without("timezone"), _only_an_offset, _over_midnight, _on_the_hour, _typed_in,
    _without("distance_m"), _without("moving_time_s"), _without("elapsed_time_s"),
    _without("elevation_gain_m"), _without("max_speed_mps"), _without("name", "gear", "weather"),
    _without("moving_time_s", "elapsed_time_s"), _without("distance_m", "elevation_gain_m"),
    _with("distance_m", 0.0, 3.0, -20.0, 999.5, 999.49, 1_000.0, 4_999.6, 42_195.0, 99_950.0, 9e9),
    _with("moving_time_s", 0.0, 4.0, -60.0, 59.5, 89.7, 3_599.6, 3_600.0, 7_170.0, 9e7),
    _with("elevation_gain_m", 0.0, 0.4, 1.0, 999.5, 1_000.0), _climbs_too_much,
    _with("max_speed_mps", 0.0, 0.2, 28.7, 61.0, 299.9), _with("max_speed_mps", 120.0, -3.0, 8e6),
    _with("average_speed_mps", 0.0, 2.5, 300.0), _stretched(0.004), _stretched(0.05),
    _stretched(7.0), _stretched(40.0), _moving_longer_than_it_lasted,
    _with("trainer", True), _with("pool", True), _strange_weather, _spelled_otherwise,
    _with_word("name", "strange_names"), _with_word("name", "strange_names"),
    _with_word("description", "strange_names"), _with("name", "word " * 40, "x" * 200),
    _with_word("gear", "strange_gear"),
)  # fmt: skip


# --- the diary -------------------------------------------------------------------------------


def _diary_entry(row: Mapping[str, Any], index: int, zone: ZoneInfo, until: datetime) -> Activity:
    rng = _chance(0, "diary", index)
    day = until.astimezone(zone).date() - timedelta(days=row["days"])
    start = datetime.combine(day, time.fromisoformat(row["at"]), zone).astimezone(UTC)
    season_c = _season_c(start)
    sport_type = row.get("off_season_sport") if season_c > COLD_SEASON_C else None
    moving_s = row["hours"] * 3600
    fields: Fields = {
        "sport_type": sport_type or row["sport"],
        "name": row["name"],
        "start": start,
        "timezone": zone.key,
        "moving_time_s": round(moving_s),
        "elapsed_time_s": round(moving_s + row.get("pause", 0) * 60),
        "elevation_gain_m": row.get("climb"),
        "gear": row.get("gear"),
        "trainer": row.get("trainer", False),
        "pool": row.get("pool"),
    }
    if "km" in row:
        fields["distance_m"] = row["km"] * 1000
    if "top" in row:
        fields["max_speed_mps"] = round(row["top"] / 3.6, 2)
    if "weather" in row:
        fields["weather"] = Weather(
            condition=row["weather"],
            temperature_c=round(row["celsius"] + season_c, 1),
            wind_speed_mps=round(row["wind"] / 3.6, 1),
        )
    if "shape" in row:
        fields |= _recorded(
            rng, fields["distance_m"], row.get("climb"), row["shape"], row["profile"]
        )
        fields["sources"] = {"distance_m": f"{ROUTE_POINTS} invented track points"}
    return Activity(
        id=ActivityId(f"demo-{start:%Y%m%d}-{index}"),
        source=Source(kind="invented", name=f"{fields['sport_type']} {start:%Y-%m-%d}"),
        **fields,
    )


# --- tables and chance -----------------------------------------------------------------------


def _table() -> dict[str, Any]:
    return table("invented.toml")


def _words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = _table()["words"]
    return words


def _likely(rng: Random, share: float) -> bool:
    return rng.random() < share


def _chance(*what: object) -> Random:
    """Chance that only these decide, the same on every machine."""
    return Random("/".join(map(str, what)))  # noqa: S311 (invents, guards nothing)
