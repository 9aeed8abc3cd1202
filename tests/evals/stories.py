"""Runs of a few cases, for the tests of what is made of them."""

from functools import partial

import anyio

from builders import an_activity, facts_like
from fakes import Line, ScriptedWriter
from stridetale.activity import Activity
from stridetale.composer import compose
from stridetale.draft import Draft
from stridetale.evals.runs import Case, Run, TimedWriter, run_writer, tell_case
from stridetale.invented import invented_activities
from stridetale.story import Budget, Wish, Written

GOOD = compose(facts_like(), tone="warm", seed=1)
"""A draft that may be told of `an_activity`."""
FALSE = Draft(title="A Sunday Run", body=GOOD.body)
MISSPELT = Draft(title="The Brimmery", body=GOOD.body)


def good(candidate: int = 0) -> Written:
    return Written(candidate, GOOD)


async def case_of(*script: Line, activity: Activity | None = None) -> Case:
    """The story of `an_activity` by a writer with this script."""
    writer = TimedWriter(ScriptedWriter(*script))
    activity = activity or an_activity()
    return await tell_case(activity, Wish(), writer=writer, budget=Budget())


async def run_of(*cases: Case, writer: str = "scripted") -> Run:
    """A run of these cases."""
    return Run(writer, ScriptedWriter().author, len(cases), cases, 100.0)


def composed_run(count: int, *, seed: int = 1) -> Run:
    """A run of the composer."""
    activities = list(invented_activities(count, seed=seed))
    budget = Budget()
    return anyio.run(partial(run_writer, activities, name="composer", writer=None, budget=budget))
