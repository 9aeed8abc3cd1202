from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from builders import an_activity
from sites import BASE, a_client, a_site

METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
KNOWN = ["", "activities", "import", "processed", "1", "stories", "story", "add", "tell", "docs"]
PATHS = st.lists(st.sampled_from(KNOWN) | st.text(max_size=8), max_size=4)
QUERIES = st.dictionaries(st.sampled_from(["limit", "before", "x"]), st.text(max_size=12))
HEADERS = st.dictionaries(
    st.sampled_from(["accept", "content-type", "cookie", "origin", "sec-fetch-site", "referer"]),
    st.sampled_from(["text/html", "text/event-stream", "application/json", "null", ";q=x", ",,"])
    | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
    max_size=3,
)
BODIES = st.binary(max_size=40) | st.sampled_from([b"{}", b'{"again":true}', b"null", b"[]"])


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with a_client(a_site(an_activity())) as client, capture_logs():
        yield client


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=METHODS, path=PATHS, query=QUERIES, headers=HEADERS, body=BODIES)
def test_no_request_finds_a_defect(
    client: TestClient,
    method: str,
    path: list[str],
    query: dict[str, str],
    headers: dict[str, str],
    body: bytes,
) -> None:
    address = f"{BASE}/" + "/".join(quote(part, safe="") for part in path)
    answer = client.request(method, address, params=query, headers=headers, content=body)
    assert answer.status_code < 500
    assert answer.headers["x-request-id"]
    if answer.status_code >= 400 and method != "HEAD":
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in {"application/problem+json", "text/html"}
