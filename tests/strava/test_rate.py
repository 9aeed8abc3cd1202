from datetime import UTC, datetime, timedelta

import pytest

from stridetale.strava.rate import UNKNOWN, Rate

NOW = datetime(2026, 5, 5, 10, 7, tzinfo=UTC)


def heard(
    *, overall: str = "1,1", read: str = "1,1", at: datetime = NOW, before: Rate = UNKNOWN
) -> Rate:
    headers = {
        "x-ratelimit-limit": "200,2000", "x-ratelimit-usage": overall,
        "x-readratelimit-limit": "100,1000", "x-readratelimit-usage": read,
    }  # fmt: skip
    return before.heard(headers, at)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-{text}Z")


def test_before_the_first_answer_a_call_may_be_made() -> None:
    assert UNKNOWN.free_at(NOW, reading=True) == NOW


def test_within_the_limits_a_call_may_be_made() -> None:
    assert heard(read="99,999").free_at(NOW, reading=True) == NOW


def test_a_quarter_that_is_used_up_is_waited_for() -> None:
    assert heard(read="100,400").free_at(NOW, reading=True) == at("05T10:15")


def test_a_day_that_is_used_up_is_waited_for() -> None:
    assert heard(read="100,1000").free_at(NOW, reading=True) == at("06T00:00")


def test_writing_is_not_held_by_the_limit_of_reading() -> None:
    assert heard(read="100,1000").free_at(NOW, reading=False) == NOW


def test_reading_is_held_by_the_overall_limit() -> None:
    assert heard(overall="200,300").free_at(NOW, reading=True) == at("05T10:15")


def test_a_new_quarter_is_free() -> None:
    later = at("05T10:15")
    assert heard(read="100,400").free_at(later, reading=True) == later


def test_calls_under_way_count() -> None:
    rate = heard(read="98,400")
    for _ in range(2):
        rate = rate.calling(NOW, reading=True)
    assert rate.free_at(NOW, reading=True) == at("05T10:15")


def test_a_call_in_a_new_quarter_is_its_first() -> None:
    rate = heard(read="100,400").calling(at("05T10:16"), reading=True)
    assert rate.known["read"].used == (1, 401)


def test_writing_counts_overall_alone() -> None:
    rate = heard().calling(NOW, reading=False)
    assert [rate.known[kind].used for kind in ("overall", "read")] == [(2, 2), (1, 1)]


def test_an_answer_that_was_overtaken_lowers_nothing() -> None:
    rate = heard(read="40,400", before=heard(read="41,401"))
    assert rate.known["read"].used == (41, 401)


def test_in_a_new_quarter_the_usage_falls() -> None:
    later = NOW + timedelta(minutes=15)
    assert heard(read="3,403", at=later, before=heard(read="99,400")).known["read"].used == (3, 403)


@pytest.mark.parametrize("usage", ["", "1", "1,2,3", "a,b", "-1,2", "1.5,2"])
def test_headers_that_are_no_numbers_change_nothing(usage: str) -> None:
    before = heard(read="7,70")
    assert heard(read=usage, before=before).known["read"].used == (7, 70)
