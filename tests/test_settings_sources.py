"""Where settings come from, and that what they are is not told."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from stridetale.commands import show_health
from stridetale.errors import SettingsInvalid
from stridetale.settings import PREFIX, Settings, load_settings

SECRETS = {
    "STRIDETALE_STRAVA_CLIENT_SECRET": "hush-client",
    "STRIDETALE_REMOTE_KEY": "hush-remote",
    "STRIDETALE_STRAVA_VERIFY_TOKEN": "hush-verify",
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
    assert Settings.origins() == {
        "port": "the environment",
        "units": "the file .env",
        "remote_key": f"a file in {secrets}",
        "tone": "the AWS secret stridetale",
        "locale": "the AWS secret stridetale",
    }


def told_by_the_doctor(capfd: pytest.CaptureFixture[str], tmp_path: Path, *, json: bool) -> str:
    settings = load_settings(data_dir=tmp_path, writer="composer")
    show_health(settings, json=json)
    printed = capfd.readouterr()
    return printed.out + printed.err


@pytest.mark.parametrize("json", [True, False])
def test_the_doctor_tells_no_secret(
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    secrets: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    json: bool,
) -> None:
    (secrets / "STRIDETALE_STORE").write_text("mongodb://me:hush-store@127.0.0.1:1/x")
    monkeypatch.setenv("STRIDETALE_STRAVA_CLIENT_ID", "5")
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    told = told_by_the_doctor(capfd, tmp_path, json=json)
    assert "STRIDETALE_STRAVA_CLIENT_SECRET" in told
    assert "hush" not in told


def test_the_doctor_says_that_a_policy_is_missing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDETALE_STRAVA_CLIENT_ID", "5")
    monkeypatch.setenv("STRIDETALE_STRAVA_CLIENT_SECRET", "x")
    assert "Set STRIDETALE_STRAVA_DATA_POLICY" in told_by_the_doctor(capfd, tmp_path, json=True)


def test_the_doctor_says_that_others_can_read_the_key(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("CLIENT_ID", "5"), ("CLIENT_SECRET", "x"), ("DATA_POLICY", "strict")):
        monkeypatch.setenv(f"STRIDETALE_STRAVA_{name}", value)
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    assert "chmod 600" in told_by_the_doctor(capfd, tmp_path, json=True)


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
