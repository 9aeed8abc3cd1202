"""The data policy: what may be done with what came from Strava's API.

Strava's API Policy of 2026-06-01 (docs/strava-policy.md has the clauses) restricts it, so the
operator chooses in words, and there is no default. Files and exports that athletes bring
themselves are not API data: no policy changes anything for them.

This module is the one place where it is decided. A model drafts from `ForModels` alone, and only
`DataPolicy.for_models` makes one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NewType

from stridetale.activity import Activity
from stridetale.facts import Facts

PolicyName = Literal["personal", "strict"]

ForModels = NewType("ForModels", Facts)
"""Facts that a model may be shown."""

LONGEST = timedelta(days=7)
"""How long API data may be cached (API Policy, 5.5 and 6.2)."""


@dataclass(frozen=True)
class DataPolicy:
    """What the operator chose.

    Args:
        name: "personal": models write of API data and it is kept until it is deleted; the operator
            answers for it. "strict": no model sees it, no positions are kept, and it goes after
            seven days. None: nothing was chosen, so none is fetched; what is there from an earlier
            choice is shown to no model, but stays.
    """

    name: PolicyName | None = None

    def for_models(self, facts: Facts) -> ForModels | None:
        """The same facts, where a model may be shown them."""
        may = self.name == "personal" or facts.origin != "strava"
        return ForModels(facts) if may else None

    def keepable(self, activity: Activity) -> Activity:
        """The activity without what may not be kept of it."""
        if self.name == "personal" or not is_api_data(activity):
            return activity
        return activity.model_copy(update={"polyline": None, "elevation_profile_m": None})

    def goes_at(self, fetched_at: datetime) -> datetime | None:
        """When API data that was fetched then must be gone; None where it may stay."""
        return fetched_at + LONGEST if self.name == "strict" else None


UNCHOSEN = DataPolicy()


def is_api_data(activity: Activity) -> bool:
    """Whether it came from Strava's API, and not from the athlete's own files."""
    return activity.source.kind == "strava"
