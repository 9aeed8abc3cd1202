from dataclasses import replace

import anyio
import pytest

from builders import an_activity
from evals.stories import FALSE, GOOD, MISSPELT, case_of, composed_run, good, run_of
from fakes import Line, Pause
from stridetale.draft import Draft
from stridetale.errors import WriterRefused
from stridetale.evals.figures import Training, words_of
from stridetale.evals.reader import Finding
from stridetale.evals.report import Report, Spread, report_of, unknown_words
from stridetale.evals.runs import Case
from stridetale.story import Budget, Writing

STOPPED = Writing(0, "A Title\nOn Sunday you ran with friends.")


async def report(*scripts: tuple[Line, ...], training: Training | None = None) -> Report:
    """The report of a story for each of these scripts."""
    cases = [await case_of(*script) for script in scripts]
    return report_of(await run_of(*cases), Budget(), training=training)


async def lied_about(case: Case) -> Case:
    return replace(case, findings=(Finding("day", "Sunday", "it was Tuesday"),))


async def test_half_of_the_stories_are_accepted_at_the_first_draft() -> None:
    acceptance = (await report((good(),), (FALSE, good(1)))).acceptance
    assert acceptance.at_first == 0.5


async def test_what_is_accepted_later_is_accepted_within_the_budget() -> None:
    acceptance = (await report((good(),), (FALSE, good(1)))).acceptance
    assert (acceptance.within_budget, acceptance.composed) == (1.0, 0.0)


async def test_a_story_without_a_good_draft_is_composed() -> None:
    acceptance = (await report((FALSE,), (good(),))).acceptance
    assert (acceptance.within_budget, acceptance.composed) == (0.5, 0.5)


async def test_every_draft_that_was_judged_counts() -> None:
    acceptance = (await report((FALSE, good(1)), (STOPPED, good(1)))).acceptance
    assert acceptance.drafts == 4
    assert acceptance.drafts_good == 0.5
    assert acceptance.drafts_stopped == 0.25


async def test_a_draft_is_refused_for_each_kind_of_contradiction_once() -> None:
    acceptance = (
        await report(
            (FALSE,),
        )
    ).acceptance
    assert acceptance.refused_for == {"day": 1, "sport": 1}


async def test_a_draft_is_refused_for_an_invented_word() -> None:
    acceptance = (
        await report(
            (MISSPELT,),
        )
    ).acceptance
    assert acceptance.refused_for == {"no word": 1}


async def test_why_a_writer_gave_up_is_counted() -> None:
    acceptance = (await report((WriterRefused("No."),), (good(),))).acceptance
    assert acceptance.failures == {"WriterRefused": 1}


def test_the_composer_accepts_nothing_and_refuses_nothing() -> None:
    acceptance = report_of(composed_run(3), Budget()).acceptance
    assert (acceptance.at_first, acceptance.within_budget, acceptance.composed) == (None, None, 1.0)
    assert acceptance.drafts_good is None


async def test_true_stories_pass() -> None:
    assert (await report((good(),))).passed


async def test_a_finding_is_a_contradiction_of_its_kind() -> None:
    case = await lied_about(await case_of(good()))
    told = report_of(await run_of(case), Budget())
    assert told.truth.by_kind == {"day": 1}
    assert not told.passed


async def test_a_contradiction_that_grounding_finds_in_a_told_story_does_not_pass() -> None:
    case = replace(await case_of(good()), against=("The body says Sunday.",))
    told = report_of(await run_of(case), Budget())
    assert (told.truth.grounding, told.passed) == (1, False)


def test_words_are_counted_as_a_reader_does() -> None:
    language = report_of(composed_run(30), Budget()).language
    assert 40 <= language.words_least <= language.words_mean <= language.words_most <= 60
    assert language.forty_to_sixty == 1.0


async def test_a_title_that_comes_twice_is_one_title() -> None:
    language = (await report((good(),), (good(),))).language
    assert language.distinct_titles == 0.5


async def test_stories_that_are_the_same_have_half_their_runs_and_all_their_bleu() -> None:
    language = (await report((good(),), (good(),))).language
    assert (language.distinct_3, language.self_bleu_4) == (0.5, 1.0)


async def test_a_story_of_the_training_data_shares_all_its_words_with_it() -> None:
    training = Training([words_of(GOOD.body)])
    copied = (await report((good(),), training=training)).language.copied
    assert copied is not None
    assert (copied.median, copied.over_ten) == (len(words_of(GOOD.body)), 1.0)


async def test_without_training_data_nothing_is_said_of_it() -> None:
    assert (await report((good(),))).language.copied is None


@pytest.mark.parametrize(
    ("title", "unknown"),
    [
        ("The Brimmery", ["brimmery"]),
        ("A Quiet {sport}", []),
        ("You Don’t Stop", []),
        ("The Zwift of It", []),
    ],
)
def test_words_that_nobody_knows_are_unknown(title: str, unknown: list[str]) -> None:
    activity = an_activity(gear="Zwift")
    assert unknown_words(Draft(title=title, body="So it was."), activity) == unknown


async def test_the_seconds_of_stories_are_told_by_percentile() -> None:
    cases = [replace(await case_of(good()), seconds=float(n)) for n in range(1, 102)]
    timing = report_of(await run_of(*cases), Budget()).timing
    assert timing.story == Spread(p50=51.0, p95=96.0)


async def test_stories_a_minute_are_those_of_the_whole_run() -> None:
    cases = [replace(await case_of(good()), seconds=seconds) for seconds in (1.0, 2.0)]
    assert report_of(await run_of(*cases), Budget()).timing.stories_a_minute == 40.0


async def test_what_was_not_waited_for_is_the_services_own() -> None:
    case = replace(await case_of(good()), seconds=2.0, waited=1.5)
    assert report_of(await run_of(case), Budget()).timing.own_share == 0.25


async def test_tokens_are_counted_while_the_writer_is_waited_for() -> None:
    case = replace(await case_of(good()), waited=2.0, tokens=300)
    run = await run_of(case)
    assert report_of(run, Budget()).timing.tokens_a_second == 150.0


async def test_of_a_writer_that_does_not_show_tokens_none_are_counted() -> None:
    case = replace(await case_of(good()), waited=2.0)
    assert report_of(await run_of(case), Budget()).timing.tokens_a_second is None


async def test_a_writer_that_is_slow_has_a_late_first_draft() -> None:
    first = (await report((Pause(0.2), good()))).timing.first_draft
    assert first is not None
    assert first.p50 >= 0.2


def test_a_run_in_which_nobody_drafted_has_no_first_draft() -> None:
    assert report_of(composed_run(2), Budget()).timing.first_draft is None


def test_a_report_says_who_wrote() -> None:
    told = anyio.run(report, (good(),))
    assert (told.model, told.version) == ("scripted", "1")
