from pathlib import Path

import pytest

from stridetale.errors import SettingsInvalid
from stridetale.saying import Style
from stridetale.services import file_of
from stridetale.settings import PREFIX, Settings, load_settings

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no variable of the machine reaches these tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_without_a_setting_everything_has_a_value_that_works() -> None:
    assert load_settings().writer == "embedded"


def test_the_environment_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_UNITS", "imperial")
    assert load_settings().style == Style(units="imperial")


def test_a_file_dot_env_sets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STRIDETALE_TONE=epic\n")
    assert load_settings().tone == "epic"


def test_what_the_caller_chooses_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_PORT", "9000")
    assert load_settings(port=9001).port == 9001


def test_none_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_PORT", "9000")
    assert load_settings(port=None).port == 9000


def test_an_empty_variable_is_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_REMOTE_URL", "")
    assert load_settings().remote_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("WRITER", "parrot"),
        ("UNITS", "furlongs"),
        ("STORY_SECONDS", "-1"),
        ("LOCALE", "nonsense"),
        ("LOCALE", "de_DE"),
        ("STORE", "postgres://host/"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsInvalid, match=f"STRIDETALE_{name} "):
        load_settings()


def test_a_file_dot_env_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsInvalid, match="UTF-8"):
        load_settings()


def test_the_value_that_cannot_be_used_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_PORT", "hunter2")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    assert "hunter2" not in refused.value.detail


def test_the_address_of_a_store_that_cannot_be_used_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STRIDETALE_STORE", "mongo://anna:hunter2@host")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    assert "hunter2" not in refused.value.detail + str(refused.value.__cause__)


def test_the_address_of_a_store_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_STORE", "mongodb://anna:hunter2@host/")
    assert "hunter2" not in repr(load_settings()) + repr(load_settings().store_url)


def test_the_store_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    url = load_settings(data_dir=tmp_path).store_url
    assert file_of(url) == tmp_path / "stridetale.db"


def test_a_chosen_folder_beats_the_store_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIDETALE_STORE", "mongodb://host/")
    assert file_of(load_settings(data_dir=tmp_path).store_url) == tmp_path / "stridetale.db"


def test_a_key_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_REMOTE_KEY", "hunter2")
    assert "hunter2" not in repr(load_settings())


def test_hosts_have_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_ALLOWED_HOSTS", "stories.example, Attic.local")
    assert load_settings().allowed_hosts == ("stories.example", "attic.local")


def test_a_locale_may_have_a_dash() -> None:
    assert load_settings(locale="en-US").locale == "en_US"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_readme_lists_every_setting(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is_for(name: str) -> None:
    assert Settings.model_fields[name].description
