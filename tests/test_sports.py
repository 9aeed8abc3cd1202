import re

import pytest

from stridetale.sports import known_sport_types, sport_of

# https://developers.strava.com/docs/reference/#api-models-SportType, autumn 2026
STRAVA = re.findall(
    r"\w+",
    """
AlpineSki BackcountrySki Badminton Basketball Canoeing Cricket Crossfit Dance EBikeRide Elliptical
EMountainBikeRide Golf GravelRide Handcycle HighIntensityIntervalTraining Hike IceSkate InlineSkate
Kayaking Kitesurf MountainBikeRide NordicSki Padel PhysicalTherapy Pickleball Pilates Racquetball
Ride RockClimbing RollerSki Rowing Run Sail Skateboard Snowboard Snowshoe Soccer Squash StairStepper
StandUpPaddling Surfing Swim TableTennis Tennis TrailRun Velomobile VirtualRide VirtualRow
VirtualRun Volleyball Walk WeightTraining Wheelchair Windsurf Workout Yoga
""",
)


def test_every_sport_type_of_strava_is_known() -> None:
    assert sorted(known_sport_types()) == sorted(STRAVA)


@pytest.mark.parametrize("name", ["GravelRide", "gravelride", "gravel ride", "gravel_ride"])
def test_a_sport_is_known_however_it_is_written(name: str) -> None:
    assert sport_of(name).sport_type == "GravelRide"


@pytest.mark.parametrize("name", ["Quidditch", "Лыжи", "Ärun", "Run 2", "", "_"])
def test_a_sport_that_nobody_has_heard_of_keeps_its_name(name: str) -> None:
    assert (sport_of(name).sport_type, sport_of(name).known) == (name, False)


def test_a_sport_that_nobody_has_heard_of_is_called_an_activity() -> None:
    assert sport_of("Quidditch").noun("en") == "activity"


def test_a_sport_that_nobody_has_heard_of_may_travel_and_climb() -> None:
    quidditch = sport_of("Quidditch")
    assert (quidditch.travels, quidditch.climbs, quidditch.effort) == (True, True, "none")


def test_a_sport_has_its_noun() -> None:
    assert sport_of("EBikeRide").noun("en") == "e-bike ride"


def test_a_top_speed_is_in_metres_per_second() -> None:
    assert sport_of("Run").fastest_mps == pytest.approx(10)


@pytest.mark.parametrize("name", STRAVA)
def test_a_sport_that_travels_has_a_top_speed(name: str) -> None:
    sport = sport_of(name)
    assert not sport.travels or sport.fastest_mps is not None


@pytest.mark.parametrize("name", STRAVA)
def test_a_sport_that_goes_nowhere_has_no_average_and_no_climb(name: str) -> None:
    sport = sport_of(name)
    assert sport.travels or (sport.effort == "none" and not sport.climbs)
