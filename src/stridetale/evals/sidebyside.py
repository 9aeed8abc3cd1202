"""Side by side: the same activities told by several writers, drawn by seed, not chosen."""

from collections.abc import Sequence

from stridetale.activity import Activity
from stridetale.draft import Draft, say_body, say_title
from stridetale.evals.machine import Machine
from stridetale.evals.report import whys
from stridetale.evals.runs import Case, Run
from stridetale.facts import facts_of
from stridetale.saying import Style
from stridetale.story import Budget, Judged


def page(runs: Sequence[Run], budget: Budget, machine: Machine, *, seed: int) -> str:
    """A page in Markdown: each activity with the story of each writer.

    Where no draft of a model was good enough, the first one that it finished stands there too,
    with the reasons, since the story is the composer's.
    """
    drawn = (
        f"The first {len(runs[0].cases)} invented activities of seed {seed}, each told by "
        f"{', '.join(run.writer for run in runs)} within {budget.seconds:g} seconds a story; "
        "nothing is chosen. Stridetale "
        f"{machine.stridetale}, {machine.processor}, {machine.cores} cores, {machine.day}."
    )
    parts = ["# Side by side", "", drawn, ""]
    for number, cases in enumerate(zip(*(run.cases for run in runs), strict=False), 1):
        parts += [f"## {number}. {_about(cases[0])}", ""]
        for run, case in zip(runs, cases, strict=True):
            parts += [*_story(run.writer, case), ""]
    return "\n".join(parts)


def _about(case: Case) -> str:
    """What there is to tell: the sport, the tone and the facts."""
    facts = facts_of(case.activity, _style(case))
    said = [fact.said for fact in facts if fact.slot not in ("sport", "gear")]
    tone = f"{_plain(case.activity.sport_type)}, {case.story.tone}"
    return f"{tone}: {', '.join(said)}" if said else tone


def _story(writer: str, case: Case) -> list[str]:
    story = case.story
    composed = " (composed)" if case.composed and writer != "composer" else ""
    lines = [f"**{writer}{composed}: {_plain(story.title)}**", "", _plain(story.body)]
    if composed:
        first = next((one for one in case.judged if one.whole), None)
        lines += ["", _refused(first, case)]
    return lines


def _refused(first: Judged | None, case: Case) -> str:
    if first is None:
        return f"> No draft was finished ({case.failure or 'all were stopped'})."
    said = _said(first.draft, case.activity, _style(case))
    return f"> Refused ({', '.join(whys(first)) or 'nothing'}): {_plain(said)}"


def _said(draft: Draft, activity: Activity, style: Style) -> str:
    facts = facts_of(activity, style)
    return f"{say_title(draft, facts)} / {say_body(draft, facts)}"


def _style(case: Case) -> Style:
    return Style(case.story.locale, case.story.units)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in text)
