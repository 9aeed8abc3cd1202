"""Publishing: a story goes to Strava where its athlete asks for it, and comes back off again.

The athlete's own words stay: the title goes behind the name and the story below the description,
unless the athlete says that it should take the name's place. What stood there before is kept
before anything is changed, so it can be undone, also after a kill.
"""

from typing import Literal

from pydantic import AwareDatetime

from stridetale.activity import ActivityId, Frozen
from stridetale.athlete import AthleteId
from stridetale.errors import NothingPublished, NothingToPublish
from stridetale.library import Library
from stridetale.policy import DataPolicy
from stridetale.records import Record, Records
from stridetale.story import Story
from stridetale.strava.client import Strava, Words
from stridetale.strava.oauth import WRITE

PUBLISHED = "published"
BETWEEN = " · "
"""Between an athlete's own name and the title."""
NAME_LENGTH = 255
"""Longer names are cut by Strava; then the title stays away."""

_REMEMBERED = 5

NameMode = Literal["append", "keep", "replace"]


class Text(Frozen):
    """Name and description of an activity at Strava."""

    name: str
    description: str


class Change(Frozen):
    """What publishing changes, or has changed."""

    before: Text
    after: Text


class _Publication(Frozen):
    """What is kept of a story that was published."""

    titles: tuple[str, ...]
    """What was put behind the name, or in its place; newest first."""
    stories: tuple[str, ...]
    """What was put into the description; newest first. Earlier ones may still stand there, if we
    were killed before the newest one took their place."""
    before: Text


class Publishing:
    """Puts stories on Strava, and takes them off.

    Args:
        strava: its API.
        library: where the stories are.
        records: where what stood there before is kept.
        policy: how long.
    """

    def __init__(
        self, strava: Strava, library: Library, records: Records, policy: DataPolicy
    ) -> None:
        self._strava, self._library = strava, library
        self._records, self._policy = records, policy

    async def preview(
        self, athlete: AthleteId, activity_id: ActivityId, mode: NameMode = "append"
    ) -> Change:
        """What publishing would change now.

        Raises:
            ActivityNotFound: it is not here, or not at Strava.
            NothingToPublish: it has no story.
            ScopeMissing: the athlete did not allow us to write.
            StravaFailed: another of its kinds.
        """
        change, _ = await self._planned(athlete, activity_id, mode)
        return change

    async def publish(
        self,
        athlete: AthleteId,
        activity_id: ActivityId,
        mode: NameMode = "append",
        *,
        now: AwareDatetime,
    ) -> Change:
        """Put the story on Strava; one that was published before is replaced, not added to.

        Raises:
            ActivityNotFound: it is not here, or not at Strava.
            NothingToPublish: it has no story.
            ScopeMissing: the athlete did not allow us to write.
            StravaFailed: another of its kinds.
        """
        change, publication = await self._planned(athlete, activity_id, mode)
        await self._put(
            Record(
                PUBLISHED,
                _key(athlete, activity_id),
                athlete,
                publication.model_dump_json(),
                self._policy.goes_at(now),
            )
        )
        await self._write(athlete, activity_id, change.after)
        return change

    async def is_published(self, athlete: AthleteId, activity_id: ActivityId) -> bool:
        """Whether a story of it was put there and not taken off again."""
        return await self._records.record(PUBLISHED, _key(athlete, activity_id)) is not None

    async def undo(self, athlete: AthleteId, activity_id: ActivityId) -> Change:
        """Take the story off Strava; what the athlete wrote meanwhile stays.

        Raises:
            ActivityNotFound: it is not at Strava.
            NothingPublished: no story of it was published.
            StravaFailed: one of its kinds.
        """
        record = await self._records.record(PUBLISHED, _key(athlete, activity_id))
        if record is None:
            raise NothingPublished(activity_id)
        words = await self._strava.words(athlete, activity_id)
        own = _without(words, record.read(_Publication))
        change = Change(before=_text(words), after=own)
        if change.before != change.after:
            await self._write(athlete, activity_id, own)
        await self._records.swap_record(record, None)
        return change

    async def _planned(
        self, athlete: AthleteId, activity_id: ActivityId, mode: NameMode
    ) -> tuple[Change, _Publication]:
        entry = await self._library.get(athlete, activity_id)
        if entry.story is None:
            raise NothingToPublish(activity_id)
        await self._strava.check_scope(athlete, WRITE)  # before anything is kept or shown
        words = await self._strava.words(athlete, activity_id)
        record = await self._records.record(PUBLISHED, _key(athlete, activity_id))
        earlier = None
        if record is not None:
            earlier = record.read(_Publication)
        own = _text(words) if earlier is None else _without(words, earlier)
        after, titles = _with_story(own, entry.story, mode)
        publication = _Publication(
            titles=(*titles, *(earlier.titles if earlier else ()))[:_REMEMBERED],
            stories=(entry.story.body, *(earlier.stories if earlier else ()))[:_REMEMBERED],
            before=own,
        )
        return Change(before=_text(words), after=after), publication

    async def _put(self, record: Record) -> None:
        while True:
            old = await self._records.record(record.kind, record.key)
            if await self._records.swap_record(old, record):
                return

    async def _write(self, athlete: AthleteId, activity_id: ActivityId, text: Text) -> None:
        await self._strava.rename(
            athlete, activity_id, name=text.name, description=text.description
        )


def _with_story(own: Text, story: Story, mode: NameMode) -> tuple[Text, tuple[str, ...]]:
    """The athlete's own words with the story, and what of it stands in the name."""
    joined = f"{own.name}{BETWEEN}{story.title}" if own.name else story.title
    description = f"{own.description.rstrip()}\n\n{story.body}" if own.description else story.body
    if mode == "replace":
        return Text(name=story.title, description=description), (story.title,)
    if mode == "append" and len(joined) <= NAME_LENGTH:
        return Text(name=joined, description=description), (story.title,)
    return Text(name=own.name, description=description), ()


def _without(words: Words, publication: _Publication) -> Text:
    """The athlete's own words, without what we put there; all else stays as it is now."""
    name, description = words.name, words.description
    for title in publication.titles:
        name = publication.before.name if name == title else name.removesuffix(BETWEEN + title)
    for story in publication.stories:
        ahead, found, behind = description.partition(story)
        if found:
            ahead = ahead.rstrip() if ahead.strip() else ""
            description = ahead + behind if ahead else behind.lstrip()
    before = publication.before.description
    if description == before.rstrip():  # with the spaces that it ended with
        description = before
    return Text(name=name, description=description)


def _text(words: Words) -> Text:
    return Text(name=words.name, description=words.description)


def _key(athlete: AthleteId, activity_id: ActivityId) -> str:
    return f"{athlete}/{activity_id}"
