from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from fakes import Clock
from sandboxes import Sandbox, a_sandbox


@pytest.fixture
def clock() -> Clock:
    """A minute after the rate limits were reset."""
    return Clock(datetime(2026, 5, 5, 12, 1, tzinfo=UTC))


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with a_sandbox(now=clock) as sandbox:
        yield sandbox
