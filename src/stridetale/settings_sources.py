"""Where settings come from: the environment, `.env`, files of secrets, a cloud's secret manager.

What comes first here counts first. Which files and which cloud secret there are is itself told by
the environment: STRIDETALE_SECRETS_DIR (by default /run/secrets, where Docker and Kubernetes mount
them: a file for each setting, named as its variable is) and STRIDETALE_AWS_SECRET (the name of a
secret of AWS Secrets Manager, a JSON object of variables; needs the extra `aws`).
"""

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic_settings import (
    AWSSecretsManagerSettingsSource,
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsError,
)
from typing_extensions import override

from stridetale.errors import SettingsInvalid

SECRETS_DIR = "STRIDETALE_SECRETS_DIR"
AWS_SECRET = "STRIDETALE_AWS_SECRET"  # noqa: S105 (the name of a variable)
_USUAL_DIR = "/run/secrets"


def outside_sources(settings: type[BaseSettings]) -> dict[str, PydanticBaseSettingsSource]:
    """The sources beside the environment and `.env`, by what to call them.

    Raises:
        SettingsInvalid: a cloud's secret was asked for and cannot be had.
    """
    found: dict[str, PydanticBaseSettingsSource] = {}
    folder = Path(os.environ.get(SECRETS_DIR) or _USUAL_DIR)
    if folder.is_dir():
        found[f"a file in {folder}"] = _Files(settings, secrets_dir=folder)
    if secret := os.environ.get(AWS_SECRET):
        found[f"the AWS secret {secret}"] = _aws(settings, secret)
    return found


def origins(by_name: Mapping[str, Callable[[], Mapping[str, object]]]) -> dict[str, str]:
    """For each setting that some source has, the name of the first one that has it."""
    found: dict[str, str] = {}
    for name, source in by_name.items():
        for setting in source():
            found.setdefault(setting, name)
    return found


class _Files(SecretsSettingsSource):
    """Files of secrets; an empty one is no choice, as an empty variable is none."""

    @override
    def __call__(self) -> dict[str, Any]:
        try:
            found = super().__call__()
        except SettingsError as exc:
            cause = exc.__cause__
            if isinstance(cause, OSError):
                raise SettingsInvalid(
                    f"{cause.filename} cannot be read: {cause.strerror}."
                ) from exc
            # without a cause, which may quote it
            raise SettingsInvalid(f"A file in {self.secrets_dir} is not UTF-8 text.") from None
        return {name: value for name, value in found.items() if value}


class _Secret(AWSSecretsManagerSettingsSource):
    """A secret of AWS; an empty value in it is no choice either."""

    @override
    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if value != ""}


def _aws(settings: type[BaseSettings], secret: str) -> PydanticBaseSettingsSource:
    if find_spec("boto3") is None:
        raise SettingsInvalid(
            f"{AWS_SECRET} needs AWS's library: `pip install 'stridetale[aws]'` brings it."
        )
    from botocore.exceptions import (  # type: ignore[import-untyped]  # it has no types
        BotoCoreError,
        ClientError,
    )

    try:
        return _Secret(settings, secret, case_sensitive=False)
    except (BotoCoreError, ClientError) as exc:
        raise SettingsInvalid(
            f"The AWS secret {secret} cannot be read ({type(exc).__name__}): see that AWS_REGION "
            "and the credentials are set, and that they may read it."
        ) from exc
    except (ValueError, AttributeError, KeyError):  # without a cause, which may quote it
        raise SettingsInvalid(f"The AWS secret {secret} is no JSON object of settings.") from None
