"""Real recordings: what the points add up to, beside what the devices wrote."""

from pathlib import Path

import pytest

from stridetale.files import read_activities
from stridetale.files.climb import climb_of
from stridetale.files.limits import Reading
from stridetale.files.opening import chunks_of
from stridetale.files.recording import Recording
from stridetale.files.single import recordings_of
from stridetale.files.sums import sums_of
from stridetale.files.track import NAN
from stridetale.sports import sport_of

pytestmark = pytest.mark.corpus


def recordings(corpus: Path) -> dict[str, Recording]:
    found = {}
    for path in sorted(corpus.iterdir()):
        with path.open("rb") as stream:
            [found[path.name]], _ = recordings_of(chunks_of(stream), Reading(path.name))
    return found


def test_every_recording_is_read(corpus: Path) -> None:
    for path in corpus.iterdir():
        assert len(list(read_activities(path))) == 1


def test_totals_are_those_of_the_device(corpus: Path) -> None:
    for path in corpus.iterdir():
        [activity] = read_activities(path)
        with path.open("rb") as stream:
            [recording], _ = recordings_of(chunks_of(stream), Reading(path.name))
        for total in recording.totals.get("distance_m", []):
            assert activity.distance_m == pytest.approx(total.value, rel=0.02)
        for total in recording.totals.get("moving_time_s", []):
            assert activity.moving_time_s == pytest.approx(total.value, rel=0.02)
        for total in recording.totals.get("elevation_gain_m", []):
            most_m = max(15.0, total.value * 0.1)
            assert activity.elevation_gain_m == pytest.approx(total.value, abs=most_m)


def test_sums_of_positions_are_near_the_totals_of_the_device(corpus: Path) -> None:
    for name, recording in recordings(corpus).items():
        track = recording.track
        if next(track.positions(), None) is None:
            continue
        track.distance_m[:] = type(track.distance_m)("d", [NAN] * len(track))
        sums = sums_of(track, sport_of(recording.sport_type or ""))
        for total in recording.totals.get("distance_m", []):
            assert sums.distance_m == pytest.approx(total.value, rel=0.02), name
        for total in recording.totals.get("moving_time_s", [])[-1:]:
            assert sums.moving_time_s == pytest.approx(total.value, rel=0.04), name
        climb = climb_of(track.time_s, sums.along_m, track.altitude_m)
        for total in recording.totals.get("elevation_gain_m", []):
            most_m = max(15.0, total.value * 0.1)
            assert climb.elevation_gain_m == pytest.approx(total.value, abs=most_m), name
