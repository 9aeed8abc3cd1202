"""The world of the sandbox: invented athletes, and their activities as Strava's JSON.

The oddities of real data are in it: missing fields, a `start_date_local` with a false Z, GPS
glitches in `max_speed`, unknown sport types, manual activities, names in other alphabets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from stridetale.activity import Activity
from stridetale.invented import demo_activities, invented_activities
from stridetale.strava.sandbox.terms import SandboxTerms

Json = dict[str, Any]

FIRST_ATHLETE = 1001
FIRST_ACTIVITY = 9_000_000_001
NEWEST_AGE = timedelta(hours=2)
"""How long ago an athlete's newest activity began, at the start of the sandbox."""
PRIVATE_SHARE, MANUAL_SHARE = 0.05, 0.04

FIRST_NAMES = (
    "Ada", "Bo", "Chiara", "Dédé", "Eero", "Fenja", "Gökçe", "Hana", "Inés", "Jørn",
    "Κλειώ", "Lüder", "Mårten", "Noor", "Оксана", "Pía", "Quirin", "Rūta", "Søren", "Ümit",
)  # fmt: skip
LAST_NAMES = ("Ambergate", "Birkenau-Test", "Coldwater", "Demirsample", "Északi", "Fjordholt")
NAMES = (
    "Morning {sport}", "Lunch {sport}", "Evening {sport}", "{sport}", "Easy does it",
    "Tempo & a bit more", "Straße, Hügel, Kaffee", "朝のひと回り", "Вечером у воды", "🚴💨 legs!",
    'with "quotes" and <b>tags</b>', "intervals 4×8", "recovery", "Über den Berg",
)  # fmt: skip


@dataclass(frozen=True)
class Athlete:
    """An invented athlete."""

    id: int
    first_name: str
    last_name: str

    def as_json(self, *, state: int = 2) -> Json:
        """As Strava shows an athlete; `state` 2 is a summary, 3 is in detail."""
        return {
            "id": self.id,
            "resource_state": state,
            "firstname": self.first_name,
            "lastname": self.last_name,
            "city": None,
            "state": None,
            "country": None,
            "sex": None,
            "premium": False,
            "summit": False,
            "created_at": "2019-05-01T10:00:00Z",
            "updated_at": "2026-01-01T10:00:00Z",
            "profile": "avatar/athlete/large.png",
            "profile_medium": "avatar/athlete/medium.png",
        }


class World:
    """Athletes, and their activities, which are invented when they are first asked for.

    Args:
        terms: seed, sizes and clock.
    """

    def __init__(self, terms: SandboxTerms) -> None:
        self._terms = terms
        self._began = terms.now()
        self._numbers = count(FIRST_ACTIVITY + terms.athletes * terms.activities)
        rng = Random(f"{terms.seed}/athletes")  # noqa: S311 (invented, not secret)
        self.athletes = {
            number: Athlete(number, FIRST_NAMES[index % len(FIRST_NAMES)], rng.choice(LAST_NAMES))
            for index, number in enumerate(range(FIRST_ATHLETE, FIRST_ATHLETE + terms.athletes))
        }
        self._activities: dict[int, dict[int, Json]] = {}

    def activities(self, athlete: int) -> list[Json]:
        """An athlete's activities, newest first, in detail."""
        found = self._of(athlete).values()
        return sorted(found, key=lambda one: (one["start_date"], one["id"]), reverse=True)

    def activity(self, number: int) -> Json | None:
        """An activity in detail."""
        owner = self._owner(number)
        return None if owner is None else self._of(owner).get(number)

    def create(self, athlete: int, fields: Mapping[str, Any]) -> Json:
        """A new activity, which has just ended; fields take the place of what is invented."""
        number = next(self._numbers)
        [invented] = invented_activities(1, seed=number, until=self._terms.now())
        started = self._terms.now() - timedelta(seconds=(invented.elapsed_time_s or 3600) + 60)
        rng = Random(f"{self._terms.seed}/{number}")  # noqa: S311 (as above)
        made = _as_json(invented, number, athlete, started, rng)
        made |= {"private": False, "visibility": "everyone"} | dict(fields)
        self._of(athlete)[number] = made
        return made

    def delete(self, number: int) -> None:
        """Delete an activity."""
        owner = self._owner(number)
        if owner is not None:
            self._of(owner).pop(number, None)

    def _owner(self, number: int) -> int | None:
        first = FIRST_ACTIVITY
        made = self._terms.athletes * self._terms.activities
        if first <= number < first + made:
            return FIRST_ATHLETE + (number - first) // self._terms.activities
        return next((who for who, theirs in self._activities.items() if number in theirs), None)

    def _of(self, athlete: int) -> dict[int, Json]:
        if athlete not in self._activities:
            self._activities[athlete] = self._invent(athlete)
        return self._activities[athlete]

    def _invent(self, athlete: int) -> dict[int, Json]:
        terms, index = self._terms, athlete - FIRST_ATHLETE
        seed = terms.seed * 100_000 + index
        diary = demo_activities(until=self._began - index * timedelta(minutes=7))
        older = invented_activities(
            max(0, terms.activities - len(diary)), seed=seed, until=diary[-1].start
        )
        invented = sorted([*older, *diary[: terms.activities]], key=lambda one: one.start)
        shift = self._began - NEWEST_AGE - invented[-1].start
        first = FIRST_ACTIVITY + index * terms.activities
        rng = Random(f"{seed}/activities")  # noqa: S311 (as above)
        return {
            number: _as_json(one, number, athlete, one.start + shift, rng)
            for number, one in enumerate(invented, start=first)
        }


def summary(activity: Json) -> Json:
    """What a list shows of an activity."""
    left_out = {"description", "gear", "calories", "device_name", "embed_token"}
    route = activity["map"]
    return {
        **{name: value for name, value in activity.items() if name not in left_out},
        "resource_state": 2,
        "map": None if route is None else {**route, "polyline": None, "resource_state": 2},
    }


def _as_json(activity: Activity, number: int, athlete: int, start: datetime, rng: Random) -> Json:
    """An invented activity in detail, as Strava shows it to its owner."""
    start = start.replace(microsecond=0)
    offset = _offset_s(activity, start)
    sport = activity.sport_type
    route = activity.polyline
    private = rng.random() < PRIVATE_SHARE
    name = activity.name or rng.choice(NAMES).format(sport=sport)
    found: Json = {
        "id": number,
        "resource_state": 3,
        "external_id": None,
        "upload_id": None,
        "athlete": {"id": athlete, "resource_state": 1},
        "name": name,
        "description": activity.description,
        "type": sport,
        "sport_type": sport,
        "start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        # the clock at the place, with a Z that is not true: so Strava sends it
        "start_date_local": f"{start + timedelta(seconds=offset):%Y-%m-%dT%H:%M:%SZ}",
        "timezone": _zone(activity, offset),
        "utc_offset": float(offset),
        "distance": round(activity.distance_m or 0.0, 1),
        "moving_time": round(activity.moving_time_s or 0),
        "elapsed_time": round(activity.elapsed_time_s or activity.moving_time_s or 0),
        "total_elevation_gain": round(activity.elevation_gain_m or 0.0, 1),
        "average_speed": _speed(activity),
        "max_speed": round(activity.max_speed_mps or 0.0, 2),
        "trainer": activity.trainer,
        "commute": False,
        "manual": route is None and rng.random() < MANUAL_SHARE,
        "private": private,
        "visibility": "only_me" if private else "everyone",
        "flagged": False,
        "gear_id": None if activity.gear is None else f"b{athlete}",
        "gear": None,
        "start_latlng": None,
        "end_latlng": None,
        "map": {
            "id": f"a{number}",
            "polyline": route or "",
            "summary_polyline": route or "",
            "resource_state": 3,
        },
        "device_name": "Sandbox One",
        "calories": 0.0,
        "kudos_count": 0,
        "comment_count": 0,
        "athlete_count": 1,
        "photo_count": 0,
        "has_kudoed": False,
        "embed_token": None,
    }
    if activity.gear is not None:
        found["gear"] = {
            "id": f"b{athlete}", "resource_state": 2, "primary": True, "name": activity.gear,
            "distance": 0.0,
        }  # fmt: skip
    return found


def _speed(activity: Activity) -> float:
    if not activity.distance_m or not activity.moving_time_s:
        return 0.0
    return round(activity.distance_m / activity.moving_time_s, 3)


def _offset_s(activity: Activity, start: datetime) -> int:
    """Seconds east of UTC at that start; 0 where nobody knows the zone."""
    local = activity.model_copy(update={"start": start}).start_local
    offset = None if local is None else local.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _zone(activity: Activity, offset_s: int) -> str:
    """The zone in Strava's words: "(GMT+01:00) Europe/Paris"."""
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    name = activity.timezone if activity.start_local is not None else None
    return f"(GMT{sign}{minutes // 60:02}:{minutes % 60:02}) {name or 'GMT'}"
