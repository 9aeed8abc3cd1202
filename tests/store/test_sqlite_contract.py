from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from contracts.store_contract import Opening, StoreContract
from stridetale.library import Store
from stridetale.store.sqlite import open_sqlite


class TestSqliteStore(StoreContract):
    @pytest.fixture
    @override
    def opening(self, tmp_path: Path) -> Opening:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Store]:
            store = await open_sqlite(tmp_path / "stridetale.db")
            try:
                yield store
            finally:
                await store.close()

        return opened
