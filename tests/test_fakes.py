"""The store in memory does what every store must do, so that tests may rest on it."""

from collections.abc import AsyncIterator

import pytest
from typing_extensions import override

from contracts.records_contract import RecordsContract
from fakes import MemoryStore
from stridetale.library import Store


class TestMemoryRecords(RecordsContract):
    @pytest.fixture
    @override
    async def store(self) -> AsyncIterator[Store]:
        yield MemoryStore()  # noqa: PT022 (as the others: a generator)
