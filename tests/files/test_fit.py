from dataclasses import replace

import pytest

from files.mutations import mend
from files.recordings import (
    CYCLING,
    OTHER_SPORT,
    PAUSE,
    RUNNING,
    SWIMMING,
    Message,
    a_fit,
    a_pause,
    a_record,
    a_session,
    a_way,
    fit_time,
)
from stridetale.activity import Activity
from stridetale.errors import FileDamaged, FileHasNoActivity
from stridetale.files import read_activities

RECORDS = tuple(map(a_record, a_way()))


def only(data: bytes) -> Activity:
    [activity] = read_activities(data, name="morning.fit")
    return activity


def an_hour(**fields: float) -> bytes:
    return a_fit(*RECORDS, a_session(**fields))


def test_totals_are_those_of_the_session() -> None:
    activity = only(
        an_hour(
            total_distance=1_795.5, total_timer_time=590, total_elapsed_time=610, total_ascent=12
        )
    )
    assert activity.distance_m == 1_795.5
    assert activity.moving_time_s == 590
    assert activity.elapsed_time_s == 610
    assert activity.elevation_gain_m == 12


def test_moving_time_of_the_device_is_trusted_more_than_its_timer() -> None:
    activity = only(an_hour(total_timer_time=600, total_moving_time=580))
    assert activity.sources["moving_time_s"] == "session.total_moving_time"


def test_without_a_session_the_records_are_added_up() -> None:
    assert only(a_fit(*RECORDS)).distance_m == pytest.approx(1_800)


def test_without_a_session_the_sport_is_that_of_the_sport_message() -> None:
    assert only(a_fit(("sport", {"sport": CYCLING, "sub_sport": 8}), *RECORDS)).sport_type == (
        "MountainBikeRide"
    )


@pytest.mark.parametrize(
    ("sport", "sub_sport", "sport_type"),
    [
        (RUNNING, 0, "Run"),
        (RUNNING, 3, "TrailRun"),
        (CYCLING, 46, "GravelRide"),
        (CYCLING, 58, "VirtualRide"),
        (CYCLING, 48, "Ride"),
        (SWIMMING, 18, "Swim"),
        (27, 0, "HorsebackRiding"),
        (4, 15, "Elliptical"),
        (0, 0, "Activity"),
        (OTHER_SPORT, 0, "Activity"),
    ],
)
def test_the_sport_is_said_in_the_words_of_strava(
    sport: int, sub_sport: int, sport_type: str
) -> None:
    assert only(an_hour(sport=sport, sub_sport=sub_sport)).sport_type == sport_type


def test_a_ride_recorded_by_zwift_is_virtual() -> None:
    data = a_fit(*RECORDS, a_session(sport=CYCLING), manufacturer=260)
    assert only(data).sport_type == "VirtualRide"


def test_the_places_of_a_virtual_ride_give_no_time_zone() -> None:
    assert only(an_hour(sport=CYCLING, sub_sport=58)).timezone is None


@pytest.mark.parametrize("sub_sport", [1, 45])
def test_a_run_on_the_spot_is_on_a_trainer(sub_sport: int) -> None:
    assert only(an_hour(sub_sport=sub_sport)).trainer


def test_lap_swimming_is_in_a_pool() -> None:
    assert only(an_hour(sport=SWIMMING, sub_sport=17)).pool


def test_open_water_is_no_pool() -> None:
    assert only(an_hour(sport=SWIMMING, sub_sport=18)).pool is False


def test_a_swim_that_says_neither_may_be_in_a_pool() -> None:
    data = a_fit(a_session(sport=SWIMMING, total_distance=1_500.0, total_timer_time=1_800.0))
    assert only(data).pool is None


def local(seconds: int) -> Message:
    return "activity", {"timestamp": fit_time(600), "local_timestamp": fit_time(600) + seconds}


def test_the_local_time_of_the_device_gives_the_offset() -> None:
    assert only(a_fit(*RECORDS, a_session(), local(7_203))).utc_offset_s == 7_200


def test_a_local_time_days_away_gives_none() -> None:
    assert only(a_fit(*RECORDS, a_session(), local(-900_000))).utc_offset_s is None


def test_each_session_of_a_triathlon_is_an_activity() -> None:
    legs = [
        a_session(200, sport=SWIMMING),
        a_session(190, after=205, sport=CYCLING),
        a_session(200, after=400, sport=RUNNING),
    ]
    assert [a.sport_type for a in read_activities(a_fit(*RECORDS, *legs))] == [
        "Swim",
        "Ride",
        "Run",
    ]


def test_a_leg_has_its_own_points() -> None:
    first, second = read_activities(a_fit(*RECORDS, a_session(200), a_session(395, after=205)))
    assert first.distance_m == pytest.approx(600)
    assert second.distance_m == pytest.approx(1_185)


def test_a_leg_without_its_times_has_no_points() -> None:
    nameless: Message = ("session", {"sport": RUNNING, "total_distance": 500})
    assert len(list(read_activities(a_fit(*RECORDS, a_session(200), nameless)))) == 1


def test_what_is_travelled_while_the_timer_is_stopped_does_not_count() -> None:
    way = [replace(point, distance=None) for point in a_way(seconds=300)]
    apart = [replace(p, second=p.second + 400, lat=(p.lat or 0) + 0.01) for p in way]
    data = a_fit(*map(a_record, way), a_pause(300), *map(a_record, apart))
    assert only(data).distance_m == pytest.approx(1_800, rel=0.01)


def test_a_message_that_says_nothing_to_us_is_passed_over() -> None:
    assert only(a_fit(("heart_rate", {"timestamp": 1}), *RECORDS)).distance_m


def test_chained_files_are_several_activities() -> None:
    assert len(list(read_activities(a_fit() + a_fit()))) == 2


def test_a_wrong_checksum_refuses_the_file() -> None:
    data = bytearray(a_fit())
    data[200] ^= 1
    with pytest.raises(FileDamaged, match=r"^morning\.fit has a wrong checksum"):
        only(bytes(data))


def test_a_file_cut_off_is_refused() -> None:
    with pytest.raises(FileDamaged, match="is cut off: its last 100 bytes are missing"):
        only(a_fit()[:-100])


def test_a_file_that_its_device_never_finished_is_refused() -> None:
    data = bytearray(a_fit())
    data[4:8] = bytes(4)
    with pytest.raises(FileDamaged, match="never finished"):
        only(bytes(data))


def test_a_whole_file_is_read_though_the_one_chained_to_it_is_damaged() -> None:
    assert len(list(read_activities(a_fit() + a_fit()[:-1]))) == 1


def test_a_right_checksum_over_nonsense_is_a_damaged_file() -> None:
    data = bytearray(a_fit()[:16] + b"\x05" * 200)
    mend(data)
    with pytest.raises(FileDamaged, match="is not FIT"):
        only(bytes(data))


def test_a_course_is_no_activity() -> None:
    with pytest.raises(FileHasNoActivity, match="FIT file of a course"):
        only(a_fit(*RECORDS, kind=6))


def test_a_file_without_records_is_no_activity() -> None:
    with pytest.raises(FileHasNoActivity, match="neither a session nor a record"):
        only(a_fit(("heart_rate", {"timestamp": 1})))


def test_a_clock_that_was_never_set_is_no_time() -> None:
    with pytest.raises(FileHasNoActivity):
        only(a_fit(("record", {"timestamp": 100}), ("record", {"timestamp": 200})))


def test_a_timer_that_starts_is_no_pause() -> None:
    started: Message = ("event", {"timestamp": fit_time(0), "event": 0, "event_type": 0})
    halves = (*RECORDS[:300], started, *RECORDS[300:])
    assert only(a_fit(*halves)).moving_time_s == 600


def test_of_chained_files_one_of_settings_is_passed_over() -> None:
    assert len(list(read_activities(a_fit(kind=2) + a_fit()))) == 1


def test_a_pause_before_the_first_record_is_none() -> None:
    assert PAUSE.lat is None
    assert only(a_fit(a_pause(0), *RECORDS)).distance_m == pytest.approx(1_800)
