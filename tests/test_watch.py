"""That the watch over the tests sees a secret that is written, and fails the test."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = """
import watch
def pytest_configure(config):
    watch.start()
    config.pluginmanager.register(watch)
"""
LEAKING = {
    "printed": "print('bearer', secrets.token_urlsafe(32))",
    "logged": "structlog.get_logger().debug('x', token=secrets.token_hex(20))",
    "in an address": "structlog.get_logger().info('x', url=f'/?a=1&key={secrets.token_hex(20)}')",
    "a key": "print(Fernet.generate_key())",
    "logged by a library": "logging.getLogger('a').warning(secrets.token_hex(20))",
}
HARMLESS = {
    "a name": "print(secrets.token_hex(4))",
    "kept to itself": "secrets.token_urlsafe(32)",
    "another": "secrets.token_hex(20); print('0123456789' * 4)",
}


def ended(folder: Path, body: str) -> int:
    """The exit status of pytest over one test."""
    imports = "import logging, secrets, structlog\nfrom cryptography.fernet import Fernet\n"
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_one.py").write_text(f"{imports}def test_it():\n    {body}\n")
    here = str(Path(__file__).parent)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", f"pythonpath={here}",
         str(folder)],
        cwd=folder, capture_output=True, check=False, timeout=60,
    ).returncode  # fmt: skip


@pytest.mark.parametrize("body", LEAKING.values(), ids=LEAKING)
def test_a_secret_that_is_written_fails_its_test(body: str, tmp_path: Path) -> None:
    assert ended(tmp_path, body) == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_secret_does_not(body: str, tmp_path: Path) -> None:
    assert ended(tmp_path, body) == pytest.ExitCode.OK
