"""Settings: the only reader of the environment.

Every setting is `STRIDETALE_<NAME>`, in the environment or in a file `.env` of the current folder.
The README's table of settings lists them all; a test fails when one is missing there.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from typing_extensions import override

from stridetale.draft import Tone
from stridetale.errors import SettingsInvalid
from stridetale.policy import PolicyName
from stridetale.saying import Style, Units, known_locale
from stridetale.settings_sources import origins, outside_sources

WriterName = Literal["embedded", "remote", "composer"]

PREFIX = "STRIDETALE_"

SQLITE = "sqlite:"
MONGO = ("mongodb://", "mongodb+srv://")
"""How the address of a store begins."""


class Settings(BaseSettings):
    """What the operator chose; every default works on one small machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("stridetale"),
        description="Folder of the database.",
    )
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("stridetale"),
        description="Folder of the prepared model (92 MB), which is made anew where it is gone.",
    )
    store: SecretStr | None = Field(
        None,
        description="Address of another database: `mongodb://host/stridetale`, `mongodb+srv://…` "
        "or `sqlite:///path/to/file`.",
    )
    units: Units = Field("metric", description="`metric` or `imperial`.")
    locale: str = Field("en_GB", description="Spelling and numbers: `en_GB`, `en_US`, …")
    tone: Tone = Field("warm", description="`plain`, `warm`, `funny` or `epic`.")

    writer: WriterName = Field(
        "embedded",
        description="`embedded` (a small model in the process), `remote` or `composer` (no model).",
    )
    story_seconds: float = Field(
        4.0, gt=0, le=600, description="Longest drafting of one story; then the composer writes it."
    )
    story_drafts: int = Field(12, ge=1, le=64, description="Most drafts for one story.")

    model: Path | None = Field(
        None,
        description="A GGUF file for the embedded writer, in place of the weights and the adapter "
        "it has.",
    )
    lora: Path | None = Field(
        None,
        description="A GGUF LoRA adapter for the embedded writer: merged into the weights it has, "
        "in place of its own adapter, or applied as it is to `STRIDETALE_MODEL`.",
    )
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=256,
        description="Threads of the embedded writer; all cores by default.",
    )

    remote_url: str | None = Field(
        None, description="Base address of an OpenAI-compatible endpoint, up to and with `/v1`."
    )
    remote_model: str | None = Field(None, description="The model's name there.")
    remote_key: SecretStr | None = Field(None, description="The key for it, if it wants one.")

    strava_client_id: str | None = Field(
        None, description="Your application's client id at Strava (strava.com/settings/api)."
    )
    strava_client_secret: SecretStr | None = Field(None, description="Its client secret.")
    strava_data_policy: PolicyName | None = Field(
        None,
        description="What may be done with data of Strava's API: `personal` (a model writes of it, "
        "it is kept; you answer for it) or `strict` (no model sees it, no positions, gone after 7 "
        "days). Without it Strava is not connected.",
    )
    strava_athletes: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Numbers of the athletes who may sign in, with commas between; without it "
        "everybody with a Strava account may.",
    )
    strava_updates: Literal["poll", "webhook", "off"] = Field(
        "poll", description="How new activities are heard of: `poll`, `webhook` or `off`."
    )
    strava_verify_token: SecretStr | None = Field(
        None, description="What Strava says back when it tests the webhook; made at random."
    )
    strava_api_url: str = Field(
        "https://www.strava.com/api/v3", description="Base address of Strava's API."
    )
    strava_oauth_url: str = Field(
        "https://www.strava.com/oauth", description="Base address of Strava's sign-in."
    )
    public_url: str | None = Field(
        None,
        description="Address at which browsers and Strava reach the service; without it the one "
        "that a request was sent to.",
    )
    secret_keys: SecretStr | None = Field(
        None,
        description="Fernet keys that seal Strava's tokens, the newest first, with commas "
        "between; without it a file `secret.key` in the data folder, which is made.",
    )

    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="Port that `serve` listens on.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further names the service answers for, with commas between."
    )
    upload_mb: int = Field(2_048, ge=1, le=65_536, description="Largest file that may be added.")

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="`debug`, `info`, `warning` or `error`."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="`text` for people, `json` for collectors."
    )

    _chosen: frozenset[str] = PrivateAttr(frozenset())

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().casefold() for part in value.split(",") if part.strip())
        return value

    @field_validator("strava_api_url", "strava_oauth_url", "public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        if not _is_base(value):
            raise ValueError("must be a host, perhaps with a port and a path, and nothing else")
        return value.rstrip("/")

    @field_validator("strava_athletes", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        """Refuse a list that would shut everybody out, or let everybody in, by a slip."""
        if isinstance(value, str):
            value = tuple(part.strip() for part in value.split(","))
            if not all(re.fullmatch("[1-9][0-9]{0,18}", number) for number in value):
                raise ValueError("must be numbers of athletes, with commas between")
        return value

    @field_validator("secret_keys")
    @classmethod
    def _lock(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from stridetale.vault import NO_KEYS, vault_of

            try:
                vault_of(value.get_secret_value())
            except ValueError:  # without a cause, which may quote a key
                raise ValueError(NO_KEYS) from None
        return value

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.strava_client_id is None) != (self.strava_client_secret is None):
            raise ValueError(
                "STRIDETALE_STRAVA_CLIENT_ID and STRIDETALE_STRAVA_CLIENT_SECRET go together: "
                "set both or neither"
            )
        return self

    @field_validator("store")
    @classmethod
    def _know(cls, value: SecretStr | None) -> SecretStr | None:
        return None if value is None else known_store(value)

    @field_validator("locale")
    @classmethod
    def _speak(cls, value: str) -> str:
        return known_locale(value)

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """In the order in which they count."""
        outside = outside_sources(settings_cls)
        return (init_settings, env_settings, dotenv_settings, *outside.values())

    def origins(self) -> dict[str, str]:
        """Where each setting comes from that is not left at its default; never its value.

        Raises:
            SettingsInvalid: a source cannot be read.
        """
        kind = type(self)
        env, dotenv = EnvSettingsSource(kind), DotEnvSettingsSource(kind)
        found = origins(
            {
                "an option of the command": lambda: dict.fromkeys(self._chosen),
                "the environment": env,
                "the file .env": dotenv,
                **outside_sources(kind),
            }
        )
        # what is None was set aside: the store of the environment, where a folder was chosen
        return {
            name: origin for name, origin in found.items() if getattr(self, name, None) is not None
        }

    @property
    def store_url(self) -> SecretStr:
        """The address of the store: by default a file of SQLite in the data folder."""
        return self.store or SecretStr(f"{SQLITE}//{self.data_dir / 'stridetale.db'}")

    @property
    def no_strava(self) -> str | None:
        """Why Strava cannot be connected, in a sentence; None where it can."""
        if self.strava_client_id is None:
            return (
                "There is no connection to Strava: it needs STRIDETALE_STRAVA_CLIENT_ID and "
                "STRIDETALE_STRAVA_CLIENT_SECRET."
            )
        if self.strava_data_policy is None:
            return (
                "Strava is not connected until you choose STRIDETALE_STRAVA_DATA_POLICY: "
                "`personal` or `strict`; docs/strava-policy.md says what each means."
            )
        return None

    @property
    def key_file(self) -> Path:
        """Where the key is that seals Strava's tokens, unless `secret_keys` has some."""
        return self.data_dir / "secret.key"

    @property
    def style(self) -> Style:
        """How values are said unless a request wishes otherwise."""
        return Style(locale=self.locale, units=self.units)


def load_settings(**chosen: Any) -> Settings:  # noqa: ANN401 (any setting)
    """The settings, with what the caller chose in place of the environment's; None is no choice.

    Raises:
        SettingsInvalid: a value cannot be used; the sentence names its variable.
    """
    given = {name: value for name, value in chosen.items() if value is not None}
    options = frozenset(given)
    if "data_dir" in given:  # whoever chooses a folder wants the file in it
        given.setdefault("store", None)
    try:
        settings = Settings(**given)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        if not first["loc"]:  # several settings together
            raise SettingsInvalid(f"{message}.") from exc
        name = str(first["loc"][0]).upper()
        raise SettingsInvalid(f"The setting {PREFIX}{name} {message}.") from exc
    except UnicodeDecodeError as exc:
        raise SettingsInvalid("The file .env is not UTF-8 text.") from exc
    except OSError as exc:
        raise SettingsInvalid(f"{exc.filename} cannot be read: {exc.strerror}.") from exc
    settings._chosen = options  # noqa: SLF001 (nobody else knows what was chosen)
    return settings


def known_store(url: SecretStr) -> SecretStr:
    """The address of a store, as it is.

    Raises:
        ValueError: it is of no kind that we know; it is not repeated, as a password may be in it.
    """
    if not url.get_secret_value().startswith((SQLITE, *MONGO)):
        raise ValueError("must begin with mongodb://, mongodb+srv:// or sqlite:///")
    return url


def _is_base(url: str) -> bool:
    """Whether paths can be put behind it; a password in it would be shown to browsers."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and not ("@" in parts.netloc or parts.query or parts.fragment)
