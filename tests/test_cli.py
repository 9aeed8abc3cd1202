"""The command line, run in the process through its own entry."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.models import TyperInfo

from files.recordings import a_fit, a_gpx, a_session
from stridetale.cli import app, main
from stridetale.settings import PREFIX, Settings
from writers.tiny import write_adapter_of_smollm2

COMMANDS = ("write", "import", "list", "serve", "demo", "sandbox", "doctor", "eval")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int | str | None
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in an empty folder, with a library of its own and no model."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("STRIDETALE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STRIDETALE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("STRIDETALE_WRITER", "composer")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["stridetale", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(ended.value.code or 0, printed.out, printed.err)

    return run_command


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "morning.gpx"
    path.write_bytes(a_gpx())
    return path


# --- help ------------------------------------------------------------------------------------


def test_every_command_is_known_to_these_tests() -> None:
    assert len(app.registered_commands) == len(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str, run: Run) -> None:
    assert f"Example: stridetale {command}" in run(command, "--help").out


@pytest.mark.parametrize("group", app.registered_groups, ids=lambda group: group.name)
def test_the_help_of_every_command_of_a_group_has_an_example(group: TyperInfo, run: Run) -> None:
    assert group.typer_instance is not None
    for command in group.typer_instance.registered_commands:
        assert command.callback is not None
        usage = f"stridetale {group.name} {command.name or command.callback.__name__}"
        assert f"Example: {usage}" in run(*usage.split()[1:], "--help").out


def test_without_a_command_there_is_help(run: Run) -> None:
    assert "doctor" in run().out


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out.startswith("stridetale 0.")


def test_a_command_that_is_not_there_is_wrong_usage(run: Run) -> None:
    assert run("sing").code == 2


def test_a_setting_that_cannot_be_used_is_wrong_usage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDETALE_PORT", "many")
    ended = run("list")
    assert (ended.code, ended.err.count("\n")) == (2, 1)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from stridetale import cli; "
        "heavy = {'fastapi', 'pydantic', 'openai', 'xllamacpp', 'babel', 'uvicorn'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# --- write -----------------------------------------------------------------------------------


def test_a_written_story_shows_who_wrote_it(run: Run, recording: Path) -> None:
    assert "Written by the composer" in run("write", str(recording)).out


def test_a_written_story_shows_where_its_numbers_are_from(run: Run, recording: Path) -> None:
    assert "morning.gpx: sum of 601 track points" in run("write", str(recording)).out


def test_a_written_story_is_not_kept(run: Run, recording: Path) -> None:
    run("write", str(recording))
    assert "No activities yet" in run("list").out


def test_a_story_as_json_has_the_documented_form(run: Run, recording: Path) -> None:
    story = json.loads(run("write", str(recording), "--json").out)["story"]
    assert {
        "title", "body", "text", "words", "author", "receipts", "drafts", "seconds"
    } <= story.keys()  # fmt: skip


def test_a_receipt_as_json_has_the_documented_form(run: Run, recording: Path) -> None:
    story = json.loads(run("write", str(recording), "--json").out)["story"]
    assert story["receipts"][0].keys() == {"slot", "said", "value", "unit", "source"}


def test_the_same_seed_writes_the_same_story(run: Run, recording: Path) -> None:
    first, second = (run("write", str(recording), "--seed", "7").out for _ in range(2))
    assert first == second


def test_a_story_is_written_in_miles(run: Run, recording: Path) -> None:
    story = run("write", str(recording), "--units", "imperial", "--json").out
    assert json.loads(story)["story"]["units"] == "imperial"


def test_several_recordings_are_a_line_of_json_each(run: Run, recording: Path) -> None:
    assert len(run("write", str(recording), str(recording), "--json").out.splitlines()) == 2


def test_a_recording_that_cannot_be_read_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.gpx").write_bytes(b"")
    ended = run("write", "empty.gpx")
    assert (ended.code, ended.out, ended.err.startswith("empty.gpx ")) == (1, "", True)


def test_the_others_are_written_though_one_cannot_be_read(run: Run, recording: Path) -> None:
    ended = run("write", "missing.gpx", str(recording))
    assert (ended.code, "Written by" in ended.out) == (1, True)


def test_a_value_that_cannot_be_true_is_said_to_be_left_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fast.fit").write_bytes(a_fit(a_session(total_timer_time=600, max_speed=28.6)))
    assert "Left out: the max speed of 103 km/h" in run("write", "fast.fit").out


# --- import and list -------------------------------------------------------------------------


def test_an_imported_recording_is_listed(run: Run, recording: Path) -> None:
    run("import", str(recording))
    assert "Morning" not in (listed := run("list").out) and "run" in listed  # noqa: PT018 (one row)


def test_a_recording_that_is_imported_twice_is_there_once(run: Run, recording: Path) -> None:
    run("import", str(recording))
    assert "0 new activities, 1 known already" in run("import", str(recording)).out


def test_a_folder_is_imported_with_all_below_it(run: Run, recording: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rides" / "deep"
    folder.mkdir(parents=True)
    recording.rename(folder / "one.gpx")
    assert "1 new activity" in run("import", str(tmp_path / "rides")).out


def test_an_archive_is_imported_though_a_file_of_it_cannot_be_read(
    run: Run, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("one.gpx", a_gpx())
        archive.writestr("two.gpx", b"")
    ended = run("import", "all.zip")
    assert (ended.code, "1 new activity" in ended.out, "two.gpx" in ended.err) == (0, True, True)


def test_what_was_imported_is_a_line_of_json_each(run: Run, recording: Path) -> None:
    assert json.loads(run("import", str(recording), "--json").out)["new"] is True


def test_a_file_that_is_not_there_is_one_sentence(run: Run) -> None:
    ended = run("import", "missing.gpx")
    assert (ended.code, ended.err.splitlines()[-1].startswith("stridetale: missing.gpx ")) == (
        1,
        True,
    )


def test_nothing_imported_is_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.gpx").write_bytes(b"")
    assert run("import", "empty.gpx").code == 1


def test_a_list_as_json_is_a_line_each(run: Run, recording: Path) -> None:
    run("import", str(recording))
    entry = json.loads(run("list", "--json").out)
    assert (entry["activity"]["source"]["name"], entry["story"]) == ("morning.gpx", None)


def test_a_list_says_how_to_go_on(run: Run, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.gpx").write_bytes(a_gpx(name=f"Run {number}"))
    run("import", "0.gpx", "1.gpx")
    more = run("list", "--limit", "1").err.strip().removeprefix("More: stridetale ")
    assert "run" in run(*more.split()).out


def test_a_cursor_of_somebody_else_is_one_sentence(run: Run) -> None:
    ended = run("list", "--before", "nonsense")
    assert (ended.code, ended.err.count("\n")) == (1, 1)


# --- doctor, serve ---------------------------------------------------------------------------


def test_the_doctor_finds_nothing_wrong_with_the_composer(run: Run) -> None:
    ended = run("doctor")
    assert (ended.code, "✗" in ended.out) == (0, False)


def test_the_doctor_says_how_to_mend_what_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIDETALE_WRITER", "embedded")
    monkeypatch.setenv("STRIDETALE_MODEL", str(tmp_path / "missing.gguf"))
    ended = run("doctor")
    assert (ended.code, "pip install" in ended.out) == (1, True)


def test_the_doctor_says_that_the_store_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "stridetale.db").write_bytes(b"no database, for a hundred bytes" * 40)
    ended = run("doctor", "--json")
    states = {row["what"]: row["state"] for row in map(json.loads, ended.out.splitlines())}
    assert (ended.code, states["store"]) == (1, "broken")


def test_the_doctor_wants_an_address_for_the_remote_writer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDETALE_WRITER", "remote")
    assert "STRIDETALE_REMOTE_URL" in run("doctor").out


def test_a_port_that_is_taken_is_one_sentence(run: Run) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = run("serve", "--port", str(other.getsockname()[1]))
    assert (ended.code, "choose another with --port" in ended.err) == (1, True)


@pytest.mark.model
def test_the_embedded_writer_or_the_composer_writes_within_its_budget(
    run: Run, recording: Path
) -> None:
    story = json.loads(run("write", str(recording), "--writer", "embedded", "--json").out)["story"]
    assert 40 <= story["words"] <= 60


@pytest.mark.model
def test_the_doctor_says_which_weights_write(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIDETALE_LORA", str(write_adapter_of_smollm2(tmp_path / "mine.gguf")))
    monkeypatch.setenv("STRIDETALE_WRITER", "embedded")
    ended = run("doctor", "--json")
    assert ended.code == 0
    assert f"with STRIDETALE_LORA, merged in {tmp_path / 'cache'}" in ended.out


@pytest.mark.model
def test_the_doctor_says_why_the_weights_are_not_merged(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_bytes(b"")
    monkeypatch.setenv("STRIDETALE_LORA", str(write_adapter_of_smollm2(tmp_path / "mine.gguf")))
    monkeypatch.setenv("STRIDETALE_WRITER", "embedded")
    ended = run("doctor", "--json")
    assert ended.code == 0
    assert f"cannot be kept in {tmp_path / 'cache'}" in ended.out


@pytest.mark.model
def test_json_is_all_that_is_printed_where_the_weights_cannot_be_merged(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recording: Path
) -> None:
    (tmp_path / "cache").write_bytes(b"")
    monkeypatch.setenv("STRIDETALE_LORA", str(write_adapter_of_smollm2(tmp_path / "mine.gguf")))
    ended = run("write", str(recording), "--writer", "embedded", "--json")
    assert json.loads(ended.out)["story"]["title"]
    assert "cannot be kept" in ended.err
