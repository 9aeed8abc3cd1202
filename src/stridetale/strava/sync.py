"""Sync: what an athlete has at Strava comes into the library, and stays as it is there.

An activity that the athlete brought by themselves (a file, an export) stays theirs: what Strava
says of it neither replaces nor deletes it.
"""

from collections.abc import Iterable
from datetime import datetime

from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.errors import ActivityNotFound
from stridetale.facts import facts_of
from stridetale.jobs import Job, Jobs
from stridetale.library import Added, Entry, Library
from stridetale.policy import is_api_data
from stridetale.strava.client import Strava

MOST = 200
"""Of one look at what is new."""


def telling(athlete: AthleteId, activity_id: ActivityId) -> Job:
    """The job of telling an activity's story, where it has none that is true."""
    return Job(
        id=f"tell/{athlete}/{activity_id}",
        kind="tell",
        athlete=athlete,
        payload={"activity_id": activity_id},
    )


class Sync:
    """Brings activities from Strava.

    Args:
        strava: its API.
        library: where they come to.
        jobs: where stories are ordered that nobody waits for.
    """

    def __init__(self, strava: Strava, library: Library, jobs: Jobs) -> None:
        self._strava, self._library, self._jobs = strava, library, jobs

    async def latest(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: datetime | None = None,
        after: datetime | None = None,
    ) -> list[Added]:
        """Bring the last activities, newest first; see `Strava.activities`.

        Raises:
            StravaFailed: one of its kinds.
        """
        found = await self._strava.activities(athlete, limit=limit, before=before, after=after)
        return await self._keep(athlete, found)

    async def entry(self, athlete: AthleteId, activity_id: ActivityId) -> Entry:
        """An activity of the library, or else brought from Strava.

        Raises:
            ActivityNotFound: it is at neither.
            StravaFailed: one of its kinds.
        """
        known = await self._known(athlete, activity_id)
        return known or await self.fetch(athlete, activity_id)

    async def fetch(self, athlete: AthleteId, activity_id: ActivityId) -> Entry:
        """Bring one activity in full, as it is at Strava now.

        Raises:
            ActivityNotFound: Strava has none of this number.
            StravaFailed: one of its kinds.
        """
        await self._keep(athlete, [await self._strava.activity(athlete, activity_id)])
        return await self._library.get(athlete, activity_id)

    async def look(self, athlete: AthleteId, activity_id: ActivityId, *, new: bool) -> None:
        """Something happened to an activity: see what is true of it now, and act on it.

        One that was told is told again where its story is true no more; one that is gone at Strava
        goes here.

        Args:
            athlete: whose.
            activity_id: which.
            new: it is said to be new: its story is told where it has none.

        Raises:
            StravaFailed: one of its kinds, but not that there is no such activity.
        """
        known = await self._known(athlete, activity_id)
        try:
            entry = await self.fetch(athlete, activity_id)
        except ActivityNotFound:
            if known is not None and is_api_data(known.activity):
                await self._drop(athlete, activity_id)
            return
        await self._order(athlete, entry, new=new)

    async def poll(self, athlete: AthleteId, *, after: datetime) -> None:
        """See everything that began after that time, as `look` does; all of it gets a story.

        Raises:
            StravaFailed: one of its kinds.
        """
        found = await self._strava.activities(athlete, limit=MOST, after=after)
        for activity in found:
            await self._keep(athlete, [activity])
            await self._order(athlete, await self._library.get(athlete, activity.id), new=True)
        if len(found) < MOST:
            await self._drop_missing(athlete, {activity.id for activity in found}, after)

    async def _keep(self, athlete: AthleteId, found: Iterable[Activity]) -> list[Added]:
        added = []
        for activity in found:
            known = await self._known(athlete, activity.id)
            if known is not None and not is_api_data(known.activity):
                added.append(Added(activity.id, new=False))
                continue
            whole = activity if known is None else _completed(activity, known.activity)
            added += await self._library.add(athlete, [whole])
        return added

    async def _order(self, athlete: AthleteId, entry: Entry, *, new: bool) -> None:
        """Have a story told where there is one that is no longer true, or none of a new one."""
        story = entry.story
        wanted = new if story is None else not story.is_true_of(facts_of(entry.activity))
        if wanted:
            await self._jobs.add(telling(athlete, entry.activity.id))

    async def _drop_missing(
        self, athlete: AthleteId, there: set[ActivityId], after: datetime
    ) -> None:
        """Drop what is here and no longer at Strava."""
        page = await self._library.page(athlete, limit=MOST)
        while True:
            for entry in page.entries:
                activity = entry.activity
                if activity.start <= after:
                    return
                if is_api_data(activity) and activity.id not in there:
                    await self._drop(athlete, activity.id)
            if page.next is None:
                return
            page = await self._library.page(athlete, limit=MOST, before=page.next)

    async def _drop(self, athlete: AthleteId, activity_id: ActivityId) -> None:
        try:
            await self._library.delete(athlete, activity_id)
        except ActivityNotFound:  # somebody else has just done it
            return

    async def _known(self, athlete: AthleteId, activity_id: ActivityId) -> Entry | None:
        try:
            return await self._library.get(athlete, activity_id)
        except ActivityNotFound:
            return None


def _completed(activity: Activity, known: Activity) -> Activity:
    """With what only a detailed answer has, where this one comes from a list."""
    details = {
        field: getattr(known, field)
        for field in ("description", "gear")
        if getattr(activity, field) is None
    }
    return activity.model_copy(update=details)
