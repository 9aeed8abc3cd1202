"""The database on MongoDB: how it is reached, what its errors mean, its indexes and its schema."""

import asyncio
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

import pymongo
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from pydantic import SecretStr
from pymongo import ASCENDING, AsyncMongoClient, IndexModel, ReadPreference, WriteConcern
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    DocumentTooLarge,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.read_concern import ReadConcern

from stridetale.errors import (
    SettingsInvalid,
    StoreDamaged,
    StoreFailed,
    StoreFull,
    StoreUnavailable,
)
from stridetale.store.documents import due

PATIENCE_S = 20.0
"""How long one call may take with all its tries: longer than members need to choose a primary."""

DATABASE = "stridetale"
"""Where the address names none."""

Database = AsyncDatabase[dict[str, Any]]
Change = Callable[[Database], Awaitable[object]]
T = TypeVar("T")
Work = Callable[[Database], Coroutine[Any, Any, T]]

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "activities": (
        IndexModel([("athlete", ASCENDING), ("id", ASCENDING)], unique=True),
        IndexModel([("athlete", ASCENDING), ("start", ASCENDING), ("id", ASCENDING)]),
        IndexModel(
            [("athlete", ASCENDING), ("told", ASCENDING), ("start", ASCENDING), ("id", ASCENDING)]
        ),
    ),
    "records": (
        IndexModel([("kind", ASCENDING), ("key", ASCENDING)], unique=True),
        IndexModel([("athlete", ASCENDING), ("kind", ASCENDING), ("key", ASCENDING)]),
        IndexModel([("kind", ASCENDING), ("due", ASCENDING), ("key", ASCENDING)]),
    ),
}
"""All of them, by collection; made, or found to be as they are here, whenever a store is opened."""

MIGRATIONS: Sequence[Sequence[Change]] = ((), ())
"""Step n leads from schema n to n + 1; the first two had nothing to change. As `MIGRATIONS` of the
SQLite file in all but this: there is no transaction around a step. Every change can be made twice,
since a process may be killed in the middle of it, and two may begin it at once.
"""

_SCHEMA = {"_id": "schema"}
_PREPARING_S = 600.0
"""For an index or a change of many documents."""

_PAUSE_S = 0.05
"""Before a write is tried again."""

_TOO_LARGE = frozenset({10334, 17419, 17420})
_REFUSALS: Mapping[int, str] = {
    13: "does not let its user do this: give it the role readWrite on that database",
    18: "takes neither the user nor the password, or not both: see STRIDETALE_STORE",
    85: "has an index of another kind in the place of ours: drop the indexes of `activities` and "
    "of `records`, and they are made anew",
    86: "has an index of another kind in the place of ours: drop the indexes of `activities` and "
    "of `records`, and they are made anew",
    8000: "takes neither the user nor the password, or not both: see STRIDETALE_STORE",
    11000: "has an activity or a record twice, so that it cannot be indexed: delete one of the two",
    14031: "has no room left on its disk: make some",
}
_NO_PRIMARY = "has no primary now: it goes on when most of its members reach each other"
_CHANGING = frozenset({64, 91, 100, 189, 10107, 11600, 11602, 13435, 13436})
"""What a member answers that is, or has just been, no primary, or that ends."""
_UNREACHED: Mapping[str, str] = {
    "SSL": "does not speak TLS as we do: see the tls options in STRIDETALE_STORE",
    "certificate": "does not speak TLS as we do: see the tls options in STRIDETALE_STORE",
    "ReplicaSetNoPrimary": _NO_PRIMARY,
    "": "does not answer: see that it runs and that this machine can reach it",
}
"""By a word in what the driver says; the first that is there counts."""
_KINDS: Mapping[type[Exception], str] = {
    InvalidOperation: "is closed: restart Stridetale",
    ConfigurationError: "cannot be found or used as its address says: see STRIDETALE_STORE",
}
_BROKE = "broke off: it is worth trying again"
_ESCAPE = "characters like @, :, / and % in a user or a password must be escaped (%40 stands for @)"


class MongoServer:
    """A database, and the way to it; `reach` makes one.

    Args:
        client: of its own; it is closed in the end.
        database: with the concerns that `reach` gives it.
        name: the database and the hosts, for sentences; no secret.
        patience_s: what the client was told.
    """

    def __init__(
        self,
        client: AsyncMongoClient[dict[str, Any]],
        database: Database,
        name: str,
        patience_s: float,
    ) -> None:
        self._client, self._database = client, database
        self.name, self._patience_s = name, patience_s
        self._begun = set[asyncio.Task[Any]]()
        self._closing: asyncio.Task[None] | None = None

    async def read(self, work: Work[T]) -> T:
        """Do what changes nothing.

        Raises:
            StoreFailed: the server does not do it.
        """
        return await self._begin(work)

    async def write(self, work: Work[T]) -> T:
        """Do what changes something; where the caller is cancelled, it is decided before that ends.

        Raises:
            StoreFailed: the server does not do it, or nobody knows whether it did.
        """
        writing = self._begin(work)
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise

    async def write_again(self, work: Work[T]) -> T:
        """As `write`, for what may be done twice: tried until the time is over.

        The driver repeats only some writes, and those once.
        """

        async def until_done(database: Database) -> T:
            with pymongo.timeout(self._patience_s):
                while True:
                    try:
                        return await work(database)
                    except PyMongoError as exc:
                        if exc.timeout or not _passes(exc):
                            raise
                    await asyncio.sleep(_PAUSE_S)

        return await self.write(until_done)

    async def aclose(self) -> None:
        """Finish what was begun, then let go."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._let_go())
        await asyncio.shield(self._closing)

    def _begin(self, work: Work[T]) -> asyncio.Task[T]:
        if self._closing is not None:
            raise StoreUnavailable(f"The database {self.name} is closed: restart Stridetale.")
        task = asyncio.create_task(self._do(work))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        return task

    async def _do(self, work: Work[T]) -> T:
        try:
            return await work(self._database)
        except (PyMongoError, BSONError) as exc:
            raise translated(self.name, self._patience_s, exc) from exc

    async def _let_go(self) -> None:
        if self._begun:
            await asyncio.wait(self._begun)
        await self._client.close()


def reach(url: SecretStr, patience_s: float = PATIENCE_S) -> MongoServer:
    """The way to a database; nothing is sent yet.

    Every write is acknowledged when most members have it on their disks, every read sees only such
    writes, whatever the address says. A call is tried again until `patience_s` is over.

    Raises:
        SettingsInvalid: the address is none; the sentence does not repeat it.
    """
    address = url.get_secret_value()
    hosts, _, rest = address.partition("://")[2].partition("/")
    if "@" in rest.partition("?")[0]:  # a password that was cut at its slash must not be shown
        raise SettingsInvalid(f"The address of the MongoDB cannot be read: {_ESCAPE}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a misspelt option is refused, not left out
            client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
                address,
                appname="stridetale",
                timeoutMS=round(patience_s * 1_000),
                connectTimeoutMS=min(5_000, round(patience_s * 1_000)),
                heartbeatFrequencyMS=5_000,
                retryReads=True,
                retryWrites=True,
            )
            database = client.get_default_database(
                DATABASE,
                codec_options=CodecOptions(tz_aware=True),
                read_preference=ReadPreference.PRIMARY,
                write_concern=WriteConcern("majority", j=True),
                read_concern=ReadConcern("majority"),
            )
    except (PyMongoError, ValueError, TypeError, Warning, OSError):
        # without a cause, which might quote a password
        raise SettingsInvalid(
            f"The address of the MongoDB or one of its options cannot be used: {_ESCAPE}."
        ) from None
    name = f"{database.name} of MongoDB at {hosts.partition('?')[0].rpartition('@')[2]}"
    return MongoServer(client, database, name, patience_s)


def translated(name: str, patience_s: float, error: PyMongoError | BSONError) -> StoreFailed:
    """What an error means, and how to mend it where that is known."""
    if isinstance(error, DocumentTooLarge) or _code(error) in _TOO_LARGE:
        return StoreFull(
            f"An activity with all its stories is larger than the 16 MB that the database {name} "
            "takes: delete it and add its file again."
        )
    return StoreUnavailable(f"The database {name} {_meaning(patience_s, error)}.")


def _meaning(patience_s: float, error: PyMongoError | BSONError) -> str:
    if _code(error) in _CHANGING:
        return _NO_PRIMARY
    if _code(error) in _REFUSALS:
        return _REFUSALS[_code(error)]
    if isinstance(error, ServerSelectionTimeoutError):
        return next(meaning for sign, meaning in _UNREACHED.items() if sign in str(error))
    if isinstance(error, PyMongoError) and error.timeout:
        return f"did not do it within {patience_s:g} seconds: look at its load and its members"
    if isinstance(error, OperationFailure):
        return f"refuses (code {_code(error)}): look into its log"
    return next((meaning for kind, meaning in _KINDS.items() if isinstance(error, kind)), _BROKE)


def _passes(error: PyMongoError) -> bool:
    """Whether it is worth trying again: a connection broke, or the primary changes."""
    return isinstance(error, AutoReconnect) or _code(error) in _CHANGING


def _code(error: Exception) -> int:
    code = error.code if isinstance(error, OperationFailure) else None
    return code or 0


async def prepare(server: MongoServer) -> None:
    """Make or renew schema and indexes where they have to be.

    Raises:
        StoreTooNew: a newer Stridetale wrote it.
        StoreFailed: it is not ours, or cannot be used; the sentence names it.
    """
    version = await found(server) or 0
    due(version, MIGRATIONS)

    async def renew(database: Database) -> None:
        with pymongo.timeout(_PREPARING_S):
            await migrate(database, version, MIGRATIONS)
            for collection, indexes in INDEXES.items():
                await database[collection].create_indexes([*indexes])

    await server.write(renew)


async def found(server: MongoServer) -> int | None:
    """The schema's version; None where nothing is there yet.

    Raises:
        StoreFailed: it is not ours, or cannot be used; the sentence names it.
    """
    return await server.read(lambda database: _found(database, server.name))


async def _found(database: Database, name: str) -> int | None:
    """The schema's version; None where nothing is there yet."""
    schema = await database.about.find_one(_SCHEMA)
    if schema is None and await _holds_something(database):
        schema = await database.about.find_one(_SCHEMA)  # another process may just have made it
        if schema is None:
            raise StoreUnavailable(
                f"The database {name} is another program's: name one of its own, behind the "
                f"last slash of the address (as in /{DATABASE})."
            )
    if schema is None:
        return None
    version = schema.get("version")
    if not isinstance(version, int):
        raise StoreDamaged(f"The database {name} does not say its schema: restore a backup of it.")
    return version


async def _holds_something(database: Database) -> bool:
    """Whether anything is in it; `about` is there, and empty, just before the schema is in it."""
    names = await database.list_collection_names()
    return names not in ([], ["about"]) or await database.about.find_one() is not None


async def migrate(database: Database, since: int, migrations: Sequence[Sequence[Change]]) -> None:
    """Make the schema, or bring it up to date from the one that was found, step by step.

    Raises:
        StoreTooNew: the database has one that this version does not know.
    """
    steps = due(since, migrations)
    if steps and not since:  # before all else, so that what is half made is known as ours
        await database.about.update_one(_SCHEMA, {"$setOnInsert": {"version": 0}}, upsert=True)
    for version, changes in enumerate(steps, start=since):
        for change in changes:
            await change(database)
        # only upwards: another process may be further already
        await database.about.update_one(_SCHEMA, {"$max": {"version": version + 1}})
