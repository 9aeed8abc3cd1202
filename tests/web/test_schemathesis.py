"""Whatever is sent to the API, it answers as its OpenAPI document says.

STRIDETALE_CASES makes the run as large as one likes: so many examples for each operation.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig

from clubs import Club, a_club
from sandboxes import a_sandbox
from sites import a_gpx, files

CASES = int(os.environ.get("STRIDETALE_CASES", "8"))
FEW = settings(
    max_examples=CASES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
REFUSALS = ["2xx", "400", "401", "403", "404", "409", "5xx"]
"""400: a page's cursor is a text of ours, and no schema says which. 409: no story to publish."""
NO_RECORDING = ["413", "415", "422"]
"""Hardly anything that is sent at random is one."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {"positive_data_acceptance": {"expected-statuses": REFUSALS}},
        "operations": [
            {
                "include-path": "/activities/import",
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": REFUSALS + NO_RECORDING}
                },
            }
        ],
    }
)
UNLIMITED = (10**9, 10**9)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with (
        a_sandbox(overall=UNLIMITED, read=UNLIMITED) as sandbox,
        a_club(sandbox, tmp_path_factory.mktemp("club")) as club,
    ):
        yield club


@pytest.fixture(scope="module")
def token(club: Club) -> str:
    """Of an athlete with some activities, of which one is a file."""
    with club.member(1001) as anna:
        anna.send("POST", "/activities/import", files=files(("a.gpx", a_gpx())))
        secret: str = anna.send("POST", "/me/tokens", json={"name": "x"}).json()["secret"]
    return secret


class Bearer:
    """Signs cases in, in a way that schemathesis can undo, to try without."""

    token = ""

    def get(self, *_: object) -> str:
        return self.token

    def set(self, case: Any, token: str, _: object) -> None:  # noqa: ANN401 (schemathesis's own)
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def sent_everything(club: Club, token: str | None) -> int:
    """Send every operation its examples, check each answer, and count them."""
    schema: Any = schemathesis.openapi.from_url(f"{club.url}/openapi.json", config=CONFIG)
    if token is not None:
        schema.auth()(type("Signed", (Bearer,), {"token": token}))
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.label == "DELETE /me":  # it would end the run for all others
            continue

        def check(case: Any) -> None:  # noqa: ANN401 (schemathesis's own)
            nonlocal sent
            sent += 1
            case.call_and_validate(timeout=30)

        FEW(given(case=operation.as_strategy())(check))()
    return sent


def test_signed_out_every_answer_is_as_documented(club: Club) -> None:
    print(sent_everything(club, None), "cases")  # noqa: T201 (what a larger run is made for)


def test_signed_in_every_answer_is_as_documented(club: Club, token: str) -> None:
    print(sent_everything(club, token), "cases")  # noqa: T201 (as above)
