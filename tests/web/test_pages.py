import re
from html.parser import HTMLParser

import pytest
from httpx2 import Response
from typing_extensions import override

from builders import DAYS, an_activity
from fakes import ScriptedWriter
from sites import BASE, HTML, TRUE, a_client, a_gpx, a_site, files
from stridetale.activity import Activity
from stridetale.web.messages import COOKIE, Message

SCRIPT = "<script>alert(1)</script>"


class _Reader(HTMLParser):
    """Reads a page: its tags and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, attribute: str) -> list[str]:
        return [
            attrs[attribute] or ""
            for name, attrs in self.tags
            if name == tag and attribute in attrs
        ]


def _read(answer: Response) -> _Reader:
    assert answer.headers["content-type"].startswith("text/html")
    return _Reader(answer.text)


def _week() -> list[Activity]:
    return [an_activity(on=day, id=str(number)) for number, day in enumerate(DAYS)]


class TestHome:
    def test_an_empty_library_says_what_to_do(self) -> None:
        with a_client(a_site()) as client:
            assert "Add a recording" in _read(client.get("/")).text

    def test_the_newest_activity_comes_first(self) -> None:
        with a_client(a_site(*_week())) as client:
            days = re.findall(r"\w+day(?=, \d)", _read(client.get("/")).text)
        assert days == list(reversed(DAYS))

    def test_a_story_is_shown_with_its_receipts(self) -> None:
        with a_client(a_site(an_activity())) as client:
            story = client.put("/activities/1/").json()["story"]
            page = _read(client.get("/"))
        assert story["body"] in page.text
        for receipt in story["receipts"]:
            assert receipt["source"] in page.text
        assert "details" in {tag for tag, _ in page.tags}

    def test_who_wrote_a_story_is_said(self) -> None:
        with a_client(a_site(an_activity())) as client:
            client.put("/activities/1/")
            assert "Written by the composer, without a model" in _read(client.get("/")).text

    def test_a_model_that_wrote_a_story_is_named(self) -> None:
        with a_client(a_site(an_activity(), writer=ScriptedWriter(TRUE))) as client:
            client.put("/activities/1/")
            assert "Written by scripted" in _read(client.get("/")).text

    def test_stories_are_said_in_the_units_of_the_settings(self) -> None:
        with a_client(a_site(an_activity(), units="imperial")) as client:
            client.put("/activities/1/", json={"units": "metric"})
            text = _read(client.get("/")).text
        assert "26.3 miles" in text
        assert "kilometres" not in text

    def test_the_clock_is_that_of_the_place(self) -> None:
        with a_client(a_site(an_activity(at="07:30", timezone="Asia/Tokyo"))) as client:
            page = _read(client.get("/"))
        assert "16:30" in page.text
        assert page.all("time", "datetime") == ["2026-05-05T16:30+09:00"]

    def test_where_the_place_is_not_known_the_clock_is_utc(self) -> None:
        with a_client(a_site(an_activity(at="07:30", timezone=None))) as client:
            assert "07:30 UTC" in _read(client.get("/")).text

    def test_a_value_that_cannot_be_true_is_said_to_be_left_out(self) -> None:
        fast = an_activity(sport_type="Run", max_speed_mps=90.0)
        with a_client(a_site(fast)) as client:
            assert "Left out: the max speed of" in _read(client.get("/")).text

    def test_older_activities_are_on_further_pages(self) -> None:
        many = [an_activity(id=f"{number:02}") for number in range(23)]
        with a_client(a_site(*many)) as client:
            path, seen = "/", 0
            for expected in (10, 10, 3):
                page = _read(client.get(path))
                assert len(page.all("article", "class")) == expected
                seen += expected
                path = next((href for href in page.all("a", "href") if "before=" in href), "")
            assert (seen, path) == (23, "")

    def test_an_athletes_words_are_text_and_nothing_else(self) -> None:
        odd = an_activity(name=SCRIPT, gear=SCRIPT, description=SCRIPT, sport_type=SCRIPT)
        with a_client(a_site(odd)) as client:
            client.put("/activities/1/")
            for path in ("/", "/story/1"):
                page = _read(client.get(path))
                assert "script" not in {tag for tag, _ in page.tags}


class TestForms:
    def test_an_added_file_leads_to_its_activity(self) -> None:
        with a_client(a_site()) as client:
            answer = client.post("/add", files=files(("north.gpx", a_gpx())))
            assert answer.status_code == 303
            page = _read(client.get(answer.headers["location"]))
            assert "1 activity added." in page.text
            assert "North" in page.text

    def test_several_added_files_lead_to_all(self) -> None:
        with a_client(a_site()) as client:
            sent = files(("a.gpx", a_gpx()), ("b.gpx", a_gpx(points=200)), ("c.txt", b"milk"))
            answer = client.post("/add", files=sent)
            assert answer.headers["location"] == "/"
            text = _read(client.get("/")).text
            assert "2 activities added." in text
            assert "c.txt is " in text

    def test_an_activity_that_is_there_already_is_said_to_be(self) -> None:
        with a_client(a_site()) as client:
            for _ in range(2):
                answer = client.post("/add", files=files(("north.gpx", a_gpx())))
            page = _read(client.get(answer.headers["location"]))
            assert "1 activity was there already." in page.text

    def test_a_refused_file_is_said_on_the_page(self) -> None:
        with a_client(a_site()) as client:
            answer = client.post("/add", files=files(("notes.txt", b"milk")))
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert "notes.txt is " in _read(client.get("/")).text

    def test_a_message_is_shown_once(self) -> None:
        with a_client(a_site()) as client:
            client.post("/add", files=files(("notes.txt", b"milk")))
            client.get("/")
            assert "notes.txt" not in client.get("/").text

    def test_the_cookie_of_a_message_is_out_of_reach_for_others(self) -> None:
        with a_client(a_site()) as client:
            answer = client.post("/add", files=files(("notes.txt", b"milk")))
            cookie = answer.headers["set-cookie"].casefold()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie

    @pytest.mark.parametrize("cookie", ["x", "bm8", "e30", "eyJtb29kIjogImdvb2QifQ", "%00"])
    def test_a_message_that_we_did_not_write_is_not_shown(self, cookie: str) -> None:
        with a_client(a_site(), cookie=f"{COOKIE}={cookie}") as client:
            assert "message" not in client.get("/").text

    def test_the_longest_message_fits_a_cookie(self) -> None:
        with a_client(a_site()) as client:
            sent = files(*[(f"{'é' * 200}{number}.txt", b"milk") for number in range(150)])
            answer = client.post("/add", files=sent)
            assert len(answer.headers["set-cookie"]) < 4_096
            assert "144 more files" in _read(client.get("/")).text

    def test_a_button_tells_a_story(self) -> None:
        with a_client(a_site(an_activity())) as client:
            assert "Tell its story" in client.get("/").text
            answer = client.post("/tell/1", headers={"origin": BASE})
            assert (answer.status_code, answer.headers["location"]) == (303, "/story/1")
            page = _read(client.get("/story/1"))
            assert client.get("/activities/1/").json()["story"]["body"] in page.text

    def test_the_button_tells_it_again(self) -> None:
        with a_client(a_site(an_activity())) as client:
            client.post("/tell/1")
            assert "Tell it again" in client.get("/").text
            client.post("/tell/1")
            assert len(client.get("/activities/1/stories/").json()) == 2

    def test_telling_an_activity_that_is_gone_is_said_on_the_page(self) -> None:
        with a_client(a_site()) as client:
            assert client.post("/tell/1").headers["location"] == "/"
            assert "You have no activity 1." in _read(client.get("/")).text


class TestMessages:
    def test_what_is_written_is_read(self) -> None:
        message = Message(mood="good", lines=("Ä 😀", "<b>"))
        assert Message.read(message.written()) == message


PAGES = ["/", "/story/1", "/story/9", "/nowhere", "/docs", "/?before=x"]


class TestEveryPage:
    @pytest.mark.parametrize("path", PAGES)
    def test_a_page_asks_nobody_else_for_anything(self, path: str) -> None:
        with a_client(a_site(an_activity()), **HTML) as client:
            client.put("/activities/1/")
            page = _read(client.get(path))
        asked = [
            value or ""
            for _, attrs in page.tags
            for name, value in attrs.items()
            if name in {"href", "src", "action", "srcset", "poster", "data"}
        ]
        assert asked
        assert all(re.match(r"/(?!/)", address) for address in asked)

    @pytest.mark.parametrize("path", PAGES)
    def test_a_page_has_no_script_and_no_style_within(self, path: str) -> None:
        with a_client(a_site(an_activity()), **HTML) as client:
            client.put("/activities/1/")
            page = _read(client.get(path))
        for tag, attrs in page.tags:
            assert tag != "style"
            assert tag != "script" or "src" in attrs
            assert not [name for name in attrs if name == "style" or name.startswith("on")]

    @pytest.mark.parametrize(
        "path",
        [
            "/static/style.css",
            "/static/icon.svg",
            "/static/docs.js",
            "/docs/ui/swagger-ui.css",
            "/docs/ui/swagger-ui-bundle.js",
        ],
    )
    def test_what_a_page_asks_for_is_there(self, path: str) -> None:
        with a_client(a_site()) as client:
            assert client.get(path).status_code == 200

    def test_our_style_asks_nobody_else_for_anything(self) -> None:
        with a_client(a_site()) as client:
            style = client.get("/static/style.css").text
        assert "url(" not in style
        assert "@import" not in style


class TestProblemPages:
    @pytest.mark.parametrize(
        ("path", "status", "says"),
        [
            ("/nowhere", 404, "There is nothing at /nowhere."),
            ("/story/9", 404, "You have no activity 9."),
            ("/story/a_b", 404, "There is nothing at /story/a_b."),
            ("/?before=x", 400, "unchanged"),
            ("/add", 405, "/add does not take GET."),
        ],
    )
    def test_a_person_gets_a_page(self, path: str, status: int, says: str) -> None:
        with a_client(a_site(), **HTML) as client:
            answer = client.get(path)
            assert answer.status_code == status
            assert says in _read(answer).text

    def test_a_path_is_text_on_the_page(self) -> None:
        with a_client(a_site(), **HTML) as client:
            page = _read(client.get(f"/{SCRIPT}"))
        assert "script" not in {tag for tag, _ in page.tags}

    @pytest.mark.parametrize(
        "accept", ["application/json", "*/*", "application/json, text/html;q=0.9", ""]
    )
    def test_a_program_gets_a_problem(self, accept: str) -> None:
        with a_client(a_site(), accept=accept) as client:
            answer = client.get("/nowhere")
            assert answer.headers["content-type"] == "application/problem+json"
