from collections.abc import Iterator
from pathlib import Path

import pytest

from clubs import Club, a_club
from sandboxes import Sandbox, a_sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with a_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def club(sandbox: Sandbox, tmp_path: Path) -> Iterator[Club]:
    with a_club(sandbox, tmp_path) as club:
        yield club
