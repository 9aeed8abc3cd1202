"""A store in MongoDB, for many machines: a replica set, sharded by athlete if it has to be.

One document holds an activity and all its stories, so every write is one document: whole or not at
all, and repeated by the driver without harm when a primary falls, on any kind of deployment, with
no transaction. The values are the same JSON that SQLite has, beside what they are found by.

    activities: {athlete, id, start (microseconds since 1970, UTC), told, document, stories: […]}
    records:    {kind, key, athlete, document, due}: see mongo_records
    about:      {_id: "schema", version}

MongoDB takes documents of 16 MB: a large activity and some thousands of tellings of it. What is
larger is refused (`StoreFull`), nothing is cut.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Any

from bson.int64 import Int64
from pydantic import SecretStr
from typing_extensions import override

from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.copying import Kept, Portable
from stridetale.errors import ActivityNotFound, StoreUnavailable
from stridetale.library import Entry, Position
from stridetale.store.documents import damaged, micros, parsed
from stridetale.store.mongo_records import MongoRecords
from stridetale.store.mongo_server import PATIENCE_S, MongoServer, found, prepare, reach
from stridetale.story import Story

LOOK_S = 5.0
"""How long to look whether there is a store at all: somebody waits for the answer."""

NEWEST = {"_id": False, "id": True, "document": True, "stories": {"$slice": -1}}
"""An activity and of its stories the newest."""


async def open_mongo(url: SecretStr, *, patience_s: float = PATIENCE_S) -> "MongoStore":
    """Open a store; its collections and indexes are made where there are none.

    Args:
        url: mongodb://… or mongodb+srv://…; the database behind the slash is "stridetale" unless
            it names one.
        patience_s: how long one call may take, with all tries.

    Raises:
        SettingsInvalid: the address is none.
        StoreTooNew: a newer Stridetale wrote it.
        StoreFailed: it cannot be used; the sentence names it and how to mend it.
    """
    async with AsyncExitStack() as undo:
        server = reach(url, patience_s)
        undo.push_async_callback(server.aclose)
        await prepare(server)
        undo.pop_all()
        return MongoStore(server)


async def open_existing_mongo(url: SecretStr) -> "MongoStore | None":
    """As `open_mongo`; None where there is none yet, and then none is made."""
    async with aclosing(reach(url, LOOK_S)) as server:
        if await found(server) is None:
            return None
    return await open_mongo(url)


class MongoStore(MongoRecords, Portable):
    """Keeps activities and stories in MongoDB; `open_mongo` opens it.

    It belongs to the event loop that opened it. A write whose task is cancelled is decided, one
    way or the other, before the task ends.

    Args:
        server: whose database it is.
    """

    def __init__(self, server: MongoServer) -> None:
        self._server = server

    @property
    @override
    def name(self) -> str:
        return self._server.name

    @override
    async def keep_activity(self, athlete: AthleteId, activity: Activity) -> bool:
        values = {"start": Int64(micros(activity.start)), "document": activity.model_dump_json()}
        done = await self._server.write_again(
            lambda database: database.activities.update_one(
                {"athlete": athlete, "id": activity.id},
                {"$set": values, "$setOnInsert": {"told": False, "stories": []}},
                upsert=True,
            )
        )
        return done.upserted_id is not None

    @override
    async def keep_story(self, athlete: AthleteId, activity_id: ActivityId, story: Story) -> None:
        done = await self._server.write_again(
            lambda database: database.activities.update_one(
                {"athlete": athlete, "id": activity_id},
                {"$set": {"told": True}, "$addToSet": {"stories": story.model_dump_json()}},
            )
        )
        if not done.matched_count:
            raise ActivityNotFound(activity_id)

    @override
    async def entry(self, athlete: AthleteId, activity_id: ActivityId) -> Entry | None:
        kept = await self._server.read(
            lambda database: database.activities.find_one(
                {"athlete": athlete, "id": activity_id}, NEWEST
            )
        )
        return None if kept is None else self._entry(kept)

    @override
    async def entries(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: Position | None = None,
        told: bool | None = None,
    ) -> list[Entry]:
        wanted = page_of(athlete, before, told)
        kept = await self._server.read(
            lambda database: (
                database.activities.find(wanted, NEWEST)
                .sort({"start": -1, "id": -1})
                .limit(limit)
                .to_list()
            )
        )
        return [self._entry(document) for document in kept]

    @override
    async def stories(self, athlete: AthleteId, activity_id: ActivityId) -> list[Story]:
        kept = await self._server.read(
            lambda database: database.activities.find_one(
                {"athlete": athlete, "id": activity_id}, {"_id": False, "stories": True}
            )
        )
        stories = [] if kept is None else self._stories(kept, activity_id)
        return [self._parsed_story(story, activity_id) for story in reversed(stories)]

    @override
    async def delete_activity(self, athlete: AthleteId, activity_id: ActivityId) -> bool:
        done = await self._server.write_again(
            lambda database: database.activities.delete_one({"athlete": athlete, "id": activity_id})
        )
        return done.deleted_count > 0

    @override
    async def ping(self) -> None:
        schema = await self._server.read(
            lambda database: database.about.find_one({"_id": "schema"})
        )
        if schema is None:
            raise StoreUnavailable(f"The database {self.name} is gone: restart Stridetale.")

    @override
    async def close(self) -> None:
        await self._server.aclose()

    @override
    async def count(self) -> int:
        return await self._server.read(lambda database: database.activities.count_documents({}))

    @override
    async def kept_after(self, key: tuple[str, str], *, limit: int) -> Sequence[Kept]:
        athlete, activity_id = key
        wanted = {
            "athlete": {"$gte": athlete},
            "$or": [{"athlete": {"$gt": athlete}}, {"id": {"$gt": activity_id}}],
        }
        kept = await self._server.read(
            lambda database: (
                database.activities.find(wanted, {"_id": False})
                .sort({"athlete": 1, "id": 1})
                .limit(limit)
                .to_list()
            )
        )
        return [self._kept(document) for document in kept]

    @override
    async def put(self, kept: Kept) -> None:
        activity = parsed(Activity, kept.document, of=kept.activity_id, where=self.name)
        values = {
            "start": Int64(micros(activity.start)),
            "told": bool(kept.stories),
            "document": kept.document,
            "stories": [*kept.stories],
        }
        await self._server.write_again(
            lambda database: database.activities.update_one(
                {"athlete": kept.athlete, "id": kept.activity_id}, {"$set": values}, upsert=True
            )
        )

    def _entry(self, kept: dict[str, Any]) -> Entry:
        activity_id = str(kept.get("id"))
        stories = self._stories(kept, activity_id)
        return Entry(
            activity=parsed(Activity, kept.get("document"), of=activity_id, where=self.name),
            story=self._parsed_story(stories[-1], activity_id) if stories else None,
        )

    def _parsed_story(self, story: object, activity_id: str) -> Story:
        return parsed(Story, story, of=activity_id, where=self.name)

    def _stories(self, kept: dict[str, Any], activity_id: str) -> list[object]:
        stories = kept.get("stories")
        if not isinstance(stories, list):
            raise damaged(Story, of=activity_id, where=self.name)
        return stories

    def _kept(self, kept: dict[str, Any]) -> Kept:
        activity_id, document = str(kept.get("id")), kept.get("document")
        stories = self._stories(kept, activity_id)
        if not isinstance(document, str):
            raise damaged(Activity, of=activity_id, where=self.name)
        if not all(isinstance(story, str) for story in stories):
            raise damaged(Story, of=activity_id, where=self.name)
        athlete = AthleteId(str(kept.get("athlete")))
        return Kept(athlete, ActivityId(activity_id), document, tuple(map(str, stories)))


def page_of(athlete: AthleteId, before: Position | None, told: bool | None) -> dict[str, Any]:  # noqa: FBT001 (as a store's `entries` has it)
    """The filter of a page. The first condition on `start` is what the index is entered by."""
    wanted: dict[str, Any] = {"athlete": athlete}
    if told is not None:
        wanted["told"] = told
    if before is not None:
        start = Int64(micros(before.start))
        wanted["start"] = {"$lte": start}
        wanted["$or"] = [{"start": {"$lt": start}}, {"id": {"$lt": before.activity_id}}]
    return wanted
