"""A member of a club in a real browser: from "Connect with Strava" to leaving again."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from browsing import CONTRAST, Seen
from clubs import Club, a_club
from sandboxes import a_sandbox

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with a_sandbox() as sandbox, a_club(sandbox, tmp_path_factory.mktemp("club")) as club:
        yield club


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param == "with JavaScript")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, club: Club, name: str = "Ada Fjordholt", *, write: bool = False) -> None:
    page.goto(club.url)
    if write:
        page.get_by_label("put a story on an activity").check()
    page.get_by_role("button", name="Connect with Strava").click()
    page.get_by_label("Sign in as").select_option(name)
    page.get_by_role("button", name="Authorize").click()
    page.get_by_text(f"Welcome, {name}.").wait_for()


def wait_for_stories(page: Page, number: int) -> None:
    """Until the page, which loads itself again, has them."""
    until = time.monotonic() + 20
    while page.locator(".story").count() < number:
        assert time.monotonic() < until
        page.wait_for_timeout(100)


def test_who_signs_in_finds_three_activities_told(page: Page, club: Club) -> None:
    sign_in(page, club)
    wait_for_stories(page, 3)
    assert page.get_by_role("link", name="View on Strava").count() == 3


def test_who_declines_is_told_so(page: Page, club: Club) -> None:
    page.goto(club.url)
    page.get_by_role("button", name="Connect with Strava").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("You declined at Strava").wait_for()


def test_the_pages_of_a_member_break_no_policy(page: Page, club: Club) -> None:
    seen = Seen(page)
    sign_in(page, club, write=True)
    wait_for_stories(page, 3)
    page.get_by_role("link", name="Account").click()
    page.goto(club.url)
    page.get_by_role("link", name="Put it on Strava").first.click()
    page.get_by_role("button", name="Put it on Strava").wait_for()
    assert seen.complaints == []


def test_a_story_is_put_on_strava_and_taken_off_again(page: Page, club: Club) -> None:
    sign_in(page, club, write=True)
    wait_for_stories(page, 3)
    page.get_by_role("link", name="Put it on Strava").first.click()
    assert page.get_by_role("button", name="Take it off again").count() == 0
    page.get_by_role("button", name="Put it on Strava").click()
    page.get_by_text("The story is on Strava.").wait_for()
    page.get_by_role("link", name="Put it on Strava").click()
    page.get_by_role("button", name="Take it off again").click()
    page.get_by_text("The story was taken off Strava.").wait_for()


def test_who_did_not_allow_it_is_told_how_to(page: Page, club: Club) -> None:
    sign_in(page, club, "Bo Demirsample")
    wait_for_stories(page, 3)
    page.get_by_role("link", name="Put it on Strava").first.click()
    assert "permission activity:write: connect again" in page.get_by_role("status").inner_text()
    page.get_by_label("put a story on an activity").check()
    page.get_by_role("button", name="Connect again").click()
    page.get_by_label("Sign in as").select_option("Bo Demirsample")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_role("link", name="Put it on Strava").first.click()
    page.get_by_role("button", name="Put it on Strava").wait_for()


def test_a_token_of_the_page_is_good_for_a_script(page: Page, club: Club) -> None:
    sign_in(page, club)
    page.get_by_role("link", name="Account").click()
    page.get_by_label("What is it for?").fill("curl")
    page.get_by_role("button", name="Make a token").click()
    headers = {"authorization": f"Bearer {page.locator('.secret').inner_text()}"}
    answer = httpx2.get(f"{club.url}/activities/processed/", headers=headers, timeout=10)
    assert answer.status_code == 200


def test_everything_is_downloaded(page: Page, club: Club, tmp_path: Path) -> None:
    sign_in(page, club)
    page.get_by_role("link", name="Account").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download it as a zip").click()
    download.value.save_as(tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_bytes()[:2] == b"PK"


def test_who_signs_out_is_a_stranger(page: Page, club: Club) -> None:
    sign_in(page, club)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Connect with Strava").wait_for()


def test_who_deletes_everything_gets_it_in_writing(page: Page, club: Club) -> None:
    sign_in(page, club, "Chiara Északi")
    page.get_by_role("link", name="Account").click()
    page.get_by_label("type the word delete").fill("delete")
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_text("Everything is deleted").wait_for()


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("path", ["/", "/account"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_member_can_read_every_page(
    browser: Browser, club: Club, path: str, width: int, scheme: str
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    sign_in(page, club)
    page.goto(f"{club.url}{path}")
    least, where = page.evaluate(CONTRAST)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert least >= 1, where
    page.close()
