import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from sites import a_client, a_site
from stridetale.errors import StridetaleError
from stridetale.facts import facts_of
from stridetale.library import Entry, Page
from stridetale.sessions import Token
from stridetale.strava.accounts import Farewell
from stridetale.strava.publishing import Change
from stridetale.web import examples
from stridetale.web.importing import Imported
from stridetale.web.me import Me, NewToken
from stridetale.web.problems import MEDIA_TYPE, Problem
from stridetale.web.strava_api import Brought
from stridetale.web.telling import Order

API_DOC = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with a_client(a_site()) as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _kinds() -> set[str]:
    def walk(error: type[StridetaleError]) -> set[str]:
        return {error.kind}.union(*map(walk, error.__subclasses__()))

    return walk(StridetaleError)


class TestDocument:
    def test_the_operations_are_those_that_are_promised(self, document: dict[str, Any]) -> None:
        assert {name for name, _ in _operations(document)} == {
            "POST /activities/import",
            "GET /activities/",
            "GET /activities/processed/",
            "GET /activities/{activity_id}/",
            "PUT /activities/{activity_id}/",
            "DELETE /activities/{activity_id}/",
            "GET /activities/{activity_id}/stories/",
            "POST /activities/",
            "GET /activities/{activity_id}/publish",
            "POST /activities/{activity_id}/publish",
            "DELETE /activities/{activity_id}/publish",
            "GET /me",
            "DELETE /me",
            "GET /me/export",
            "GET /me/tokens",
            "POST /me/tokens",
            "DELETE /me/tokens/{token_id}",
            "GET /healthz",
            "GET /readyz",
        }

    def test_every_good_answer_has_an_example(self, document: dict[str, Any]) -> None:
        for name, operation in _operations(document):
            for status, response in operation["responses"].items():
                if status in {"200", "201"} and "application/zip" not in response["content"]:
                    content = response["content"]["application/json"]
                    assert "example" in content, name
                    assert "$ref" in str(content["schema"]), name

    def test_every_refusal_is_a_problem_with_an_example(self, document: dict[str, Any]) -> None:
        for name, operation in _operations(document):
            for status, response in operation["responses"].items():
                if int(status) < 400:
                    continue
                assert list(response["content"]) == [MEDIA_TYPE], name
                for kind, example in response["content"][MEDIA_TYPE]["examples"].items():
                    problem = Problem.model_validate(example["value"])
                    assert (problem.kind, str(problem.status)) == (kind, status)
                    assert kind in _kinds()

    def test_every_reference_leads_somewhere(self, document: dict[str, Any]) -> None:
        for name in re.findall(r"#/components/schemas/([\w-]+)", json.dumps(document)):
            assert name in document["components"]["schemas"]

    def test_the_frameworks_own_error_shape_is_gone(self, document: dict[str, Any]) -> None:
        assert "ValidationError" not in json.dumps(document)

    def test_every_operation_says_what_it_does(self, document: dict[str, Any]) -> None:
        for _, operation in _operations(document):
            assert operation["summary"]
            assert operation["description"]

    def test_the_form_of_an_import_is_described(self, document: dict[str, Any]) -> None:
        body = document["paths"]["/activities/import"]["post"]["requestBody"]
        assert "file" in body["content"]["multipart/form-data"]["schema"]["properties"]

    def test_the_stream_is_described(self, document: dict[str, Any]) -> None:
        answers = document["paths"]["/activities/{activity_id}/"]["put"]["responses"]
        assert set(answers["200"]["content"]) == {"application/json", "text/event-stream"}


class TestExamples:
    @pytest.mark.parametrize(
        ("example", "form"),
        [
            (examples.ENTRY, Entry),
            (examples.PAGE, Page),
            (examples.IMPORTED, Imported),
            (examples.BROUGHT, Brought),
            (examples.ME, Me),
            (examples.FAREWELL, Farewell),
            (examples.TOKEN, Token),
            (examples.NEW_TOKEN, NewToken),
            (examples.CHANGE, Change),
        ],
    )
    def test_an_example_is_what_the_api_answers(self, example: dict[str, Any], form: Any) -> None:  # noqa: ANN401 (any model)
        adapter = TypeAdapter(form)
        value = adapter.validate_json(json.dumps(example))
        assert adapter.dump_python(value, mode="json") == example

    def test_the_cursor_of_an_example_is_one_of_ours(self) -> None:
        with a_client(a_site()) as client:
            before = str(examples.PAGE["next"])
            assert client.get("/activities/", params={"before": before}).status_code == 200

    @pytest.mark.parametrize("name", examples.ORDERS)
    def test_an_order_of_the_examples_is_taken(self, name: str) -> None:
        order = examples.ORDERS[name]["value"]
        assert Order.model_validate(order).model_dump(exclude_unset=True) == order


class TestApiDoc:
    def test_the_documented_entry_is_the_example(self) -> None:
        [block] = re.findall(r"```json title=entry\n(.*?)```", API_DOC.read_text(), re.DOTALL)
        assert json.loads(block) == examples.ENTRY

    def test_every_key_of_an_entry_is_explained(self) -> None:
        text = API_DOC.read_text()
        entry = examples.ENTRY
        receipt = entry["story"]["receipts"][0]
        for key in (
            *entry,
            *entry["activity"],
            *entry["story"],
            *entry["story"]["author"],
            *receipt,
        ):
            assert f"| `{key}` |" in text, key

    def test_every_address_is_listed(self, document: dict[str, Any]) -> None:
        text = API_DOC.read_text().replace("{id}", "{activity_id}")
        for name, _ in _operations(document):
            assert f"| `{name}` |" in text

    def test_every_event_is_explained(self) -> None:
        text = API_DOC.read_text()
        for event in ("draft", "judged", "gave_up", "story", "problem"):
            assert f"| `{event}` |" in text


def test_the_story_of_the_examples_is_true() -> None:
    entry = Entry.model_validate_json(json.dumps(examples.ENTRY))
    assert entry.story is not None
    assert entry.story.is_true_of(facts_of(entry.activity))
