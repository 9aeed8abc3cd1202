import pytest

pytest.register_assert_rewrite(
    "contracts.store_contract", "contracts.records_contract", "contracts.store_machine"
)
