"""Logging: events with fields, never a secret, never a sentence of an athlete.

log = structlog.get_logger()
log.info("story.told", activity_id=activity.id, drafts=2, author="model")
"""

import logging
import sys
from typing import Literal

import structlog

NOISY = (
    "asyncio", "boto3", "botocore", "httpcore", "httpcore2", "httpx", "httpx2", "openai", "pymongo",
    "urllib3", "uvicorn.access",
)  # fmt: skip
"""Libraries that log what they send and get, secrets in it; from them, warnings only."""


def set_up_logs(level: str, form: Literal["text", "json"]) -> None:
    """Send the events of structlog, and those of libraries through logging, to standard error.

    Args:
        level: the least to be shown: debug, info, warning, error.
        form: text for people, json (one object a line) for collectors.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[structlog.typing.Processor]
    if form == "json":
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # plain: the rich traceback would show what the variables hold
        plain = structlog.dev.plain_traceback
        last = [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
        ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
