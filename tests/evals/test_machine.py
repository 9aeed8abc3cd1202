import mmap
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import stridetale
from stridetale.evals.machine import forget_peak, peak_mb, this_machine


@contextmanager
def holding(size: int) -> Iterator[None]:
    """New memory of the system: the heap may hand out what an earlier test gave back."""
    with mmap.mmap(-1, size) as held:
        for page in range(0, size, mmap.PAGESIZE):
            held[page] = 1
        yield


def test_the_machine_says_which_version_was_measured() -> None:
    assert this_machine().stridetale == stridetale.__version__


def test_the_machine_has_cores() -> None:
    assert this_machine().cores >= 1


def test_the_peak_grows_with_what_is_held() -> None:
    forget_peak()
    before = peak_mb()
    with holding(60_000_000):
        assert peak_mb() > before + 40


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can forget a peak")
def test_a_forgotten_peak_counts_no_more() -> None:
    with holding(60_000_000):
        high = peak_mb()
    forget_peak()
    assert peak_mb() < high - 40
