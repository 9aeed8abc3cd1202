import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stridetale.errors import WeightsUnusable
from stridetale.writers.merging import KIND, Kind, merged
from writers.tiny import a_lora, write_adapter, write_base

TESTS = Path(__file__).parents[1]
PATIENCE_S = 60.0


class Counting:
    """Counts what it is told; stops the work at the call of this number."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.seen: list[tuple[int, int]] = []
        self._stop_at = stop_at

    def __call__(self, done: int, total: int) -> bool:
        self.seen.append((done, total))
        return len(self.seen) == self._stop_at


class Shelf:
    """A base, an adapter and the folder for what is made of them."""

    def __init__(self, root: Path) -> None:
        self.base = write_base(root / "base.gguf")
        self.adapter = write_adapter(root / "adapter.gguf")
        self.folder = root / "deep" / "cache"
        self.processes: list[subprocess.Popen[str]] = []

    def merged(self, progress: Counting | None = None, kind: Kind = KIND) -> Path:
        return merged(self.base, self.adapter, kind, self.folder, progress or Counting())

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def start(self, how: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [
                sys.executable, str(TESTS / "writers" / "merging_process.py"),
                str(self.base), str(self.adapter), str(self.folder), how,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self.processes.append(process)
        return process


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    for process in shelf.processes:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=PATIENCE_S)
    return said.strip()


def kill_halfway(shelf: Shelf) -> None:
    process = shelf.start("slow")
    assert line_of(process) == "half"
    process.kill()
    finish(process)


# --- once ------------------------------------------------------------------------------------


def test_the_file_is_made_in_a_folder_that_was_not_there(shelf: Shelf) -> None:
    assert shelf.merged().parent == shelf.folder


def test_nothing_but_the_file_is_left(shelf: Shelf) -> None:
    path = shelf.merged()
    assert shelf.names() == {path.name}


def test_the_file_is_not_made_again(shelf: Shelf) -> None:
    path, again = shelf.merged(), Counting()
    assert (shelf.merged(again), again.seen) == (path, [])


def test_progress_ends_with_all_of_it(shelf: Shelf) -> None:
    progress = Counting()
    size = shelf.merged(progress).stat().st_size
    assert progress.seen[-1] == (size, size)


def test_the_same_input_gives_the_same_file(tmp_path: Path) -> None:
    paths = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths.append(Shelf(tmp_path / name).merged())
    assert paths[0].name == paths[1].name


def test_another_adapter_takes_the_place_of_the_file(shelf: Shelf) -> None:
    before = shelf.merged()
    write_adapter(shelf.adapter, a_lora(seed=3))
    after = shelf.merged()
    assert after != before
    assert shelf.names() == {after.name}


def test_another_base_takes_the_place_of_the_file(shelf: Shelf) -> None:
    before = shelf.merged()
    shelf.base.write_bytes(shelf.base.read_bytes().replace(b"Tiny", b"Tony"))
    assert shelf.merged() != before


def test_another_quantisation_takes_the_place_of_the_file(shelf: Shelf) -> None:
    before = shelf.merged(kind="Q8_0")
    after = shelf.merged(kind="Q4_0")
    assert shelf.names() == {after.name} != {before.name}


@pytest.mark.parametrize(
    "name",
    ["mine.gguf", "stridetale-mine.gguf", f"my-stridetale-{'0' * 16}-{'0' * 64}.gguf", "a.part"],
)
def test_files_of_other_names_are_left_alone(shelf: Shelf, name: str) -> None:
    shelf.folder.mkdir(parents=True)
    (shelf.folder / name).write_bytes(b"precious")
    shelf.merged()
    assert (shelf.folder / name).read_bytes() == b"precious"


# --- only whole files ------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_made_again(shelf: Shelf, kept: float) -> None:
    path = shelf.merged()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert shelf.merged().read_bytes() == whole


@pytest.mark.parametrize("place", [0, 0.3, 0.6, 0.9999])
def test_a_file_with_one_wrong_bit_is_made_again(shelf: Shelf, place: float) -> None:
    path = shelf.merged()
    whole = path.read_bytes()
    wrong = bytearray(whole)
    wrong[int(len(whole) * place)] ^= 1
    path.write_bytes(wrong)
    assert shelf.merged().read_bytes() == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_that_somebody_else_put_there_is_made_again(shelf: Shelf) -> None:
    path = shelf.merged()
    os.chown(path, 65_534, 65_534)
    shelf.merged()
    assert path.stat().st_uid == 0


# --- interrupted -----------------------------------------------------------------------------


def test_a_process_that_is_killed_leaves_no_whole_file(shelf: Shelf) -> None:
    kill_halfway(shelf)
    assert not [name for name in shelf.names() if name.endswith(".gguf")]


def test_after_a_process_was_killed_the_file_is_made(shelf: Shelf) -> None:
    kill_halfway(shelf)
    path = shelf.merged()
    assert path.read_bytes()[:4] == b"GGUF"


def test_what_a_killed_process_left_is_removed_the_next_time(shelf: Shelf) -> None:
    kill_halfway(shelf)
    assert len(shelf.names()) == 1
    path = shelf.merged()
    assert shelf.names() == {path.name}


@pytest.mark.parametrize("call", [1, 2, 3])
def test_work_that_is_stopped_leaves_nothing(shelf: Shelf, call: int) -> None:
    with pytest.raises(WeightsUnusable, match="closed"):
        shelf.merged(Counting(stop_at=call))
    assert shelf.names() == set()


# --- several processes -----------------------------------------------------------------------


def test_processes_that_start_at_once_make_one_file(shelf: Shelf) -> None:
    processes = [shelf.start("plain") for _ in range(3)]
    said = {finish(process) for process in processes}
    assert said == shelf.names()
    assert len(said) == 1


def test_a_process_waits_for_the_one_that_merges(shelf: Shelf) -> None:
    first = shelf.start("slow")
    assert line_of(first) == "half"
    second = shelf.start("plain")
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(1.5)
    first.kill()
    assert {finish(second)} == shelf.names()


def test_one_who_waits_for_another_process_can_be_stopped(shelf: Shelf) -> None:
    assert line_of(shelf.start("slow")) == "half"
    began = time.monotonic()
    with pytest.raises(WeightsUnusable, match="closed"):
        shelf.merged(Counting(stop_at=3))
    assert time.monotonic() - began < 10


# --- where it cannot be ----------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_one_sentence(as_nobody: Path) -> None:
    shelf = Shelf(as_nobody)
    shelf.folder.mkdir(parents=True)
    shelf.folder.chmod(0o500)
    with pytest.raises(WeightsUnusable, match=r"cannot be kept in .*cache: Permission denied\."):
        shelf.merged()


def test_a_file_that_is_there_is_used_where_nothing_can_be_written(as_nobody: Path) -> None:
    shelf = Shelf(as_nobody)
    path = shelf.merged()
    shelf.folder.chmod(0o500)
    assert shelf.merged() == path


def test_a_folder_that_is_a_file_is_one_sentence(shelf: Shelf) -> None:
    shelf.folder.parent.mkdir()
    shelf.folder.write_bytes(b"")
    with pytest.raises(WeightsUnusable, match="cannot be kept"):
        shelf.merged()


def test_a_full_disk_is_one_sentence_and_leaves_nothing(shelf: Shelf) -> None:
    said = finish(shelf.start("full"))
    assert said.startswith(f"The prepared model cannot be kept in {shelf.folder}: File too large.")
    assert shelf.names() == set()


@pytest.mark.parametrize("package", ["numpy", "gguf"])
def test_a_package_that_is_missing_is_one_sentence(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.delitem(sys.modules, "stridetale.writers.tensors", raising=False)
    monkeypatch.setitem(sys.modules, package, None)  # how Python marks what cannot be imported
    with pytest.raises(WeightsUnusable, match=rf"cannot be merged .* {package}"):
        shelf.merged()


@pytest.mark.parametrize("data", [b"", b"GGUF", b"GGUF" + b"\xff" * 1_000])
def test_an_adapter_that_is_damaged_is_one_sentence_and_leaves_nothing(
    shelf: Shelf, data: bytes
) -> None:
    shelf.adapter.write_bytes(data)
    with pytest.raises(WeightsUnusable, match=r"adapter\.gguf cannot be merged into base\.gguf: "):
        shelf.merged()
    assert shelf.names() == set()


def test_numpy_is_not_imported_before_there_is_something_to_merge(shelf: Shelf) -> None:
    shelf.merged(kind="Q8_0")
    ran = subprocess.run(
        [
            sys.executable, "-c",
            ("import sys, stridetale.cli, stridetale.commands, stridetale.writers.embedded\n"
            "from pathlib import Path\n"
            "from stridetale.writers.merging import merged\n"
            "merged(*map(Path, sys.argv[1:3]), 'Q8_0', Path(sys.argv[3]), lambda *_: False)\n"
            "print({'numpy', 'gguf', 'requests', 'tqdm'} & sys.modules.keys())"),
            str(shelf.base), str(shelf.adapter), str(shelf.folder),
        ],
        capture_output=True, text=True, check=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert ran.stdout.strip() == "set()"
