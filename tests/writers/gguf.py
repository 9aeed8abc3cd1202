"""A LoRA adapter for the small model, in the few lines of GGUF that one needs."""

import random
import struct
from pathlib import Path

_STRING, _FLOAT32_VALUE, _FLOAT32_TENSOR, _ALIGNMENT = 8, 6, 0, 32


def write_adapter(path: Path, *, strength: float = 0.5) -> Path:
    """An adapter that shifts the attention of the first layer of SmolLM2-135M at random."""
    width, rank = 576, 2
    dice = random.Random(1)  # noqa: S311 (chance, not secrecy)
    name = "blk.0.attn_q.weight"
    tensors = {f"{name}.lora_a": (width, rank), f"{name}.lora_b": (rank, width)}
    strings = {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
    }
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(strings) + 1)
    for key, value in strings.items():
        head += _string(key) + struct.pack("<I", _STRING) + _string(value)
    head += _string("adapter.lora.alpha") + struct.pack("<If", _FLOAT32_VALUE, float(rank))
    data = b""
    for tensor, (columns, rows) in tensors.items():
        head += _string(tensor) + struct.pack(
            "<IQQIQ", 2, columns, rows, _FLOAT32_TENSOR, len(data)
        )
        numbers = [dice.uniform(-strength, strength) for _ in range(columns * rows)]
        data += struct.pack(f"<{len(numbers)}f", *numbers)
    padding = b"\0" * (-len(head) % _ALIGNMENT)
    path.write_bytes(head + padding + data)
    return path


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()
