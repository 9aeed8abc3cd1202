import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from sites import site_settings
from stridetale.errors import SettingsInvalid
from stridetale.services import (
    LoggingWatcher,
    file_of,
    open_existing_store,
    open_store,
    open_writer,
)
from stridetale.writers.embedded import EmbeddedWriter
from stridetale.writers.weights import shipped_adapter

MINE = Path("/nowhere/mine.gguf")


async def embedded(**chosen: Any) -> EmbeddedWriter:  # noqa: ANN401 (any setting)
    async with open_writer(site_settings(writer="embedded", **chosen)) as writer:
        assert isinstance(writer, EmbeddedWriter)
        return writer


@pytest.mark.parametrize(
    ("chosen", "adapter"),
    [
        ({}, shipped_adapter()),
        ({"lora": MINE}, MINE),
        ({"model": MINE}, None),
        ({"model": MINE, "lora": MINE}, MINE),
    ],
)
async def test_the_adapter_of_the_user_goes_before_the_shipped_one(
    chosen: dict[str, Path], adapter: Path | None
) -> None:
    assert (await embedded(**chosen))._lora == adapter


async def test_merged_weights_are_kept_in_the_cache_folder() -> None:
    merging = (await embedded(cache_dir=Path("/nowhere/cache")))._merging
    assert merging is not None
    assert merging.folder == Path("/nowhere/cache")


def test_the_log_has_the_beginning_and_the_end_of_the_preparing() -> None:
    watcher = LoggingWatcher()
    with capture_logs() as logged:
        for done in (0, 0, 50, 100):
            watcher.preparing(done, 100)
    assert [entry["event"] for entry in logged] == ["model.preparing", "model.prepared"]


def test_the_log_has_why_the_model_is_not_prepared() -> None:
    with capture_logs() as logged:
        LoggingWatcher().unprepared("The disk is full.")
    assert logged == [
        {"event": "model.unprepared", "detail": "The disk is full.", "log_level": "warning"}
    ]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("sqlite:///srv/stories.db", Path("/srv/stories.db")),
        ("sqlite:stories.db", Path("stories.db")),
        ("sqlite:~/stories.db", Path.home() / "stories.db"),
        ("mongodb://host/stories", None),
        ("mongodb+srv://host/stories", None),
    ],
)
def test_an_address_names_a_file_or_a_server(address: str, path: Path | None) -> None:
    assert file_of(SecretStr(address)) == path


async def test_a_mongo_without_its_driver_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymongo", None)
    for opening in (open_store, open_existing_store):
        with pytest.raises(SettingsInvalid, match=r"pip install 'stridetale\[mongo\]'"):
            await opening(SecretStr("mongodb://host/"))


def test_who_has_no_mongo_loads_no_driver(tmp_path: Path) -> None:
    code = (
        "import sys, stridetale.cli as c\ntry: c.main()\nfinally: print('pymongo' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "list", "--data", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "False"
