import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import an_activity
from sites import BASE, HTML, a_client, a_site, site_settings
from stridetale.errors import HostNotAllowed
from stridetale.web.guard import Guard, name_of

OURS = ["localhost", "localhost:8000", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000"]
THEIRS = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "localhost@evil.example",
    "[::1].evil.example",
    "[::1",
    "192.168.1.5:8000",
    "0.0.0.0:8000",
    "",
    ":8000",
]


class TestHost:
    @pytest.mark.parametrize("host", OURS)
    def test_this_machine_is_answered(self, host: str) -> None:
        with a_client(a_site(), host=host) as client:
            assert client.get("/activities/").status_code == 200

    @pytest.mark.parametrize("host", THEIRS)
    @pytest.mark.parametrize("path", ["/", "/activities/", "/healthz", "/static/style.css"])
    def test_another_name_for_this_machine_is_not_answered(self, host: str, path: str) -> None:
        with a_client(a_site(), host=host) as client:
            answer = client.get(path)
            assert answer.status_code == 421
            assert answer.json()["kind"] == "host-not-allowed"

    def test_a_name_that_the_operator_allows_is_answered(self) -> None:
        allowed = ("stories.example", "other.example:443")
        with a_client(a_site(allowed_hosts=allowed), host="Stories.example:80") as client:
            assert client.get("/activities/").status_code == 200
            assert client.get("/", headers={"host": "other.example"}).status_code == 200

    def test_the_address_that_is_listened_on_is_answered(self) -> None:
        with a_client(a_site(host="192.168.1.5"), host="192.168.1.5:8000") as client:
            assert client.get("/activities/").status_code == 200

    @pytest.mark.parametrize("every", ["0.0.0.0", "::"])  # noqa: S104 (nothing is bound)
    def test_listening_everywhere_allows_no_further_name(self, every: str) -> None:
        guard = Guard.of(site_settings(host=every))
        with pytest.raises(HostNotAllowed):
            guard.check("GET", {"host": "evil.example"})

    @given(st.text(max_size=40))
    def test_no_text_is_too_odd_for_a_host(self, host: str) -> None:
        assert isinstance(name_of(host), str)


CHANGES = [
    ("POST", "/activities/import"),
    ("PUT", "/activities/1/"),
    ("DELETE", "/activities/1/"),
    ("POST", "/add"),
    ("POST", "/tell/1"),
]


class TestOrigin:
    @pytest.mark.parametrize(("method", "path"), CHANGES)
    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "http://evil.example"},
            {"origin": "http://localhost:3000"},
            {"origin": "http://localhost:8000.evil.example"},
            {"origin": "http://[::1"},
            {"origin": "null"},
            {"origin": ""},
            {"origin": BASE, "sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
        ],
    )
    def test_another_site_may_change_nothing(
        self, method: str, path: str, headers: dict[str, str]
    ) -> None:
        with a_client(a_site(an_activity())) as client:
            answer = client.request(method, path, headers=headers)
            assert answer.status_code == 403
            assert answer.json()["kind"] == "origin-not-allowed"
            entry = client.get("/activities/1/").json()
            assert entry["story"] is None

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": BASE},
            {"origin": BASE, "sec-fetch-site": "same-origin"},
            {"sec-fetch-site": "none"},
        ],
    )
    def test_our_own_page_and_programs_may(self, headers: dict[str, str]) -> None:
        with a_client(a_site(an_activity())) as client:
            assert client.delete("/activities/1/", headers=headers).status_code == 204

    def test_another_site_may_link_here(self) -> None:
        with a_client(a_site()) as client:
            headers = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
            assert client.get("/", headers=headers).status_code == 200

    def test_behind_a_proxy_the_allowed_name_may(self) -> None:
        app = a_site(an_activity(), allowed_hosts=("stories.example",))
        with a_client(app, host="127.0.0.1:8000", origin="https://stories.example") as client:
            assert client.delete("/activities/1/").status_code == 204

    def test_allowing_a_name_allows_no_other_port_of_this_machine(self) -> None:
        app = a_site(an_activity(), allowed_hosts=("stories.example", "localhost"))
        with a_client(app, origin="http://localhost:3000") as client:
            assert client.delete("/activities/1/").status_code == 403


EVERYWHERE = ["/", "/story/1", "/docs", "/nowhere", "/activities/", "/healthz", "/static/style.css"]


class TestHeaders:
    @pytest.mark.parametrize("path", EVERYWHERE)
    def test_every_answer_is_guarded(self, path: str) -> None:
        with a_client(a_site(an_activity()), **HTML) as client:
            headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert len(headers["x-request-id"]) == 16

    @pytest.mark.parametrize("path", EVERYWHERE)
    def test_no_page_may_have_script_or_style_within(self, path: str) -> None:
        with a_client(a_site(an_activity()), **HTML) as client:
            policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy

    def test_only_the_documentation_has_a_script(self) -> None:
        with a_client(a_site(an_activity()), **HTML) as client:
            scripted = {
                path
                for path in EVERYWHERE
                if "script-src" in client.get(path).headers["content-security-policy"]
            }
        assert scripted == {"/docs"}

    def test_a_refused_request_has_the_same_headers(self) -> None:
        with a_client(a_site(), host="evil.example") as client:
            assert "content-security-policy" in client.get("/").headers

    def test_the_policy_lets_browsers_send_the_origin_of_our_forms(self) -> None:
        with a_client(a_site()) as client:
            assert client.get("/").headers["referrer-policy"] == "same-origin"
