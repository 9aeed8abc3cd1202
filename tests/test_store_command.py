"""`stridetale store copy` and the setting of the store, as an operator meets them."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from contracts.store_contract import a_ride, keep
from files.recordings import a_gpx
from stridetale.services import open_store

Run = Callable[..., subprocess.CompletedProcess[str]]
MANY = 1_500
NOWHERE = "mongodb://anna:hunter2@127.0.0.1:1/"


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """That of the machine, without its settings of Stridetale."""
    kept = {name: value for name, value in os.environ.items() if "STRIDETALE_" not in name}
    own = {"DATA_DIR": str(folder / "data"), "WRITER": "composer", **settings}
    return kept | {f"STRIDETALE_{name}": value for name, value in own.items()}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command in an empty folder, with settings."""

    def running(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "stridetale", *arguments],
            cwd=tmp_path, env=environment(tmp_path, **settings), capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip

    return running


@pytest.fixture
def recording(tmp_path: Path) -> str:
    path = tmp_path / "morning.gpx"
    path.write_bytes(a_gpx())
    return str(path)


def filled(url: SecretStr, count: int) -> None:
    """Keep so many activities."""

    async def filling() -> None:
        store = await open_store(url)
        await asyncio.gather(*(keep(store, a_ride(f"{n:05}")) for n in range(count)))
        await store.close()

    asyncio.run(filling())


def counted(url: SecretStr) -> int:
    """How many activities there are."""

    async def counting() -> int:
        store = await open_store(url)
        try:
            return await store.count()
        finally:
            await store.close()

    return asyncio.run(counting())


# --- copying ---


def test_the_help_has_an_example(run: Run) -> None:
    assert "Example: stridetale store copy --from" in run("store", "copy", "--help").stdout


def test_a_library_moves_to_another_file(run: Run, recording: str, tmp_path: Path) -> None:
    run("import", recording)
    ended = run("store", "copy", "--to", f"sqlite://{tmp_path / 'other.db'}")
    assert ended.returncode == 0
    assert "compared, document by document: 1 activity with 0 stories" in ended.stdout
    listed = run("list", STORE=f"sqlite://{tmp_path / 'other.db'}").stdout
    assert listed == run("list").stdout


def test_a_library_moves_to_mongo_and_back(
    run: Run, recording: str, mongo_url: SecretStr, tmp_path: Path
) -> None:
    run("import", recording)
    mongo, back = mongo_url.get_secret_value(), f"sqlite://{tmp_path / 'back.db'}"
    there = run("store", "copy", "--to", mongo, "--json")
    assert json.loads(there.stdout) == {
        "activities": 1,
        "stories": 0,
        "records": 0,
        "written": 1,
        "others": 0,
    }
    assert run("store", "copy", "--to", back, STORE=mongo).returncode == 0
    assert run("list", "--json", STORE=back).stdout == run("list", "--json").stdout != ""


def test_a_copy_that_was_killed_can_be_made_again(
    run: Run, mongo_url: SecretStr, tmp_path: Path
) -> None:
    source = SecretStr(f"sqlite://{tmp_path / 'many.db'}")
    filled(source, MANY)
    command = [sys.executable, "-m", "stridetale", "store", "copy", "--from"]
    command += [source.get_secret_value(), "--to", mongo_url.get_secret_value()]
    with subprocess.Popen(command, env=environment(tmp_path), cwd=tmp_path) as copying:
        while not (there := counted(mongo_url)):
            assert copying.poll() is None
            time.sleep(0.02)
        copying.kill()
    assert there < MANY
    ended = run(*command[3:], "--json")
    result = json.loads(ended.stdout)
    assert (result["activities"], result["others"]) == (MANY, 0)
    assert 0 < result["written"] <= MANY - there
    assert counted(mongo_url) == MANY


def test_a_store_that_is_not_there_is_not_made_to_be_copied(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    ended = run("store", "copy", "--from", f"sqlite://{missing}")
    assert (ended.returncode, missing.exists()) == (1, False)
    assert "There is no library at the address that should be copied." in ended.stderr


def test_a_database_of_mongo_that_is_not_there_is_not_made_to_be_copied(
    run: Run, mongo_url: SecretStr
) -> None:
    assert run("store", "copy", "--from", mongo_url.get_secret_value()).returncode == 1
    assert run("store", "copy", "--from", mongo_url.get_secret_value()).returncode == 1


def test_a_store_is_not_copied_into_itself(run: Run, recording: str, tmp_path: Path) -> None:
    run("import", recording)
    ended = run("store", "copy", "--to", f"sqlite://{tmp_path / 'data' / 'stridetale.db'}")
    assert (ended.returncode, "into itself" in ended.stderr) == (1, True)


def test_a_copy_needs_an_address(run: Run) -> None:
    ended = run("store", "copy")
    assert (ended.returncode, "--from" in ended.stderr) == (2, True)


@pytest.mark.parametrize("address", ["postgres://anna:hunter2@host/", "sqlite:", "hunter2"])
def test_an_address_of_another_kind_is_wrong_usage(run: Run, address: str) -> None:
    ended = run("store", "copy", "--from", address)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "hunter2" not in ended.stderr


# --- the setting ---


def test_a_library_may_be_in_mongo(run: Run, recording: str, mongo_url: SecretStr) -> None:
    store = mongo_url.get_secret_value()
    assert run("import", recording, STORE=store).returncode == 0
    assert counted(mongo_url) == 1
    assert run("list", "--json").stdout == ""


def test_a_folder_on_the_command_line_beats_the_setting(
    run: Run, recording: str, tmp_path: Path
) -> None:
    ended = run("import", recording, "--data", str(tmp_path / "mine"), STORE=NOWHERE)
    assert (ended.returncode, (tmp_path / "mine" / "stridetale.db").exists()) == (0, True)


def test_the_doctor_says_that_mongo_answers(run: Run, recording: str, mongo_url: SecretStr) -> None:
    run("import", recording, STORE=mongo_url.get_secret_value())
    ended = run("doctor", "--json", STORE=mongo_url.get_secret_value())
    found = {row["what"]: row for row in map(json.loads, ended.stdout.splitlines())}["store"]
    assert found["state"] == "good"
    assert "of MongoDB at 127.0.0.1:" in found["found"]
    assert found["found"].endswith(" answers")


def test_the_doctor_makes_nothing_in_mongo(run: Run, mongo_url: SecretStr) -> None:
    for _ in range(2):
        ended = run("doctor", STORE=mongo_url.get_secret_value())
        assert "will be made when it is first needed" in ended.stdout


def test_a_mongo_that_does_not_answer_is_told_of_without_its_secret(run: Run) -> None:
    ended = run("doctor", STORE=NOWHERE)
    assert ended.returncode == 1
    assert "stridetale of MongoDB at 127.0.0.1:1 does not answer" in ended.stdout
    assert "hunter2" not in ended.stdout + ended.stderr
