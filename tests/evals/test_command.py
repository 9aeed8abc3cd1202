import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.stories import case_of, good, run_of
from stridetale.cli import app
from stridetale.errors import FileMissing, SettingsInvalid
from stridetale.evals.command import print_untrue, read_training
from stridetale.evals.opening import NAMES, label, settings_for
from stridetale.evals.reader import Finding
from stridetale.settings import load_settings

STORY = {"title": "The Cat", "body": "The cat sat on the mat."}


def run(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["eval", *args])
    assert result.exit_code == code, result.output
    return result


def composed(*args: str) -> Result:
    return run("--writer", "composer", "--cases", "5", *args)


@pytest.fixture
def training(tmp_path: Path) -> Path:
    folder = tmp_path / "training"
    folder.mkdir()
    (folder / "one.jsonl").write_text(json.dumps(STORY) + "\n\n", encoding="utf-8")
    return folder


def test_the_command_prints_json_in_one_line() -> None:
    [line] = composed("--json").stdout.splitlines()
    [report] = json.loads(line)["reports"]
    assert (report["stories"], report["passed"]) == (5, True)


def test_the_command_shows_a_table() -> None:
    assert "distinct titles" in composed().stdout


def test_the_command_writes_table_json_and_plot(tmp_path: Path) -> None:
    composed("--out", str(tmp_path / "new"))
    names = sorted(file.name for file in (tmp_path / "new").iterdir())
    assert names == ["composer.json", "composer.md", "composer.svg"]


async def test_an_untrue_story_is_printed_with_what_was_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lie = Finding("day", "Sunday", "it was Tuesday")
    case = replace(await case_of(good()), findings=(lie,), against=("The body says Sunday.",))
    print_untrue([await run_of(case)])
    printed = capsys.readouterr().out
    assert "day: 'Sunday': it was Tuesday" in printed
    assert "grounding: The body says Sunday." in printed


def test_the_same_seed_measures_the_same() -> None:
    [one, two] = [json.loads(composed("--json", "--seed", "3").stdout) for _ in range(2)]
    assert one["reports"][0]["language"] == two["reports"][0]["language"]


def test_several_writers_are_measured_in_one_run() -> None:
    result = composed("--writer", "composer", "--json")
    assert len(json.loads(result.stdout)["reports"]) == 2


def test_training_data_that_is_named_is_compared_with(training: Path) -> None:
    [report] = json.loads(composed("--json", "--training", str(training)).stdout)["reports"]
    assert report["language"]["copied"]["over_ten"] == 0.0


def test_the_training_data_is_read_by_its_stories(training: Path) -> None:
    found = read_training(training)
    assert found is not None
    assert found.shared_run(["cat", "sat", "on", "the", "mat"]) == 5


def test_a_folder_without_training_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="training data"):
        read_training(tmp_path)


def test_stories_side_by_side_are_printed() -> None:
    result = composed("--side-by-side")
    assert result.stdout.count("**composer: ") == 5


def test_stories_side_by_side_are_24_unless_somebody_says_otherwise() -> None:
    result = run("--writer", "composer", "--side-by-side")
    assert result.stdout.count("**composer: ") == 24


def test_stories_side_by_side_are_written_into_the_folder(tmp_path: Path) -> None:
    composed("--side-by-side", "--out", str(tmp_path))
    assert "**composer: " in (tmp_path / "side-by-side.md").read_text(encoding="utf-8")


def test_the_guardrails_hold_for_the_composer_and_the_echo(tmp_path: Path) -> None:
    result = run("--writer", "composer", "--guardrails", "--out", str(tmp_path))
    whole = json.loads((tmp_path / "guardrails.json").read_text(encoding="utf-8"))
    assert [one["writer"] for one in whole["guarded"]] == ["composer", "echo", "parrot"]
    assert "hostile names" in result.stdout


def test_a_writer_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsInvalid, match="There is no writer"):
        settings_for("poet", load_settings())


@pytest.mark.parametrize("name", NAMES)
def test_a_writer_is_shown_by_its_name(name: str) -> None:
    assert label(name) == name


def test_a_file_is_shown_without_its_folder() -> None:
    assert label("/models/large.gguf") == "large"


def test_a_file_is_an_embedded_writer_without_an_adapter(tmp_path: Path) -> None:
    chosen = settings_for(str(tmp_path / "x.gguf"), load_settings(lora=tmp_path / "y.gguf"))
    assert (chosen.writer, chosen.model, chosen.lora) == ("embedded", tmp_path / "x.gguf", None)


def test_the_embedded_writer_keeps_the_files_that_were_named(tmp_path: Path) -> None:
    chosen = settings_for("embedded", load_settings(lora=tmp_path / "y.gguf"))
    assert (chosen.model, chosen.lora) == (None, tmp_path / "y.gguf")


@pytest.mark.model
def test_the_untuned_writer_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_STORY_SECONDS", "120")
    monkeypatch.setenv("STRIDETALE_STORY_DRAFTS", "1")
    result = run("--writer", "untuned", "--cases", "1", "--json")
    [report] = json.loads(result.stdout)["reports"]
    assert report["timing"]["tokens_a_second"] > 1
