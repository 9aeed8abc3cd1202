"""Where settings come from, and that what they are is not told."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from typing_extensions import override

from stridetale.commands import show_health
from stridetale.errors import SettingsInvalid
from stridetale.settings import PREFIX, Settings, load_settings

SECRETS = {
    "STRIDETALE_STRAVA_CLIENT_SECRET": "hush-client",
    "STRIDETALE_REMOTE_KEY": "hush-remote",
    "STRIDETALE_STRAVA_VERIFY_TOKEN": "hush-verify",
    "STRIDETALE_SECRET_KEYS": Fernet.generate_key().decode(),
    "STRIDETALE_STORE": "mongodb://me:hush-store@127.0.0.1:1/x?serverSelectionTimeoutMS=300",
}
STRAVA = {
    "STRIDETALE_STRAVA_CLIENT_ID": "5",
    "STRIDETALE_STRAVA_CLIENT_SECRET": "x",
    "STRIDETALE_STRAVA_DATA_POLICY": "strict",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.setenv("STRIDETALE_SECRETS_DIR", str(tmp_path / "secrets"))


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    return folder


class Manager(http.server.BaseHTTPRequestHandler):
    """The one call of AWS Secrets Manager that is used."""

    secret = ""

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["content-length"])))["SecretId"]
        known = name == "stridetale"
        answer = {"SecretString": self.secret} if known else {"__type": "ResourceNotFoundException"}
        body = json.dumps(answer).encode()
        self.send_response(200 if known else 400)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Manager]]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Manager) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
        monkeypatch.setenv("STRIDETALE_AWS_SECRET", "stridetale")
        yield Manager
        server.shutdown()


@pytest.mark.parametrize("name", ["STRIDETALE_REMOTE_KEY", "stridetale_remote_key"])
def test_a_file_of_secrets_sets(secrets: Path, name: str) -> None:
    (secrets / name).write_text("k3y\n")
    key = load_settings().remote_key
    assert key is not None
    assert key.get_secret_value() == "k3y"


def test_the_environment_beats_a_file_of_secrets(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (secrets / "STRIDETALE_TONE").write_text("epic")
    monkeypatch.setenv("STRIDETALE_TONE", "plain")
    assert load_settings().tone == "plain"


@pytest.mark.parametrize("source", ["file", "cloud"])
def test_an_empty_secret_is_no_choice(manager: type[Manager], secrets: Path, source: str) -> None:
    manager.secret = json.dumps({"STRIDETALE_TONE": ""} if source == "cloud" else {})
    if source == "file":
        (secrets / "STRIDETALE_TONE").write_text("\n")
    assert load_settings().tone == "warm"


def test_a_number_in_a_cloud_secret_sets(manager: type[Manager]) -> None:
    manager.secret = json.dumps({"STRIDETALE_PORT": 8001})
    assert load_settings().port == 8001


def test_a_secret_that_is_no_text_is_refused_and_not_repeated(secrets: Path) -> None:
    (secrets / "STRIDETALE_REMOTE_KEY").write_bytes(b"hush\xff")
    with pytest.raises(SettingsInvalid, match=r"A file in .* is not UTF-8 text") as caught:
        load_settings()
    assert caught.value.__cause__ is None


def test_a_secret_that_may_not_be_read_is_named(
    as_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(as_nobody)
    (as_nobody / "STRIDETALE_REMOTE_KEY").touch(mode=0o000)
    monkeypatch.setenv("STRIDETALE_SECRETS_DIR", str(as_nobody))
    with pytest.raises(SettingsInvalid, match=r"REMOTE_KEY cannot be read: Permission denied"):
        load_settings()


def test_a_folder_of_secrets_that_may_not_be_read_is_named(
    as_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(as_nobody)
    (as_nobody / "secrets").mkdir(mode=0o000)
    monkeypatch.setenv("STRIDETALE_SECRETS_DIR", str(as_nobody / "secrets"))
    with pytest.raises(SettingsInvalid, match=r"secrets cannot be read: Permission denied"):
        load_settings()


def test_a_file_dot_env_that_may_not_be_read_is_named(
    as_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(as_nobody)
    (as_nobody / ".env").touch(mode=0o000)
    with pytest.raises(SettingsInvalid, match=r"\.env cannot be read: Permission denied"):
        load_settings()


def test_a_cloud_secret_sets(manager: type[Manager]) -> None:
    manager.secret = json.dumps({"STRIDETALE_TONE": "epic"})
    assert load_settings().tone == "epic"


def test_a_file_of_secrets_beats_a_cloud_secret(manager: type[Manager], secrets: Path) -> None:
    manager.secret = json.dumps({"STRIDETALE_TONE": "epic"})
    (secrets / "STRIDETALE_TONE").write_text("plain")
    assert load_settings().tone == "plain"


@pytest.mark.parametrize("secret", ["hush", "[]", "7"])
def test_a_cloud_secret_that_is_no_object_is_refused_and_not_repeated(
    manager: type[Manager], secret: str
) -> None:
    manager.secret = secret
    with pytest.raises(SettingsInvalid, match="is no JSON object of settings") as caught:
        load_settings()
    assert "hush" not in str(caught.value)


@pytest.mark.usefixtures("manager")
def test_a_cloud_secret_that_is_not_there_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_AWS_SECRET", "other")
    with pytest.raises(SettingsInvalid, match="The AWS secret other cannot be read"):
        load_settings()


def test_each_setting_says_where_it_came_from(
    manager: type[Manager], secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.secret = json.dumps({"STRIDETALE_TONE": "epic", "STRIDETALE_LOCALE": "en_US"})
    (secrets / "STRIDETALE_REMOTE_KEY").write_text("k3y")
    (tmp_path / ".env").write_text("STRIDETALE_UNITS=imperial\nSTRIDETALE_PORT=1\n")
    monkeypatch.setenv("STRIDETALE_PORT", "2")
    assert load_settings(tone="funny", locale=None).origins() == {
        "tone": "an option of the command",
        "port": "the environment",
        "units": "the file .env",
        "remote_key": f"a file in {secrets}",
        "locale": "the AWS secret stridetale",
    }


def test_a_store_that_a_chosen_folder_sets_aside_comes_from_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDETALE_STORE", "mongodb://host/")
    assert load_settings(data_dir=tmp_path).origins() == {"data_dir": "an option of the command"}


def test_what_is_no_setting_comes_from_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STRIDETALE_NONSENSE=1\nOTHER=2\n")
    assert load_settings().origins() == {}


@pytest.fixture
def doctor(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """All that the doctor prints, in words unless told otherwise."""

    def told(*, data_dir: Path | None = tmp_path, json: bool = True) -> str:
        show_health(load_settings(data_dir=data_dir, writer="composer"), json=json)
        printed = capfd.readouterr()
        return printed.out + printed.err

    return told


@pytest.mark.parametrize(("place", "json"), [("environment", True), ("file", False)])
def test_the_doctor_tells_no_secret(
    doctor: Callable[..., str],
    secrets: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    *,
    json: bool,
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    for name, value in (STRAVA | SECRETS).items():
        if place == "file":
            (secrets / name).write_text(value)
        else:
            monkeypatch.setenv(name, value)
    told = doctor(data_dir=None, json=json)
    for name, secret in SECRETS.items():
        assert name in told
        assert secret not in told
    assert "hush" not in told


def test_every_secret_is_one_that_the_doctor_was_tried_with() -> None:
    fields = Settings.model_fields.items()
    kept = {PREFIX + name.upper() for name, one in fields if "SecretStr" in str(one.annotation)}
    assert kept == set(SECRETS)


def test_the_doctor_says_that_a_policy_is_missing(
    doctor: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_strava(monkeypatch)
    monkeypatch.delenv("STRIDETALE_STRAVA_DATA_POLICY")
    assert "Set STRIDETALE_STRAVA_DATA_POLICY" in doctor()


def test_the_doctor_says_which_policy_holds(
    doctor: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_strava(monkeypatch)
    assert "application 5, policy strict, everybody may sign in, a key will be made" in doctor()


def test_the_doctor_makes_no_key(
    doctor: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_strava(monkeypatch)
    doctor()
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize(
    ("key", "mode", "said"),
    [
        (Fernet.generate_key(), 0o600, "readable only by you"),
        (Fernet.generate_key(), 0o644, "chmod 600"),
        (Fernet.generate_key(), 0o620, "chmod 600"),
        (b"hush", 0o600, "secret.key holds no Fernet keys"),
    ],
    ids=range(4),
)
def test_the_doctor_looks_at_the_key_file(
    doctor: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: bytes,
    mode: int,
    said: str,
) -> None:
    set_strava(monkeypatch)
    (tmp_path / "secret.key").write_bytes(key)
    (tmp_path / "secret.key").chmod(mode)
    told = doctor()
    assert said in told
    assert key.decode() not in told


def test_the_doctor_says_that_the_key_file_cannot_be_read(
    doctor: Callable[..., str], as_nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_strava(monkeypatch)
    monkeypatch.chdir(as_nobody)
    monkeypatch.delenv("STRIDETALE_SECRETS_DIR")
    (as_nobody / "secret.key").touch(mode=0o000)
    assert "secret.key cannot be used: Permission denied" in doctor(data_dir=as_nobody)


def set_strava(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STRAVA.items():
        monkeypatch.setenv(name, value)


def test_client_id_and_secret_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_STRAVA_CLIENT_ID", "5")
    with pytest.raises(SettingsInvalid, match="go together: set both or neither"):
        load_settings()


@pytest.mark.parametrize("name", ["STRAVA_API_URL", "STRAVA_OAUTH_URL", "PUBLIC_URL"])
def test_an_address_is_one_of_the_web(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + name, "http://127.0.0.1:8010/x/")
    assert getattr(load_settings(), name.lower()) == "http://127.0.0.1:8010/x"
    monkeypatch.setenv(PREFIX + name, "ftp://host")
    with pytest.raises(SettingsInvalid, match="must begin with https"):
        load_settings()


@pytest.mark.parametrize(
    "address", ["http://", "https://me:hush@host", "http://h?x=1", "http://[:"]
)
def test_an_address_that_is_no_base_is_refused_and_not_repeated(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDETALE_PUBLIC_URL", address)
    with pytest.raises(SettingsInvalid, match="STRIDETALE_PUBLIC_URL must be a host") as caught:
        load_settings()
    assert "hush" not in str(caught.value)


def test_athletes_have_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDETALE_STRAVA_ATHLETES", "12, 345")
    assert load_settings().strava_athletes == ("12", "345")


@pytest.mark.parametrize("athletes", [",", "12,", "12;13", "anna", "012"])
def test_a_list_of_athletes_with_a_slip_is_refused(
    athletes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDETALE_STRAVA_ATHLETES", athletes)
    with pytest.raises(SettingsInvalid, match="STRAVA_ATHLETES must be numbers of athletes"):
        load_settings()


@pytest.mark.parametrize("keys", ["hush", ",", "{a key},hush"])
def test_keys_that_are_none_are_refused_and_not_repeated(
    keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keys.replace("{a key}", Fernet.generate_key().decode())
    monkeypatch.setenv("STRIDETALE_SECRET_KEYS", keys)
    with pytest.raises(SettingsInvalid, match="SECRET_KEYS holds no Fernet keys: make one") as no:
        load_settings()
    assert "hush" not in str(no.value) + str(no.value.__cause__)
