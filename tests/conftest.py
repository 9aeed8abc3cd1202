import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from pydantic import SecretStr

import watch
from fakes import Clock

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from mongods import Deployment

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100
)
settings.load_profile("default")


def pytest_configure(config: pytest.Config) -> None:
    """Watch every test for secrets that it writes."""
    watch.start()
    config.pluginmanager.register(watch)


NOBODY = 65_534
"""The user id of one who owns nothing."""

CORPUS = Path(
    os.environ.get(
        "STRIDETALE_CORPUS", Path(__file__).parents[2] / "shared" / "data" / "activity-files"
    )
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real recordings, where there is one."""
    if not CORPUS.is_dir():
        pytest.skip(f"no real recordings at {CORPUS}; set STRIDETALE_CORPUS to a folder of them")
    return CORPUS


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of a user who may not do everything, as whom the test goes on."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            os.seteuid(os.getuid())
            Path(folder).chmod(0o700)


@pytest.fixture(scope="session")
def mongo() -> "Iterator[Deployment]":
    """A replica set of one, where a mongod can run; else the test is skipped, and says why."""
    from mongods import replica_set

    with replica_set(1) as deployment:
        yield deployment


@pytest.fixture
def mongo_url(mongo: "Deployment") -> Iterator[SecretStr]:
    """The address of an empty database."""
    name = f"test-{uuid4().hex}"
    yield mongo.url(name)
    with mongo.client() as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, where there is one; else the test is skipped, and says why."""
    from playwright.sync_api import sync_playwright

    from browsing import ARGS, CHROMIUM

    if CHROMIUM is None:
        pytest.skip("no Chromium here: `apt-get install chromium` brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()
