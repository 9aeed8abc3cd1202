"""Tensors: what a LoRA adapter does to the weights that it was trained for.

Imports numpy and gguf, which takes a while, so it is imported only where there is something to
merge. The form of the files: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_FILE_TYPES = {"Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0, "Q4_0": gguf.LlamaFileType.MOSTLY_Q4_0}
_A, _B = ".lora_a", ".lora_b"


@dataclass(frozen=True)
class Adapter:
    """The two factors of what is added to each weight, and by how much it is multiplied."""

    factors: dict[str, tuple[Matrix, Matrix]]
    """By the weight's name: A (rank x columns) and B (rows x rank)."""
    alpha: float

    def change(self, name: str) -> Matrix:
        """What is added to a weight, as llama.cpp scales it: alpha over rank; 1 without alpha."""
        a, b = self.factors[name]
        scale = self.alpha / a.shape[0] if self.alpha else 1.0
        product: Matrix = b @ a
        return product * np.float32(scale)


def pieces(base: Path, adapter: Path, kind: str) -> Iterator[tuple[bytes, int, int]]:
    """The bytes of a GGUF file in which the adapter is merged into its base.

    Every weight that the adapter changes is quantised anew to `kind`. All others, the embedding
    of the tokens among them, stay bit for bit as they are, and so do all fields but the file type.

    Yields:
        The next bytes, how many there are with them, and how many there will be.

    Raises:
        ValueError: the adapter is none, or does not belong to this base.
        Exception: the libraries raise many kinds for files that are damaged.
    """
    weights = gguf.GGUFReader(base)
    lora = _read(gguf.GGUFReader(adapter), _text(weights, "general.architecture"))
    known = {tensor.name for tensor in weights.tensors}
    if unknown := sorted(lora.factors.keys() - known):
        raise ValueError(f"the weights have no {unknown[0]}")
    types = [
        Type[kind] if tensor.name in lora.factors else tensor.tensor_type
        for tensor in weights.tensors
    ]
    starts = [0]
    for tensor, type_ in zip(weights.tensors, types, strict=True):
        starts.append(starts[-1] + _padded(_size(tensor, type_), weights.alignment))
    head = _head(weights, kind, zip(types, starts, strict=False))
    total = len(head) + starts[-1]
    yield head, len(head), total
    for tensor, (start, end) in zip(weights.tensors, pairwise(starts), strict=True):
        data = _data(tensor, lora, Type[kind])
        yield data.ljust(end - start, b"\0"), len(head) + end, total


def _read(adapter: gguf.GGUFReader, architecture: str) -> Adapter:
    """The factors and the scale of an adapter for weights of this architecture."""
    found = [_text(adapter, key) for key in ("general.type", "adapter.type")]
    if found != ["adapter", "lora"]:
        raise ValueError("it is no LoRA adapter")
    if _text(adapter, "general.architecture") != architecture:
        raise ValueError("it is for weights of another architecture")
    alpha = adapter.fields["adapter.lora.alpha"].contents()
    matrices = {tensor.name: _floats(tensor) for tensor in adapter.tensors}
    names = {name.removesuffix(_A).removesuffix(_B) for name in matrices}
    factors = {name: (matrices.pop(name + _A), matrices.pop(name + _B)) for name in names}
    return Adapter(factors, float(alpha))


def _data(tensor: gguf.ReaderTensor, lora: Adapter, kind: Type) -> bytes:
    """A tensor's bytes, with the adapter's change in them."""
    if tensor.name not in lora.factors:
        return bytes(tensor.data.tobytes())
    before, change = _floats(tensor), lora.change(tensor.name)
    if before.shape != change.shape:
        raise ValueError(f"its {tensor.name} is of another size")
    return bytes(gguf.quantize(before + change, kind).tobytes())


def _floats(tensor: gguf.ReaderTensor) -> Matrix:
    matrix: Matrix = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    return matrix


def _head(weights: gguf.GGUFReader, kind: str, placed: Iterable[tuple[Type, int]]) -> bytes:
    """Everything before the data: the fields as they are, and where each tensor lies."""
    fields_end = weights.tensors[0].field.offset
    head = bytearray(weights.data[:fields_end].tobytes())
    file_type = weights.fields.get("general.file_type")
    if file_type is not None:
        at = file_type.offset + sum(part.nbytes for part in file_type.parts[:-1])
        struct.pack_into("<I", head, at, _FILE_TYPES[kind])
    for tensor, (type_, start) in zip(weights.tensors, placed, strict=True):
        name, shape = tensor.name.encode(), [int(side) for side in tensor.shape]
        head += struct.pack("<Q", len(name)) + name
        head += struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, type_, start)
    return bytes(head).ljust(_padded(len(head), weights.alignment), b"\0")


def _size(tensor: gguf.ReaderTensor, type_: Type) -> int:
    block, block_bytes = gguf.GGML_QUANT_SIZES[type_]
    return int(tensor.n_elements) // block * block_bytes


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


def _text(reader: gguf.GGUFReader, key: str) -> str:
    field = reader.fields.get(key)
    return "" if field is None else str(field.contents())
