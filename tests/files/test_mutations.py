"""What is damaged is read or refused, and nothing else ever comes out."""

import os
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.mutations import mutated
from files.recordings import a_fit, a_gpx, a_record, a_row, a_session, a_table, a_tcx, a_way, a_zip
from stridetale.errors import FileRefused
from stridetale.files import read_activities

# Of what the whole recording costs to read: 1.4 times was the dearest of 140 damaged ones. No
# seconds, for a busy machine and the measuring of coverage make everything dearer.
DEAREST = 3
MOST_GROWTH_MB = 50
OF_OUR_OWN = 200
OF_THE_CORPUS = int(os.environ.get("STRIDETALE_MUTATIONS", "70"))

WAY = a_way(seconds=120, every=2)
SAMPLES = (
    a_gpx(WAY),
    a_tcx(WAY, WAY, totals={"TotalTimeSeconds": 60, "DistanceMeters": 180}),
    a_fit(*map(a_record, WAY), a_session(120, total_distance=360, max_speed=3)),
    a_zip(
        {
            "activities.csv": a_table(a_row(), a_row(Filename="activities/1.gpx")),
            "activities/1.gpx": a_gpx(WAY),
        }
    ),
    a_table(a_row()),
)


def read_or_refused(data: bytes) -> None:
    try:
        list(read_activities(data, name="mine"))
    except FileRefused as exc:
        said = exc.detail
    else:
        return
    assert said.startswith("mine ")
    assert said.endswith((".", "more)"))


def seconds_to_read(data: bytes) -> float:
    """What it costs this thread, and not how long others kept it waiting."""
    began = time.thread_time()
    read_or_refused(data)
    return time.thread_time() - began


@pytest.mark.parametrize("which", range(len(SAMPLES)))
def test_a_damaged_file_is_read_or_refused(which: int) -> None:
    for seed in range(OF_OUR_OWN):
        read_or_refused(mutated(SAMPLES[which], seed))


def test_a_damaged_table_is_read_or_refused() -> None:
    for seed in range(OF_OUR_OWN):
        table = mutated(a_table(a_row(), a_row(Filename="activities/1.gpx")), seed)
        read_or_refused(a_zip({"activities.csv": table, "activities/1.gpx": SAMPLES[0]}))


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x1f\x8b\x08", b"PK\x05\x06", b"<gpx>"]))
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    read_or_refused(head + data)


@pytest.mark.corpus
def test_damaged_real_recordings_cost_little_more_than_whole_ones_and_little_memory(
    corpus: Path,
) -> None:
    files = sorted(path for path in corpus.iterdir() if path.is_file())
    memory_mb = []
    for seed in range(OF_THE_CORPUS):
        whole = files[seed % len(files)].read_bytes()
        costs = seconds_to_read(whole)
        assert seconds_to_read(mutated(whole, seed)) < DEAREST * costs
        memory_mb.append(psutil.Process().memory_info().rss / 2**20)
    assert memory_mb[-1] - memory_mb[len(memory_mb) // 2] < MOST_GROWTH_MB
