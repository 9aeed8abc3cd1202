"""An activity: what one recording of a ride, a run or a swim says.

Values are in SI units, with the unit in the name. Whatever the recording does not say is None;
nothing here is guessed. Words are Strava's (`sport_type`, `moving_time`, `max_speed`, `trainer`,
`gear`), see https://developers.strava.com/docs/reference/#api-models-DetailedActivity.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Annotated, Literal, NewType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from stridetale.sports import Sport, sport_of

ActivityId = NewType("ActivityId", str)
"""Letters, digits and dashes, at most 40. Strava's own number where there is one."""

SourceKind = Literal["file", "export", "strava", "invented"]

NAME_LENGTH = 200
DESCRIPTION_LENGTH = 4000


class Frozen(BaseModel):
    """A value: never changed, made anew with `model_copy(update=…)`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(Frozen):
    """Where an activity came from."""

    kind: SourceKind
    name: Annotated[str, StringConstraints(max_length=255)]
    """The file's name without folders (or the member's name in an archive)."""


class Weather(Frozen):
    """What the weather was at the start; each part only where it is known."""

    condition: Annotated[str, StringConstraints(max_length=60)] | None = None
    """In words, as the source has it: "Clear", "Light Rain", "Mostly Cloudy"."""
    temperature_c: float | None = None
    wind_speed_mps: float | None = None


class Activity(Frozen):
    """One recorded activity of one athlete."""

    id: ActivityId = Field(pattern=r"^[A-Za-z0-9-]{1,40}$")
    sport_type: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    """Strava's word for the sport ("GravelRide"), or any other: unknown ones keep their name."""
    source: Source
    sources: Mapping[str, str] = {}
    """For a field of this class, where its value was read: "session.total_distance",
    "1,203 track points, smoothed". The receipts show it."""

    name: Annotated[str, StringConstraints(max_length=NAME_LENGTH)] | None = None
    """The athlete's own words: untrusted text."""
    description: Annotated[str, StringConstraints(max_length=DESCRIPTION_LENGTH)] | None = None
    """The athlete's own words: untrusted text."""

    start: AwareDatetime
    """The moment of the start, in UTC."""
    timezone: str | None = None
    """IANA name of the zone at the start ("Europe/Paris"), where it is known."""
    utc_offset_s: int | None = None
    """Seconds east of UTC at the start, where only that is known."""

    distance_m: float | None = None
    moving_time_s: float | None = None
    elapsed_time_s: float | None = None
    elevation_gain_m: float | None = None
    max_speed_mps: float | None = None
    average_speed_mps: float | None = None
    """As the device says it. Facts take distance over moving time, so that the three agree, and
    this where one of the two is not known."""

    trainer: bool = False
    """Recorded indoors, on a machine."""
    pool: bool | None = None
    """Swum in a pool; False where it is known not to be, None where nobody knows."""
    gear: Annotated[str, StringConstraints(max_length=100)] | None = None
    """The name of the bike or the shoes: untrusted text."""
    weather: Weather | None = None

    polyline: str | None = None
    """The route, encoded with precision 5:
    https://developers.google.com/maps/documentation/utilities/polylinealgorithm."""
    elevation_profile_m: tuple[float, ...] | None = None
    """At most 200 altitudes at equal distances along the route, smoothed."""

    @property
    def sport(self) -> Sport:
        """The sport, also for a sport type that nobody has heard of."""
        return sport_of(self.sport_type)

    @property
    def start_local(self) -> datetime | None:
        """The start as a clock at the place showed it; None where the zone is not known."""
        return self._local(timedelta(0))

    def local_after(self, seconds: float) -> datetime | None:
        """What that clock showed so many seconds later, also where it was changed in between."""
        return self._local(timedelta(seconds=seconds))

    def _local(self, later: timedelta) -> datetime | None:
        zone = self._zone
        try:
            return None if zone is None else (self.start + later).astimezone(zone)
        except OverflowError:  # at an end of the calendar
            return None

    @property
    def _zone(self) -> tzinfo | None:
        if self.timezone is not None:
            try:
                return ZoneInfo(self.timezone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                pass  # a zone this machine has no data for: the offset may still be known
        if self.utc_offset_s is not None and abs(self.utc_offset_s) < 86_400:  # noqa: PLR2004 (a day)
            return timezone(timedelta(seconds=self.utc_offset_s))
        return None
