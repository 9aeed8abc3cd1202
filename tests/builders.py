"""Builders: each shows only what matters to the test that calls it."""

from datetime import UTC, datetime
from typing import Any

from stridetale.activity import Activity, ActivityId, Source
from stridetale.draft import Draft
from stridetale.facts import Facts, facts_of
from stridetale.policy import DataPolicy, ForModels
from stridetale.saying import Style

MONDAY = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def an_activity(*, on: str = "Tuesday", at: str = "07:30", **fields: Any) -> Activity:  # noqa: ANN401 (any field)
    """A plausible ride on a given weekday and hour of May 2026, in UTC, with these fields."""
    hour, minute = map(int, at.split(":"))
    known: dict[str, Any] = {
        "id": ActivityId("1"),
        "sport_type": "Ride",
        "source": Source(kind="file", name="ride.gpx"),
        "start": MONDAY.replace(day=4 + DAYS.index(on), hour=hour, minute=minute),
        "timezone": "UTC",
        "distance_m": 42_345.0,
        "moving_time_s": 7_380.0,
        "elapsed_time_s": 8_000.0,
        "elevation_gain_m": 354.0,
        "max_speed_mps": 18.6,
    }
    return Activity(**(known | fields))


def facts_like(*, style: Style | None = None, **fields: Any) -> ForModels:  # noqa: ANN401 (any field)
    """The facts of `an_activity` with these fields."""
    return for_models(facts_of(an_activity(**fields), style))


def for_models(facts: Facts) -> ForModels:
    """Facts that the strictest policy shows a model: of a file of the athlete's own."""
    shown = DataPolicy("strict").for_models(facts)
    assert shown is not None
    return shown


def a_draft(body: str = "A quiet {sport}.", title: str = "A Quiet {sport}") -> Draft:
    """A draft of this body."""
    return Draft(title=title, body=body)
