import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from stridetale.logs import set_up_logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_an_event_is_one_object_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json")
    structlog.get_logger().info("story.told", drafts=2)
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["drafts"], event["level"]) == ("story.told", 2, "info")


def test_an_event_of_a_library_looks_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "json")
    logging.getLogger("somewhere").warning("slow")
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["level"]) == ("slow", "warning")


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "text")
    structlog.get_logger().info("story.told", drafts=2)
    assert "story.told" in capsys.readouterr().err


def test_what_is_below_the_level_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("warning", "text")
    structlog.get_logger().info("story.told")
    assert capsys.readouterr().err == ""


def test_logs_go_to_standard_error_alone(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "text")
    structlog.get_logger().info("story.told")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "library", ["httpx2", "openai", "pymongo.command", "uvicorn.access", "botocore.parsers"]
)
def test_a_library_that_logs_every_request_is_quiet(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("debug", "text")
    logging.getLogger(library).info("GET /?key=secret")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_does_not_show_what_variables_hold(
    form: Literal["text", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("info", form)
    words = ["an", "athlete's", "words"]
    try:
        len(words) / 0
    except ZeroDivisionError:
        structlog.get_logger().exception("http.unforeseen")
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "athlete's" not in said
