"""What is kept of an athlete, for how long, and how all of it goes."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clubs import Club, Visitor, a_club
from fakes import Clock, ScriptedWriter
from sandboxes import Sandbox
from sites import TRUE
from strava.test_activities import entries, until
from stridetale.athlete import AthleteId
from stridetale.library import Library
from stridetale.policy import DataPolicy
from stridetale.services import open_store
from stridetale.story import Budget, Wish


def export_of(visitor: Visitor) -> dict[str, bytes]:
    answer = visitor.get("/me/export")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "stridetale.db")) as connection:
        [[number]] = connection.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (ours)
        return int(number)


# --- the export ---


def test_the_export_has_every_activity_with_its_stories(club: Club) -> None:
    with club.member() as anna:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        found = export_of(anna)
        for entry in entries(anna):
            kept = json.loads(found[f"activities/{entry['activity']['id']}.json"])
            assert (kept["activity"], kept["stories"]) == (entry["activity"], [entry["story"]])


def test_the_export_has_what_else_is_kept_and_no_secret(club: Club) -> None:
    with club.member() as anna:
        secret = anna.send("POST", "/me/tokens", json={"name": "backup"}).json()["secret"]
        text = b"".join(export_of(anna).values()).decode()
        records = json.loads(export_of(anna)["records.json"])
        assert records["athlete"][0]["is"]["name"] == "Ada Fjordholt"
        assert records["token"][0]["is"]["name"] == "backup"
        assert records["grant"][0]["is"] == "sealed"
        assert secret not in text
        assert anna.http.cookies["stridetale-session"] not in text


def test_the_export_has_every_kind_of_record(club: Club, tmp_path: Path) -> None:
    with club.member() as anna:
        anna.send("POST", "/me/tokens", json={"name": "backup"})
        one = entries(anna)[0]["activity"]["id"]
        anna.send("PUT", f"/activities/{one}/")
        anna.send("POST", f"/activities/{one}/publish")
        kinds = set(json.loads(export_of(anna)["records.json"]))
    with closing(sqlite3.connect(tmp_path / "stridetale.db")) as connection:
        found = connection.execute("SELECT DISTINCT kind FROM records WHERE athlete = '1001'")
        assert {kind for [kind] in found} <= kinds


# --- leaving ---


def test_who_leaves_leaves_nothing_behind(club: Club, tmp_path: Path) -> None:
    with club.member() as anna:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        anna.send("POST", "/me/tokens", json={"name": "backup"})
        farewell = anna.send("DELETE", "/me").json()
        assert (farewell["activities"], farewell["strava_revoked"]) == (3, True)
        assert anna.get("/me").status_code == 401
    assert [rows(tmp_path, table) for table in ("activities", "stories", "records")] == [0, 0, 0]
    assert club.sandbox.admin("GET", "/state").json()["authorized"] == 0


def test_who_leaves_leaves_the_others(club: Club) -> None:
    with club.member(1001) as anna, club.member(1002) as ben:
        anna.send("DELETE", "/me")
        assert len(entries(ben)) == 3


def test_who_leaves_while_strava_is_down_is_told_what_is_left_to_do(club: Club) -> None:
    with club.member() as anna:
        club.sandbox.fault("503", calls=9, path="/oauth/revoke")
        farewell = anna.send("DELETE", "/me").json()
        assert farewell["strava_revoked"] is False
        assert anna.get("/me").status_code == 401


def test_the_page_deletes_only_where_the_word_was_typed(club: Club) -> None:
    with club.member() as anna:
        anna.send("POST", "/account/delete", data={"sure": "no"})
        assert anna.get("/me").status_code == 200
        page = anna.send("POST", "/account/delete", data={"sure": " Delete "})
        assert "Everything is deleted" in page.text
        assert anna.get("/me").status_code == 401


def test_the_page_makes_and_revokes_a_token(club: Club) -> None:
    with club.member() as anna:
        made = anna.send("POST", "/account/tokens", data={"name": "my script"})
        assert "stridetale_" in made.text
        [token] = anna.get("/me/tokens").json()
        assert "my script" in anna.get("/account").text
        anna.send("POST", f"/account/tokens/{token['id']}/revoke")
        assert anna.get("/me/tokens").json() == []


# --- the policy ---

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)
ANNA = AthleteId("1001")


@pytest.fixture
def strict(sandbox: Sandbox, tmp_path: Path) -> Iterator[Club]:
    with a_club(sandbox, tmp_path, strava_data_policy="strict") as club:
        yield club


def test_under_the_strict_policy_no_positions_are_kept(strict: Club) -> None:
    with strict.member() as anna:
        anna.send("POST", "/activities/", params={"limit": 40})
        assert len(entries(anna, limit=200)) == 40
        for entry in entries(anna, limit=200):
            assert entry["activity"]["polyline"] is None
            assert entry["activity"]["elevation_profile_m"] is None
        assert anna.get("/me").json()["name"] is None


def test_under_the_personal_policy_routes_are_kept(club: Club) -> None:
    with club.member() as anna:
        assert any(entry["activity"]["polyline"] for entry in entries(anna))


async def test_after_seven_days_nothing_of_the_api_is_left(strict: Club, tmp_path: Path) -> None:
    with strict.member() as anna:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        one = entries(anna)[0]["activity"]["id"]
        anna.send("POST", f"/activities/{one}/publish")
    clock = Clock(NOW)
    store = await open_store(strict.settings.store_url)
    library = Library(store, None, Budget(), DataPolicy("strict"), now=clock)
    clock.now = datetime.now(UTC) + timedelta(days=6, hours=23)
    assert await library.expire() == 0
    clock.now += timedelta(hours=2)
    assert await library.expire() == 3
    assert await store.entries(ANNA, limit=9) == []
    assert rows(tmp_path, "stories") == 0
    await store.close()


async def test_under_the_personal_policy_nothing_goes_by_itself(club: Club) -> None:
    with club.member() as anna:
        assert len(entries(anna)) == 3
    clock = Clock(NOW)
    clock.now = datetime.now(UTC) + timedelta(days=400)
    store = await open_store(club.settings.store_url)
    library = Library(store, None, Budget(), DataPolicy("personal"), now=clock)
    assert await library.expire() == 0
    assert len(await store.entries(ANNA, limit=9)) == 3
    await store.close()


async def test_an_operator_who_turns_strict_strips_what_is_there(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with a_club(sandbox, tmp_path) as club, club.member() as anna:
        session = anna.http.cookies["stridetale-session"]
        assert any(entry["activity"]["polyline"] for entry in entries(anna))
    with a_club(sandbox, tmp_path, strava_data_policy="strict") as club, club.visitor() as anna:
        anna.http.cookies.set("stridetale-session", session)
        assert not any(entry["activity"]["polyline"] for entry in entries(anna))


async def test_on_every_way_the_composer_alone_tells_of_api_data(strict: Club) -> None:
    with strict.member() as anna:
        assert len(entries(anna)) == 3
    store = await open_store(strict.settings.store_url)
    writer = ScriptedWriter(TRUE)
    library = Library(store, writer, Budget(), DataPolicy("strict"))
    for entry in await store.entries(ANNA, limit=9):
        for again in (False, True):
            told = await library.tell(ANNA, entry.activity.id, Wish(), again=again)
            assert told.story is not None
            assert told.story.author.kind == "composer"
        async for _ in library.telling(ANNA, entry.activity.id, Wish(seed=3), again=True):
            pass
    assert writer.asked == []
    await store.close()
