"""A watch over every test: whatever it writes or logs may hold no secret.

Every secret that the process makes (tokens, states, keys) is remembered; what pytest captured of
a test, its output and all that was logged at the level "debug", is searched for them.
"""

import re
import secrets
from collections.abc import Callable, Generator
from typing import Any

import pytest
from cryptography.fernet import Fernet

from stridetale.logs import set_up_logs

LEAST = 16
"""What is shorter (the id of a token, the end of a file's name) is none."""
_WORD = re.compile(rf"[A-Za-z0-9_-]{{{LEAST},}}")

_made: set[str] = set()


def remember(secret: str) -> None:
    """From now on nothing that is written may hold it."""
    _made.update(_WORD.findall(secret))


def leaks(text: str) -> set[str]:
    """The secrets that a text holds."""
    return _made.intersection(_WORD.findall(text))


def start() -> None:
    """Remember every secret that is made from now on."""
    for make in (secrets.token_urlsafe, secrets.token_hex):
        setattr(secrets, make.__name__, _remembering(make))
    generate = Fernet.generate_key
    Fernet.generate_key = staticmethod(_remembering(generate))  # type: ignore[method-assign]


def _remembering(make: Callable[..., Any]) -> Callable[..., Any]:
    def making(*how: Any) -> Any:  # noqa: ANN401 (as the function that it wraps)
        secret = make(*how)
        remember(secret if isinstance(secret, str) else secret.decode())
        return secret

    return making


@pytest.fixture(autouse=True)
def _everything_is_logged() -> None:
    set_up_logs("debug", "text")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, None]:
    """Fail a test that wrote a secret."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    for name, text in report.sections:
        if found := leaks(text):
            report.outcome = "failed"
            report.longrepr = f"{name} holds {len(found)} secrets, {min(found)[:4]}… among them"
