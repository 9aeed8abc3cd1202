"""What is MongoDB's own."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo import ReadPreference
from pymongo.collection import Collection
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    DocumentTooLarge,
    ExecutionTimeout,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from builders import an_activity
from contracts.store_contract import ANNA, BEN, NOON, a_ride, a_story, ids, keep, tell
from mongods import Deployment, Mongod, one_server
from stridetale.activity import ActivityId
from stridetale.errors import (
    SettingsInvalid,
    StoreDamaged,
    StoreFull,
    StoreTooNew,
    StoreUnavailable,
)
from stridetale.library import Entry, Position
from stridetale.store.mongo import MongoStore, open_existing_mongo, open_mongo, page_of
from stridetale.store.mongo_server import (
    INDEXES,
    MIGRATIONS,
    Database,
    migrate,
    reach,
    translated,
)

ONE = ActivityId("a")
MB = 1_000_000
Documents = Collection[dict[str, Any]]


@pytest.fixture
async def store(mongo_url: SecretStr) -> AsyncIterator[MongoStore]:
    store = await open_mongo(mongo_url)
    yield store
    await store.close()


@pytest.fixture
def activities(mongo: Deployment, mongo_url: SecretStr) -> Iterator[Documents]:
    """The collection, past the store."""
    with mongo.client() as client:
        yield client[database_of(mongo_url)].activities


def database_of(url: SecretStr) -> str:
    return url.get_secret_value().rpartition("/")[2].partition("?")[0]


# --- indexes ---


@pytest.mark.parametrize("collection", INDEXES)
async def test_every_index_is_made(
    store: MongoStore, activities: Documents, collection: str
) -> None:
    await store.ping()
    indexes = activities.database[collection].list_indexes()
    made = {tuple(index["key"].items()) for index in indexes}
    wanted = {tuple(index.document["key"].items()) for index in INDEXES[collection]}
    assert made == wanted | {(("_id", 1),)}


async def test_an_index_that_was_dropped_is_made_again(
    mongo_url: SecretStr, activities: Documents
) -> None:
    await (await open_mongo(mongo_url)).close()
    activities.drop_indexes()
    await (await open_mongo(mongo_url)).close()
    assert len(activities.index_information()) == 1 + len(INDEXES["activities"])


async def test_an_index_of_another_kind_is_told_of(
    mongo_url: SecretStr, activities: Documents
) -> None:
    await (await open_mongo(mongo_url)).close()
    activities.drop_indexes()
    activities.create_index([("athlete", 1), ("id", 1)])  # not unique
    with pytest.raises(StoreUnavailable, match="has an index of another kind"):
        await open_mongo(mongo_url)


@pytest.mark.parametrize("told", [True, False, None])
@pytest.mark.parametrize("before", [None, Position(NOON, ActivityId("0500"))])
async def test_a_page_is_read_off_an_index(
    store: MongoStore, activities: Documents, *, told: bool | None, before: Position | None
) -> None:
    await store.ping()
    for n in range(600):
        activities.insert_one(
            {"athlete": ANNA, "id": f"{n:04}", "start": (n - 500) * 1_000, "told": n % 2 == 0}
        )
    wanted = page_of(ANNA, before, told)
    plan = activities.find(wanted).sort({"start": -1, "id": -1}).limit(3).explain()
    assert "'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalKeysExamined"] <= 5


# --- durability ---


@pytest.mark.parametrize(
    "options", ["", "?w=0&journal=false&readPreference=secondary&retryWrites=false"]
)
async def test_writes_are_acknowledged_by_most_members_disks_whatever_the_address_says(
    options: str,
) -> None:
    server = reach(SecretStr(f"mongodb://127.0.0.1:1/{options}"))
    database = server._database
    assert database.write_concern.document == {"w": "majority", "j": True}
    assert database.read_concern.level == "majority"
    assert database.read_preference == ReadPreference.PRIMARY
    assert database.codec_options.tz_aware
    assert database.client.options.retry_writes
    assert database.client.options.timeout == 20.0
    await server.aclose()


async def test_the_server_is_told_so_with_every_call(mongo: Deployment, store: MongoStore) -> None:
    name = store._server._database.name
    with mongo.client() as client:
        client[name].command("profile", 0, slowms=-1)  # everything is slow, and logged
        await keep(store, a_ride("a"))
        await tell(store, "a", "Told")
        await store.entries(ANNA, limit=9)
        await store.delete_activity(ANNA, ONE)
        client[name].command("profile", 0, slowms=100)
        lines = map(json.loads, client.admin.command("getLog", "global")["log"])
        seen = [line["attr"]["command"] for line in lines if line["msg"] == "Slow query"]
    ours = [command for command in seen if command.get("$db") == name and "profile" not in command]
    written = [command for command in ours if {"update", "delete"} & command.keys()]
    read = [command for command in ours if "find" in command]
    assert [command["writeConcern"] for command in written] == [{"w": "majority", "j": True}] * 3
    assert [command["readConcern"]["level"] for command in read] == ["majority"]


# --- who answers, and who does not ---


def refusal(url: str) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        reach(SecretStr(url))
    return refused.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://anna:hunter2@me@host/",
        "mongodb://anna:12/hunter2@host/",
        "mongodb://anna:x@host:hunter2/",
        "mongodb://host/hunter2 a",
        "mongodb://host/?authMechanism=hunter2",
        "mongodb://host/?hunter2=1",
        "mongodb://host/?tls=true&tlsCAFile=/hunter2",
        "mongodb://host/?maxPoolSize=-4",
        "mongodb://",
        "mongodb+srv://a,b/",
    ],
)
def test_an_address_that_cannot_be_used_is_not_repeated(url: str) -> None:
    detail = refusal(url)
    assert detail.startswith("The address of the MongoDB")
    assert "hunter2" not in detail


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("mongodb://anna:hunter2@one,two:7/tales?w=1", "tales of MongoDB at one,two:7"),
        ("mongodb://one", "stridetale of MongoDB at one"),
        ("mongodb://one?w=1", "stridetale of MongoDB at one"),
        ("mongodb://anna:p%40ss@[::1]:7/", "stridetale of MongoDB at [::1]:7"),
        ("mongodb+srv://anna:hunter2@cluster.example/tales", "tales of MongoDB at cluster.example"),
    ],
)
async def test_a_database_is_named_without_its_secret(url: str, name: str) -> None:
    server = reach(SecretStr(url))
    assert server.name == name
    await server.aclose()


async def test_a_server_that_is_not_there_is_told_of_in_time() -> None:
    url = SecretStr("mongodb://anna:hunter2@127.0.0.1:1/tales")
    with pytest.raises(StoreUnavailable) as refused:
        await open_mongo(url, patience_s=0.5)
    assert refused.value.detail == (
        "The database tales of MongoDB at 127.0.0.1:1 does not answer: see that it runs and that "
        "this machine can reach it."
    )


async def test_a_host_that_is_not_there_is_told_of() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be found or used as its address says"):
        await open_mongo(SecretStr("mongodb+srv://nowhere.invalid/"), patience_s=2.0)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Mongod]:
    """A server by itself that asks who is there."""
    with one_server("--auth") as deployment:
        yield deployment.members[0]


async def test_a_wrong_password_is_told_of(guarded: Mongod) -> None:
    url = SecretStr(f"mongodb://anna:hunter2@{guarded.host}/tales")
    with pytest.raises(StoreUnavailable, match="takes neither the user nor the password") as told:
        await open_mongo(url, patience_s=5.0)
    assert "hunter2" not in f"{told.value} {told.value.__cause__!r}"


async def test_a_user_who_may_not_is_told_of(guarded: Mongod) -> None:
    with pytest.raises(StoreUnavailable, match="give it the role readWrite"):
        await open_mongo(SecretStr(f"mongodb://{guarded.host}/tales"), patience_s=5.0)


async def test_a_server_that_hangs_is_told_of_in_time_and_recovers(
    mongo: Deployment, mongo_url: SecretStr
) -> None:
    store = await open_mongo(mongo_url, patience_s=1.0)
    [server] = mongo.members
    server.freeze()
    try:
        with pytest.raises(StoreUnavailable, match=r"stridetale|test-.* of MongoDB"):
            await asyncio.wait_for(keep(store, a_ride("a")), 10)
    finally:
        server.go_on()
    for _ in range(20):
        try:
            await keep(store, a_ride("b"))
            break
        except StoreUnavailable:
            await asyncio.sleep(0.2)
    assert "b" in ids(await store.entries(ANNA, limit=9))
    await store.close()


async def test_a_server_by_itself_will_do() -> None:
    with one_server() as deployment:
        store = await open_mongo(deployment.url("tales"))
        await keep(store, a_ride("a"))
        await tell(store, "a", "Told")
        assert await store.entry(ANNA, ONE) == Entry(activity=a_ride("a"), story=a_story("Told"))
        deployment.members[0].kill()
        deployment.members[0].start()
        assert await store.entry(ANNA, ONE) == Entry(activity=a_ride("a"), story=a_story("Told"))
        await store.close()


NAME = "tales of MongoDB at host"


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ServerSelectionTimeoutError("SSL handshake failed"), "see the tls options"),
        (ServerSelectionTimeoutError("topology_type: ReplicaSetNoPrimary"), "has no primary now"),
        (ServerSelectionTimeoutError("refused"), "see that it runs"),
        (ExecutionTimeout("secret words", 50), "within 3 seconds"),
        (OperationFailure("secret words", 18), "takes neither the user nor"),
        (OperationFailure("secret words", 11602), "has no primary now"),
        (OperationFailure("secret words", 14031), "no room left on its disk"),
        (OperationFailure("secret words", 7), "refuses (code 7)"),
        (AutoReconnect("secret words"), "broke off"),
        (InvalidOperation("secret words"), "is closed"),
        (ConfigurationError("secret words"), "cannot be found or used"),
        (PyMongoError("secret words"), "broke off"),
    ],
)
def test_every_error_of_the_driver_is_one_sentence(error: PyMongoError, meaning: str) -> None:
    told = translated(NAME, 3.0, error)
    assert isinstance(told, StoreUnavailable)
    assert told.detail.startswith(f"The database {NAME} ")
    assert meaning in told.detail
    assert told.detail.endswith(".")
    assert "secret" not in told.detail


# --- what is too large ---


async def test_an_activity_of_many_megabytes_is_kept(store: MongoStore) -> None:
    large = an_activity(id="a", polyline="x" * 15 * MB)
    await keep(store, large)
    assert await store.entry(ANNA, ONE) == Entry(activity=large)


async def test_an_activity_that_is_too_large_is_refused(store: MongoStore) -> None:
    with pytest.raises(StoreFull, match="larger than the 16 MB"):
        await keep(store, an_activity(id="a", polyline="x" * 17 * MB))
    assert await store.entry(ANNA, ONE) is None


async def test_a_story_too_many_is_refused_and_the_others_stay(store: MongoStore) -> None:
    await keep(store, an_activity(id="a", polyline="x" * 15 * MB))
    long = a_story("Long").model_copy(update={"text": "x" * 3 * MB})
    await tell(store, "a", "Short")
    for _ in range(2):
        with pytest.raises(StoreFull):
            await store.keep_story(ANNA, ONE, long)
    assert (await store.stories(ANNA, ONE))[-1] == a_story("Short")


async def test_a_thousand_stories_of_one_activity_are_kept(
    store: MongoStore, activities: Documents
) -> None:
    await keep(store, a_ride("a"))
    document = a_story("Told").model_dump_json()
    activities.update_one({}, {"$set": {"stories": [document] * 1_000, "told": True}})
    await tell(store, "a", "Newest")
    [newest, *others] = await store.stories(ANNA, ONE)
    assert (newest.title, len(others)) == ("Newest", 1_000)


# --- the schema ---


async def test_a_new_store_has_the_newest_schema(store: MongoStore) -> None:
    assert await schema_of(store) == len(MIGRATIONS)


async def schema_of(store: MongoStore) -> int:
    schema = await store._server._database.about.find_one({"_id": "schema"})
    assert schema is not None
    return int(schema["version"])


async def test_a_store_of_a_newer_version_is_refused_as_it_is(
    mongo_url: SecretStr, activities: Documents
) -> None:
    await (await open_mongo(mongo_url)).close()
    about = activities.database.about
    about.update_one({}, {"$set": {"version": len(MIGRATIONS) + 1}})
    activities.drop_indexes()
    with pytest.raises(StoreTooNew, match="update Stridetale"):
        await open_mongo(mongo_url)
    assert len(activities.index_information()) == 1


async def test_another_programs_database_is_left_alone(
    mongo_url: SecretStr, activities: Documents
) -> None:
    activities.insert_one({"title": "Bookmark"})
    with pytest.raises(StoreUnavailable, match="is another program's: name one of its own"):
        await open_mongo(mongo_url)
    assert activities.database.list_collection_names() == ["activities"]


async def test_a_schema_that_is_no_number_is_damage(
    mongo_url: SecretStr, activities: Documents
) -> None:
    activities.database.about.insert_one({"_id": "schema", "version": "one"})
    with pytest.raises(StoreDamaged, match="does not say its schema"):
        await open_mongo(mongo_url)


async def test_many_may_open_a_new_store_at_the_same_time(mongo_url: SecretStr) -> None:
    stores = await asyncio.gather(*(open_mongo(mongo_url) for _ in range(8)))
    for n, store in enumerate(stores):
        await keep(store, a_ride(f"{n}"))
    assert len(await stores[0].entries(ANNA, limit=99)) == 8
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_store_that_another_process_is_making_just_now_can_be_opened(
    mongo_url: SecretStr, activities: Documents
) -> None:
    activities.database.create_collection("about")  # as it is before the schema is in it
    store = await open_mongo(mongo_url)
    assert await store.entries(ANNA, limit=99) == []
    await store.close()


async def test_a_store_that_is_not_there_is_not_made_by_looking(
    mongo_url: SecretStr, activities: Documents
) -> None:
    assert await open_existing_mongo(mongo_url) is None
    assert activities.database.list_collection_names() == []


async def test_a_store_of_an_older_schema_gets_only_the_steps_that_are_new(
    store: MongoStore,
) -> None:
    taken: list[str] = []

    def step(name: str) -> list[Any]:
        async def change(_: Database) -> None:
            taken.append(name)

        return [change]

    database = store._server._database
    await migrate(database, 1, [[], step("two"), step("three")])
    assert (taken, await schema_of(store)) == (["two", "three"], 3)


async def test_a_step_that_fails_is_taken_again_and_those_before_it_are_not(
    store: MongoStore,
) -> None:
    taken: list[str] = []

    async def good(_: Database) -> None:
        taken.append("good")

    async def bad(_: Database) -> None:
        taken.append("bad")
        if taken.count("bad") == 1:
            raise ZeroDivisionError

    database = store._server._database
    with pytest.raises(ZeroDivisionError):
        await migrate(database, 1, [[], [good], [bad]])
    await migrate(database, await schema_of(store), [[], [good], [bad]])
    assert (taken, await schema_of(store)) == (["good", "bad", "bad"], 3)


async def test_a_database_that_was_dropped_does_not_answer(
    mongo: Deployment, store: MongoStore
) -> None:
    with mongo.client() as client:
        client.drop_database(store._server._database.name)
    with pytest.raises(StoreUnavailable, match="is gone: restart"):
        await store.ping()


# --- tasks ---


async def test_a_write_whose_task_is_cancelled_is_decided_when_it_ends(store: MongoStore) -> None:
    for n in range(20):
        writing = asyncio.create_task(keep(store, a_ride(f"{n}")))
        await asyncio.sleep(0.0002 * n)
        writing.cancel()
        with suppress(asyncio.CancelledError):  # unless it was faster
            await writing
        before = await store.entry(ANNA, ActivityId(f"{n}"))
        await asyncio.sleep(0.01)
        assert await store.entry(ANNA, ActivityId(f"{n}")) == before


async def test_a_read_that_hangs_can_be_cancelled_at_once(
    mongo: Deployment, store: MongoStore
) -> None:
    await store.ping()
    mongo.members[0].freeze()
    try:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(store.ping(), 0.2)
    finally:
        mongo.members[0].go_on()


# --- damage ---


@pytest.mark.parametrize("document", ["", "null", "{", 7, None, b"\xff", ["{}"], {"a": 1}])
async def test_a_document_of_any_other_kind_is_damage(
    store: MongoStore, activities: Documents, document: object
) -> None:
    await keep(store, a_ride("a"))
    activities.update_one({}, {"$set": {"document": document}})
    with pytest.raises(StoreDamaged, match="The activity of a in the database test-"):
        await store.entries(ANNA, limit=9)


@pytest.mark.parametrize("stories", [None, "x", 7, [7], ["{"], [None]])
async def test_stories_of_any_other_kind_are_damage(
    store: MongoStore, activities: Documents, stories: object
) -> None:
    await keep(store, a_ride("a"))
    activities.update_one({}, {"$set": {"stories": stories}})
    with pytest.raises(StoreDamaged, match="The story of a in the database test-"):
        await store.stories(ANNA, ONE)


@pytest.mark.parametrize("field", ["document", "stories"])
async def test_damage_is_told_of_when_it_is_copied(
    store: MongoStore, activities: Documents, field: str
) -> None:
    await keep(store, a_ride("a"))
    activities.update_one({}, {"$set": {field: [7]}})
    with pytest.raises(StoreDamaged, match="of a in the database test-"):
        await store.kept_after(("", ""), limit=9)


async def test_damage_does_not_reach_other_athletes(
    store: MongoStore, activities: Documents
) -> None:
    await keep(store, a_ride("a"))
    await keep(store, a_ride("b"), athlete=BEN)
    activities.update_one({"athlete": ANNA}, {"$set": {"document": "{"}})
    assert ids(await store.entries(BEN, limit=9)) == ["b"]


async def test_a_damaged_activity_can_be_kept_again(
    store: MongoStore, activities: Documents
) -> None:
    await keep(store, a_ride("a"))
    await tell(store, "a", "Told")
    activities.update_one({}, {"$set": {"document": "{"}})
    await keep(store, a_ride("a"))
    assert await store.entry(ANNA, ONE) == Entry(activity=a_ride("a"), story=a_story("Told"))


def test_a_document_that_the_driver_finds_too_large_is_one_sentence() -> None:
    assert isinstance(translated(NAME, 3.0, DocumentTooLarge("secret words")), StoreFull)
