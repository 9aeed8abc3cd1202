"""A base of three weights and adapters for it, as small as GGUF files can be."""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from numpy.typing import NDArray

ROWS, COLUMNS = 48, 64
CHANGED, KEPT, NORM = "blk.0.ffn_up.weight", "token_embd.weight", "output_norm.weight"


@dataclass(frozen=True)
class Lora:
    """An adapter as numbers."""

    a: NDArray[np.float32]
    b: NDArray[np.float32]


def write_base(path: Path) -> Path:
    """Weights in the mixture of types that the bundled ones have."""
    dice = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_1)
    writer.add_string("general.name", "Tiny")
    writer.add_token_list(["<s>", "Ġhill", "ü"])
    for name, kind in ((KEPT, Type.Q8_0), (CHANGED, Type.Q4_1)):
        numbers = dice.normal(size=(ROWS, COLUMNS)).astype(np.float32)
        writer.add_tensor(name, gguf.quantize(numbers, kind), raw_dtype=kind)
    writer.add_tensor(NORM, np.ones(COLUMNS + 3, np.float32))  # its end is no multiple of 32
    return _written(writer, path)


def a_lora(*, rank: int = 4, rows: int = ROWS, columns: int = COLUMNS, seed: int = 2) -> Lora:
    dice = np.random.default_rng(seed)
    return Lora(
        a=dice.normal(size=(rank, columns)).astype(np.float16).astype(np.float32),
        b=dice.normal(size=(rows, rank)).astype(np.float16).astype(np.float32),
    )


def write_adapter(
    path: Path,
    lora: Lora | None = None,
    *,
    alpha: float = 8.0,
    weight: str = CHANGED,
    architecture: str = "llama",
    type_: str = "adapter",
    sides: str = "ab",
) -> Path:
    """An adapter in half precision, as training writes it."""
    lora = lora or a_lora()
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.type", type_)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for side in sides:
        matrix = lora.a if side == "a" else lora.b
        writer.add_tensor(f"{weight}.lora_{side}", matrix.astype(np.float16))
    return _written(writer, path)


def write_adapter_of_smollm2(path: Path) -> Path:
    """An adapter that shifts the attention of the first layer of SmolLM2-135M at random."""
    lora = a_lora(rank=2, rows=576, columns=576)
    weaker = Lora(a=lora.a / np.float32(3), b=lora.b / np.float32(3))
    return write_adapter(path, weaker, alpha=2.0, weight="blk.0.attn_q.weight")


def tensors_of(path: Path) -> dict[str, gguf.ReaderTensor]:
    return {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}


def numbers_of(path: Path, name: str) -> NDArray[np.float32]:
    tensor = tensors_of(path)[name]
    numbers: NDArray[np.float32] = gguf.dequantize(tensor.data, tensor.tensor_type)
    return numbers


def _written(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
