"""The vault: seals what must not be read by whoever gets hold of the database.

Keys are Fernet keys (https://cryptography.io/en/latest/fernet/). They come from the settings or
from a file that is made on the first start, for its owner's eyes only. The first key seals; every
key opens: so a new one is put in front, everything is sealed anew, and the old one taken away.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from stridetale.errors import SettingsInvalid, VaultClosed


class Vault:
    """Seals and opens texts.

    Args:
        keys: Fernet keys, the newest first.
    """

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> str:
        """The text, so that nobody without a key can read it."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed.

        Raises:
            VaultClosed: it was sealed with another key, or is no such thing.
        """
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError):  # a ValueError where it is not even ASCII
            raise VaultClosed from None

    def reseal(self, sealed: str) -> str:
        """The same, sealed with the newest key.

        Raises:
            VaultClosed: it was sealed with another key, or is no such thing.
        """
        try:
            return self._fernet.rotate(sealed).decode()
        except (InvalidToken, ValueError):
            raise VaultClosed from None


def open_vault(keys: SecretStr | None, file: Path) -> Vault:
    """The vault with these keys, or else with those in the file, which is made where it is not.

    Args:
        keys: with commas between.
        file: a key a line, the newest first.

    Raises:
        SettingsInvalid: they are no keys, or the file cannot be made or read.
    """
    try:
        text = keys.get_secret_value() if keys is not None else _kept(file)
        return vault_of(text)
    except OSError as exc:
        why = exc.strerror or type(exc).__name__
        raise SettingsInvalid(f"The key file {file} cannot be used: {why}.") from exc
    except ValueError:  # without a cause, which may quote a key
        where = "STRIDETALE_SECRET_KEYS" if keys is not None else f"The file {file}"
        raise SettingsInvalid(f"{where} {NO_KEYS}.") from None


def vault_of(keys: str) -> Vault:
    """The vault with these keys, commas or blanks between.

    Raises:
        ValueError: they are no Fernet keys, or there is none.
    """
    return Vault(keys.replace(",", " ").split())


NO_KEYS = (
    "holds no Fernet keys: make one with `python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'`"
)


def _kept(file: Path) -> str:
    """The keys in the file. Two that make it at once both get the one that was first there."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(mine, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(Fernet.generate_key() + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            with suppress(FileExistsError):
                os.link(mine, file)  # whole or not at all, and never in the place of another
        finally:
            mine.unlink()
        _settle(file.parent)
    return file.read_text(encoding="ascii")


def _settle(folder: Path) -> None:
    """Have the folder on the disk: a key that a power cut takes would take every grant with it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
