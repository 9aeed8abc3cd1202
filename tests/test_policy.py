"""The data policy: what models are shown, what is kept, and when it goes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import stridetale
from builders import an_activity
from fakes import ScriptedWriter
from sites import TRUE
from stridetale.activity import Activity, Source
from stridetale.facts import facts_of
from stridetale.policy import UNCHOSEN, DataPolicy
from stridetale.story import Budget, Wish, tell

PERSONAL, STRICT = DataPolicy("personal"), DataPolicy("strict")
OF_A_FILE = an_activity(polyline="_p~iF", elevation_profile_m=(1.0, 2.0))
OF_THE_API = an_activity(
    source=Source(kind="strava", name="1"), polyline="_p~iF", elevation_profile_m=(1.0, 2.0)
)


@pytest.mark.parametrize("policy", [PERSONAL, STRICT, UNCHOSEN])
def test_models_see_the_athletes_own_files_under_every_policy(policy: DataPolicy) -> None:
    assert policy.for_models(facts_of(OF_A_FILE)) == facts_of(OF_A_FILE)


@pytest.mark.parametrize("policy", [STRICT, UNCHOSEN])
def test_models_see_no_api_data_unless_the_operator_answers_for_it(policy: DataPolicy) -> None:
    assert policy.for_models(facts_of(OF_THE_API)) is None


def test_models_see_api_data_where_the_operator_answers_for_it() -> None:
    assert PERSONAL.for_models(facts_of(OF_THE_API)) == facts_of(OF_THE_API)


@pytest.mark.parametrize("policy", [STRICT, UNCHOSEN])
def test_no_positions_of_api_data_are_kept(policy: DataPolicy) -> None:
    kept = policy.keepable(OF_THE_API)
    assert (kept.polyline, kept.elevation_profile_m) == (None, None)


@pytest.mark.parametrize(("policy", "activity"), [(STRICT, OF_A_FILE), (PERSONAL, OF_THE_API)])
def test_other_positions_are_kept(policy: DataPolicy, activity: Activity) -> None:
    assert policy.keepable(activity) == activity


def test_api_data_goes_after_seven_days_under_the_strict_policy_alone() -> None:
    noon = datetime(2026, 5, 5, 12, tzinfo=UTC)
    assert STRICT.goes_at(noon) == noon + timedelta(days=7)
    assert PERSONAL.goes_at(noon) is None


async def told_under(policy: DataPolicy, activity: Activity) -> tuple[str, int]:
    """Who told its story, and how often the model was asked."""
    writer = ScriptedWriter(TRUE)
    facts = facts_of(activity)
    story = await tell(facts, Wish(), writer=writer, budget=Budget(), seed=1, policy=policy)
    return story.author.kind, len(writer.asked)


@pytest.mark.parametrize("policy", [STRICT, UNCHOSEN])
async def test_the_composer_tells_of_api_data_and_no_model_is_asked(policy: DataPolicy) -> None:
    assert await told_under(policy, OF_THE_API) == ("composer", 0)


async def test_a_model_tells_of_a_file_under_the_strict_policy() -> None:
    assert await told_under(STRICT, OF_A_FILE) == ("model", 1)


async def test_a_model_tells_of_api_data_under_the_personal_policy() -> None:
    assert await told_under(PERSONAL, OF_THE_API) == ("model", 1)


def test_nothing_but_the_policy_makes_facts_for_models() -> None:
    """The type is what keeps API data from a model: nobody may make one on the side."""
    folder = Path(stridetale.__file__).parent
    makers = [path.name for path in folder.rglob("*.py") if "ForModels(" in path.read_text()]
    assert makers == ["policy.py"]
