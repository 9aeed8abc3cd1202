from pathlib import Path

import gguf
import numpy as np
import pytest

from stridetale.writers.tensors import pieces
from writers.tiny import (
    CHANGED,
    COLUMNS,
    KEPT,
    NORM,
    ROWS,
    Lora,
    a_lora,
    numbers_of,
    tensors_of,
    write_adapter,
    write_base,
)

FILE_TYPE = "general.file_type"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path / "base.gguf")


def merge(base: Path, adapter: Path, kind: str = "Q8_0") -> Path:
    out = base.with_name("merged.gguf")
    out.write_bytes(b"".join(piece for piece, _, _ in pieces(base, adapter, kind)))
    return out


def half_steps(numbers: np.ndarray, steps: int) -> np.ndarray:
    """Half of a step of quantisation for each number, in blocks of 32."""
    blocks = np.abs(numbers.reshape(-1, 32)).max(axis=1, keepdims=True)
    return np.broadcast_to(blocks / steps / 2, (blocks.size, 32)).reshape(numbers.shape)


@pytest.mark.parametrize(
    ("alpha", "rank", "scale"), [(8.0, 4, 2.0), (32.0, 16, 2.0), (8.0, 2, 4.0), (3.0, 6, 0.5)]
)
def test_a_weight_is_changed_by_alpha_over_rank_times_b_times_a(
    base: Path, tmp_path: Path, alpha: float, rank: int, scale: float
) -> None:
    lora = a_lora(rank=rank)
    out = merge(base, write_adapter(tmp_path / "a.gguf", lora, alpha=alpha))
    wanted = numbers_of(base, CHANGED) + scale * lora.b @ lora.a
    assert np.all(np.abs(numbers_of(out, CHANGED) - wanted) <= half_steps(wanted, 127) * 1.1)


def test_without_alpha_the_change_is_not_scaled(base: Path, tmp_path: Path) -> None:
    lora = a_lora(rank=4)
    out = merge(base, write_adapter(tmp_path / "a.gguf", lora, alpha=0.0))
    wanted = numbers_of(base, CHANGED) + lora.b @ lora.a
    assert np.all(np.abs(numbers_of(out, CHANGED) - wanted) <= half_steps(wanted, 127) * 1.1)


def test_four_bits_are_coarser_and_still_near(base: Path, tmp_path: Path) -> None:
    lora = a_lora(rank=4)
    out = merge(base, write_adapter(tmp_path / "a.gguf", lora), "Q4_0")
    wanted = numbers_of(base, CHANGED) + 2.0 * lora.b @ lora.a
    # Q4_0 has seven steps on one side of 0 and eight on the other
    assert np.all(np.abs(numbers_of(out, CHANGED) - wanted) <= half_steps(wanted, 8) * 2.1)


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0"])
def test_a_changed_weight_is_quantised_as_was_asked(base: Path, tmp_path: Path, kind: str) -> None:
    out = merge(base, write_adapter(tmp_path / "a.gguf"), kind)
    assert tensors_of(out)[CHANGED].tensor_type.name == kind


@pytest.mark.parametrize("name", [KEPT, NORM])
def test_a_weight_that_the_adapter_does_not_change_stays_bit_for_bit(
    base: Path, tmp_path: Path, name: str
) -> None:
    before = tensors_of(base)[name]
    after = tensors_of(merge(base, write_adapter(tmp_path / "a.gguf"), "Q4_0"))[name]
    assert after.tensor_type == before.tensor_type
    assert after.data.tobytes() == before.data.tobytes()


def test_all_fields_but_the_file_type_stay_as_they_are(base: Path, tmp_path: Path) -> None:
    out = merge(base, write_adapter(tmp_path / "a.gguf"))
    before, after = gguf.GGUFReader(base).fields, gguf.GGUFReader(out).fields
    assert {name: field.contents() for name, field in after.items() if name != FILE_TYPE} == {
        name: field.contents() for name, field in before.items() if name != FILE_TYPE
    }


@pytest.mark.parametrize(
    ("kind", "number"),
    [("Q8_0", gguf.LlamaFileType.MOSTLY_Q8_0), ("Q4_0", gguf.LlamaFileType.MOSTLY_Q4_0)],
)
def test_the_file_type_is_that_of_the_changed_weights(
    base: Path, tmp_path: Path, kind: str, number: int
) -> None:
    out = merge(base, write_adapter(tmp_path / "a.gguf"), kind)
    assert gguf.GGUFReader(out).fields[FILE_TYPE].contents() == number


def test_weights_without_a_file_type_are_merged_too(tmp_path: Path) -> None:
    base = tmp_path / "base.gguf"
    writer = gguf.GGUFWriter(base, "llama")
    writer.add_tensor(CHANGED, np.zeros((ROWS, COLUMNS), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    out = merge(base, write_adapter(tmp_path / "a.gguf"))
    assert FILE_TYPE not in gguf.GGUFReader(out).fields


def test_weights_of_another_alignment_are_merged_too(tmp_path: Path) -> None:
    base = tmp_path / "base.gguf"
    writer = gguf.GGUFWriter(base, "llama")
    writer.add_custom_alignment(128)
    writer.add_tensor(NORM, np.ones(5, np.float32))
    writer.add_tensor(CHANGED, np.ones((ROWS, COLUMNS), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    lora = a_lora(rank=4)
    out = merge(base, write_adapter(tmp_path / "a.gguf", lora))
    wanted = 1.0 + 2.0 * lora.b @ lora.a
    assert np.all(np.abs(numbers_of(out, CHANGED) - wanted) <= half_steps(wanted, 127) * 1.1)


def test_pieces_add_up_to_the_total(base: Path, tmp_path: Path) -> None:
    seen = [
        (len(piece), done, total)
        for piece, done, total in pieces(base, write_adapter(tmp_path / "a.gguf"), "Q8_0")
    ]
    assert sum(size for size, _, _ in seen) == seen[-1][1] == seen[-1][2]


@pytest.mark.parametrize(
    ("lora", "wrong", "said"),
    [
        (None, {"weight": "blk.7.ffn_up.weight"}, "the weights have no blk.7.ffn_up.weight"),
        (None, {"architecture": "qwen2"}, "another architecture"),
        (None, {"type_": "model"}, "no LoRA adapter"),
        (None, {"weight": NORM}, "of another size"),
        (a_lora(rows=ROWS - 1), {}, "of another size"),
        (a_lora(rows=1), {}, "of another size"),
    ],
)
def test_an_adapter_that_does_not_belong_to_the_weights_is_refused(
    base: Path, tmp_path: Path, lora: Lora | None, wrong: dict[str, str], said: str
) -> None:
    adapter = write_adapter(tmp_path / "a.gguf", lora, **wrong)  # type: ignore[arg-type]  # a case
    with pytest.raises(ValueError, match=said):
        merge(base, adapter)


@pytest.mark.parametrize("sides", ["a", "b"])
def test_half_an_adapter_is_refused(base: Path, tmp_path: Path, sides: str) -> None:
    with pytest.raises(KeyError, match="lora_"):
        merge(base, write_adapter(tmp_path / "a.gguf", sides=sides))
