import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100
)
settings.load_profile("default")

CORPUS = Path(
    os.environ.get(
        "STRIDETALE_CORPUS", Path(__file__).parents[2] / "shared" / "data" / "activity-files"
    )
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real recordings, where there is one."""
    if not CORPUS.is_dir():
        pytest.skip(f"no real recordings at {CORPUS}; set STRIDETALE_CORPUS to a folder of them")
    return CORPUS
