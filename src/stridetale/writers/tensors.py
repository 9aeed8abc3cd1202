"""Tensors: what a LoRA adapter does to the weights that it was trained for.

Imports numpy and gguf, which takes a while, so it is imported only where there is something to
merge. The form of the files: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_FILE_TYPES = {"Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0, "Q4_0": gguf.LlamaFileType.MOSTLY_Q4_0}
_A, _B = ".lora_a", ".lora_b"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of the other types of fields, by their number in the format."""
_PLAIN = {Type.F32: np.float32, Type.F16: np.float16}


@dataclass(frozen=True)
class Tensor:
    """Where a tensor of a file is, and what it is."""

    name: str
    shape: tuple[int, ...]
    """Columns first, as the format has it."""
    type: Type
    start: int
    """In the file."""


@dataclass(frozen=True)
class Gguf:
    """A GGUF file in memory.

    `gguf.GGUFReader` reads the same, and takes some seconds for the words of a vocabulary, each
    of which it makes an array of; here they are only passed over.
    """

    data: NDArray[np.uint8]
    fields: dict[str, tuple[int, int]]
    """The type of each field, and where its value is."""
    fields_end: int
    tensors: tuple[Tensor, ...]
    alignment: int

    @classmethod
    def read(cls, path: Path) -> "Gguf":
        """The file, which stays on disk as far as it is not needed."""
        data: NDArray[np.uint8] = np.memmap(path, mode="r")
        view = data.data
        magic, version, tensor_count, field_count = struct.unpack_from("<4sIQQ", view)
        if magic != b"GGUF" or version not in _VERSIONS:
            raise ValueError("a file is no GGUF of a version that we know")
        at, fields = struct.calcsize("<4sIQQ"), {}
        for _ in range(field_count):
            name, at = _string(view, at)
            (type_,) = struct.unpack_from("<I", view, at)
            fields[name] = (type_, at + 4)
            at = _after(view, at + 4, type_)
        fields_end = at
        found = []
        for _ in range(tensor_count):
            name, at = _string(view, at)
            (sides,) = struct.unpack_from("<I", view, at)
            *shape, kind, start = struct.unpack_from(f"<{sides}QIQ", view, at + 4)
            at += 4 + struct.calcsize(f"<{sides}QIQ")
            found.append(Tensor(name, tuple(shape), Type(kind), start))
        whole = cls(data, fields, fields_end, (), 32)
        alignment = int(whole.value("general.alignment") or 32)
        first = _padded(at, alignment)
        tensors = tuple(replace(tensor, start=first + tensor.start) for tensor in found)
        return replace(whole, tensors=tensors, alignment=alignment)

    def value(self, name: str) -> str | float | None:
        """A string or a number of four bytes; None where the file has none of this name."""
        if name not in self.fields:
            return None
        type_, at = self.fields[name]
        if type_ == _STRING:
            return _string(self.data.data, at)[0]
        form = {4: "<I", 5: "<i", 6: "<f"}[type_]
        return float(struct.unpack_from(form, self.data.data, at)[0])

    def bytes_of(self, tensor: Tensor) -> NDArray[np.uint8]:
        """A tensor as it lies in the file, a row of it in a row."""
        size = _size(tensor, tensor.type)
        rows = tuple(reversed(tensor.shape[1:]))
        return self.data[tensor.start : tensor.start + size].reshape(*rows, -1)

    def floats(self, tensor: Tensor) -> Matrix:
        """A tensor as numbers."""
        raw = self.bytes_of(tensor)
        if tensor.type in _PLAIN:
            return raw.view(_PLAIN[tensor.type]).astype(np.float32)
        matrix: Matrix = gguf.dequantize(raw, tensor.type)
        return matrix


def _string(view: memoryview, at: int) -> tuple[str, int]:
    (size,) = struct.unpack_from("<Q", view, at)
    end = at + 8 + size
    return str(view[at + 8 : end], "utf-8"), end


def _after(view: memoryview, at: int, type_: int) -> int:
    """Where a value of this type ends."""
    if type_ == _STRING:
        return at + 8 + int(struct.unpack_from("<Q", view, at)[0])
    if type_ != _ARRAY:
        return at + _SIZES[type_]
    of, count = struct.unpack_from("<IQ", view, at)
    at += 12
    if of in _SIZES:
        return at + _SIZES[of] * int(count)
    for _ in range(count):
        at = _after(view, at, of)
    return at


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
    weights = Gguf.read(base)
    lora = _read(Gguf.read(adapter), str(weights.value("general.architecture")))
    known = {tensor.name for tensor in weights.tensors}
    if unknown := sorted(lora.factors.keys() - known):
        raise ValueError(f"the weights have no {unknown[0]}")
    types = [
        Type[kind] if tensor.name in lora.factors else tensor.type for tensor in weights.tensors
    ]
    starts = [0]
    for tensor, type_ in zip(weights.tensors, types, strict=True):
        starts.append(starts[-1] + _padded(_size(tensor, type_), weights.alignment))
    head = _head(weights, kind, zip(types, starts, strict=False))
    total = len(head) + starts[-1]
    yield head, len(head), total
    for tensor, (start, end) in zip(weights.tensors, pairwise(starts), strict=True):
        data = _data(weights, tensor, lora, Type[kind])
        yield data.ljust(end - start, b"\0"), len(head) + end, total


def _read(adapter: "Gguf", architecture: str) -> Adapter:
    """The factors and the scale of an adapter for weights of this architecture."""
    found = [adapter.value(key) for key in ("general.type", "adapter.type")]
    if found != ["adapter", "lora"]:
        raise ValueError("it is no LoRA adapter")
    if adapter.value("general.architecture") != architecture:
        raise ValueError("it is for weights of another architecture")
    alpha = adapter.value("adapter.lora.alpha")
    matrices = {tensor.name: adapter.floats(tensor) for tensor in adapter.tensors}
    names = {name.removesuffix(_A).removesuffix(_B) for name in matrices}
    factors = {name: (matrices.pop(name + _A), matrices.pop(name + _B)) for name in names}
    return Adapter(factors, float(alpha or 0.0))


def _data(weights: "Gguf", tensor: "Tensor", lora: Adapter, kind: Type) -> bytes:
    """A tensor's bytes, with the adapter's change in them."""
    if tensor.name not in lora.factors:
        return weights.bytes_of(tensor).tobytes()
    before, change = weights.floats(tensor), lora.change(tensor.name)
    if before.shape != change.shape:
        raise ValueError(f"its {tensor.name} is of another size")
    return bytes(gguf.quantize(before + change, kind).tobytes())


def _head(weights: "Gguf", kind: str, placed: Iterable[tuple[Type, int]]) -> bytes:
    """Everything before the data: the fields as they are, and where each tensor lies."""
    head = bytearray(weights.data[: weights.fields_end].tobytes())
    if "general.file_type" in weights.fields:
        _, at = weights.fields["general.file_type"]
        struct.pack_into("<I", head, at, _FILE_TYPES[kind])
    for tensor, (type_, start) in zip(weights.tensors, placed, strict=True):
        name, shape = tensor.name.encode(), tensor.shape
        head += struct.pack("<Q", len(name)) + name
        head += struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, type_, start)
    return bytes(head).ljust(_padded(len(head), weights.alignment), b"\0")


def _size(tensor: "Tensor", type_: Type) -> int:
    block, block_bytes = gguf.GGML_QUANT_SIZES[type_]
    return prod(tensor.shape) // block * block_bytes


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
