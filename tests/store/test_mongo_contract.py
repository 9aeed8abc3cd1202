from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr
from typing_extensions import override

from contracts.store_contract import Opening, StoreContract
from stridetale.library import Store
from stridetale.store.mongo import open_mongo


class TestMongoStore(StoreContract):
    @pytest.fixture
    @override
    def opening(self, mongo_url: SecretStr) -> Opening:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Store]:
            store = await open_mongo(mongo_url)
            try:
                yield store
            finally:
                await store.close()

        return opened
