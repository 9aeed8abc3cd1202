"""Make a GGUF adapter of a PEFT one: `python training/convert.py RUN/adapter OUT.gguf`.

llama.cpp keeps the rows of the query and key projections of a Llama in another order than
transformers does (for its rotary embedding), so the B matrices of those two are reordered as its
own converter reorders the weights (`permute` in convert_hf_to_gguf.py).
"""

import argparse
import json
import re
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

HEADS = {"attn_q": 9, "attn_k": 3}
"""Of SmolLM2-135M: https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct."""
NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip
_KEY = re.compile(r".*layers\.(\d+)\.(.+)\.lora_([AB])\.weight")


def main() -> None:
    """Convert, and say how large it is."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("adapter", type=Path, help="folder that PEFT wrote")
    options.add_argument("out", type=Path, help="file to write")
    chosen = options.parse_args()
    half = chosen.out.with_suffix(".half")
    convert(chosen.adapter, half)
    half.replace(chosen.out)
    print(f"{chosen.out}: {chosen.out.stat().st_size / 1e6:.1f} MB")


def convert(adapter: Path, out: Path) -> None:
    """Write a PEFT adapter as GGUF, in half precision."""
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    for key, value in sorted(load_file(adapter / "adapter_model.safetensors").items()):
        found = _KEY.match(key)
        if found is None:
            raise SystemExit(f"{key} is no tensor of a LoRA adapter.")
        layer, name, side = found[1], NAMES[found[2]], found[3]
        if side == "B" and name in HEADS:
            value = reordered(value, HEADS[name])  # noqa: PLW2901 (the same tensor)
        tensor = np.ascontiguousarray(value.astype(np.float16))
        writer.add_tensor(f"blk.{layer}.{name}.weight.lora_{side.lower()}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read(file: Path) -> dict[str, NDArray[np.float32]]:
    """The tensors of a GGUF adapter under PEFT's names, to go on training with it."""
    peft = {name: key for key, name in NAMES.items()}
    found: dict[str, NDArray[np.float32]] = {}
    for tensor in gguf.GGUFReader(file).tensors:
        _, layer, name, _, side = tensor.name.split(".")
        value = np.asarray(tensor.data, np.float32)
        if side == "lora_b" and name in HEADS:
            value = reordered_back(value, HEADS[name])
        prefix = f"base_model.model.model.layers.{layer}.{peft[name]}"
        found[f"{prefix}.lora_{side[-1].upper()}.weight"] = value
    return found


def reordered(matrix: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """The rows of each head as llama.cpp keeps them: halves become pairs."""
    rows, columns = matrix.shape
    return (
        matrix.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
    )


def reordered_back(matrix: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """The rows of each head as transformers keeps them: pairs become halves."""
    rows, columns = matrix.shape
    return (
        matrix.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
    )


if __name__ == "__main__":
    main()
