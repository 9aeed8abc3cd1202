"""`stridetale strava …`, as an operator meets it beside a running club."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from clubs import Club, a_club
from sandboxes import Sandbox
from strava.test_activities import entries, until
from stridetale.athlete import AthleteId
from stridetale.cli import main
from stridetale.jobs import Job, Jobs
from stridetale.services import open_store


@dataclass
class Done:
    """What a command said, and with which code it ended."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Done]
TOKEN = "say-it-back"  # noqa: S105 (known to the test alone)
KEY = Fernet.generate_key().decode()


@pytest.fixture
def run(
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs `stridetale strava …` with the settings of the club, and some more."""
    usual = {
        "data_dir": str(tmp_path),
        "strava_client_id": sandbox.terms.client_id,
        "strava_client_secret": sandbox.terms.client_secret,
        "strava_data_policy": "personal",
        "strava_api_url": sandbox.api,
        "strava_oauth_url": sandbox.oauth,
        "strava_updates": "off",
    }

    def running(*arguments: str, answer: str = "", **settings: str) -> Done:
        for name, value in (usual | settings).items():
            monkeypatch.setenv(f"STRIDETALE_{name.upper()}", value)
        monkeypatch.setattr("sys.argv", ["stridetale", "strava", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return running


@pytest.fixture
def hearing(sandbox: Sandbox, tmp_path: Path) -> Iterator[Club]:
    with a_club(sandbox, tmp_path, strava_updates="webhook") as club:
        yield club


def subscribed(club: Club, run: Run) -> Done:
    return run("subscribe", public_url=club.url, strava_verify_token=TOKEN)


async def given_up(url: SecretStr, why: str) -> None:
    """Leave a dead job behind."""
    store = await open_store(url)
    jobs = Jobs(store)
    await jobs.add(Job(id="poll/1001", kind="poll", athlete=AthleteId("1001")))
    [claimed] = await jobs.claim(limit=1)
    await jobs.bury(claimed, why)
    await store.close()


# --- subscribing ---


def test_it_subscribes(hearing: Club, run: Run) -> None:
    done = subscribed(hearing, run)
    assert done.exit_code == 0
    assert f"Strava sends events to {hearing.url}/strava/webhook" in done.stdout


def test_it_subscribes_once(hearing: Club, run: Run) -> None:
    subscribed(hearing, run)
    again = subscribed(hearing, run)
    assert again.exit_code == 1
    assert "already: `stridetale strava unsubscribe` ends that." in again.stderr


def test_it_does_not_subscribe_where_nobody_knows_the_address(run: Run) -> None:
    refused = run("subscribe")
    assert refused.exit_code == 2
    assert "Set STRIDETALE_PUBLIC_URL" in refused.stderr


def test_a_service_that_strava_does_not_reach_is_not_subscribed(run: Run) -> None:
    refused = run("subscribe", public_url="http://127.0.0.1:1")
    assert refused.exit_code == 1
    assert "callback url" in refused.stderr
    assert "no events come" in run("status", strava_updates="webhook").stdout


def test_it_unsubscribes(hearing: Club, run: Run) -> None:
    subscribed(hearing, run)
    assert "Strava sends no events any more." in run("unsubscribe").stdout
    assert run("unsubscribe").stdout == "Strava sends no events.\n"


# --- the status ---


def test_the_status_of_a_new_club(run: Run) -> None:
    told = run("status")
    assert told.exit_code == 0
    assert told.stdout == "0 athletes connected.\nChanges: off.\n"


def test_the_status_says_that_nothing_is_left_to_do(club: Club, run: Run) -> None:
    with club.member() as anna:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        until(lambda: "Athlete 1001: nothing to do." in run("status").stdout)


def test_the_status_says_what_was_given_up(sandbox: Sandbox, tmp_path: Path, run: Run) -> None:
    with a_club(sandbox, tmp_path) as club, club.member():
        until(lambda: "Athlete 1001: nothing to do." in run("status").stdout)
    anyio.run(given_up, club.settings.store_url, "Strava answers 403.")
    told = run("status").stdout
    assert "Athlete 1001: 1 × poll dead." in told
    assert "  given up: poll: Strava answers 403." in told


def test_the_status_says_that_events_come(hearing: Club, run: Run) -> None:
    subscribed(hearing, run)
    told = run("status", strava_updates="webhook")
    assert told.exit_code == 0
    assert f"Changes: Strava sends events to {hearing.url}/strava/webhook." in told.stdout


def test_the_status_fails_where_a_subscription_is_wanted(run: Run) -> None:
    told = run("status", strava_updates="webhook")
    assert told.exit_code == 1
    assert "no events come: `stridetale strava subscribe`" in told.stdout


def test_the_status_knows_a_subscription_that_is_not_ours(
    hearing: Club, run: Run, tmp_path: Path
) -> None:
    subscribed(hearing, run)
    told = run("status", data_dir=str(tmp_path / "elsewhere"))
    assert told.exit_code == 1
    assert "That subscription is not ours: unsubscribe, then subscribe." in told.stdout


def test_the_status_says_that_strava_is_down(club: Club, run: Run) -> None:
    club.sandbox.fault("503", calls=9, path="/api/v3/push_subscriptions")
    told = run("status")
    assert told.exit_code == 1
    assert "Strava answers 503" in told.stdout


def test_without_a_connection_there_is_no_status(run: Run) -> None:
    told = run("status", strava_client_id="", strava_client_secret="")
    assert told.exit_code == 1
    assert "STRIDETALE_STRAVA_CLIENT_ID" in told.stderr


# --- keys ---


def test_grants_are_sealed_with_the_newest_key(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    old = Fernet.generate_key().decode()
    with a_club(sandbox, tmp_path, secret_keys=old) as club:
        club.member().http.close()
    told = run("reseal", secret_keys=f"{KEY},{old}")
    assert told.stdout == "1 grant is sealed with the newest key.\n"
    assert run("reseal", secret_keys=KEY).exit_code == 0


def test_a_grant_whose_key_is_gone_is_not_resealed(club: Club, run: Run) -> None:
    club.member().http.close()
    refused = run("reseal", secret_keys=KEY)
    assert refused.exit_code == 1
    assert KEY not in refused.stderr


# --- leaving ---


def test_an_athlete_is_forgotten(club: Club, run: Run) -> None:
    with club.member() as anna:
        done = run("forget", "1001", "--yes")
        assert "3 activities with all stories" in done.stdout
        assert anna.get("/me").status_code == 401
    assert club.sandbox.admin("GET", "/state").json()["authorized"] == 0


def test_an_athlete_is_forgotten_after_a_yes_only(club: Club, run: Run) -> None:
    with club.member() as anna:
        assert run("forget", "1001", answer="n\n").exit_code == 1
        assert anna.get("/me").status_code == 200


def test_forgetting_says_what_strava_was_not_told(club: Club, run: Run) -> None:
    club.member().http.close()
    club.sandbox.fault("503", calls=9, path="/oauth/revoke")
    done = run("forget", "1001", "--yes")
    assert done.exit_code == 1
    assert "the athlete can revoke at strava.com/settings/apps" in done.stdout


def test_an_athlete_is_forgotten_where_strava_is_connected_no_more(club: Club, run: Run) -> None:
    club.member().http.close()
    done = run("forget", "1001", "--yes", strava_client_id="", strava_client_secret="")
    assert "3 activities with all stories" in done.stdout
