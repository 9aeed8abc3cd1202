"""The vault: what is sealed can be opened by whoever has a key, and by nobody else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from stridetale.errors import SettingsInvalid, VaultClosed
from stridetale.vault import Vault, open_vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NOWHERE = Path("/nowhere/secret.key")


def test_what_was_sealed_can_be_opened() -> None:
    vault = Vault([NEW])
    assert vault.open(vault.seal("Ümläut")) == "Ümläut"


def test_what_is_sealed_cannot_be_read() -> None:
    assert "text" not in Vault([NEW]).seal("text")


@pytest.mark.parametrize(
    "sealed", [Vault([OLD]).seal("text"), "", "text", "gAAAAA==", "ü"], ids=range(5)
)
def test_what_another_key_sealed_stays_closed(sealed: str) -> None:
    with pytest.raises(VaultClosed):
        Vault([NEW]).open(sealed)
    with pytest.raises(VaultClosed):
        Vault([NEW]).reseal(sealed)


def test_an_old_key_behind_a_new_one_still_opens() -> None:
    assert Vault([NEW, OLD]).open(Vault([OLD]).seal("text")) == "text"


def test_what_was_sealed_anew_needs_the_old_key_no_more() -> None:
    anew = Vault([NEW, OLD]).reseal(Vault([OLD]).seal("text"))
    assert Vault([NEW]).open(anew) == "text"


def test_keys_come_from_the_settings() -> None:
    sealed = Vault([OLD]).seal("text")
    assert open_vault(SecretStr(f"{NEW}, {OLD}"), NOWHERE).open(sealed) == "text"


def test_a_key_is_made_on_the_first_start_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "data" / "secret.key"
    sealed = open_vault(None, file).seal("text")
    assert open_vault(None, file).open(sealed) == "text"
    assert list(file.parent.iterdir()) == [file]


def test_the_key_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_vault(None, tmp_path / "secret.key")
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_key_file_may_have_several(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text(f"{NEW}\n{OLD}\n")
    sealed = Vault([OLD]).seal("text")
    assert open_vault(None, tmp_path / "secret.key").open(sealed) == "text"


@pytest.mark.parametrize("keys", ["", "secret-nonsense", f"{NEW},short", "ü"], ids=range(4))
def test_what_is_no_key_is_refused_and_not_repeated(keys: str, tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(keys.encode())
    for given in (SecretStr(keys), None):
        with pytest.raises(SettingsInvalid, match="holds no Fernet keys: make one") as caught:
            open_vault(given, tmp_path / "secret.key")
        assert "nonsense" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_folder_that_cannot_be_written_is_named(as_nobody: Path) -> None:
    as_nobody.chmod(0o500)
    with pytest.raises(SettingsInvalid, match=r"secret.key cannot be used: Permission denied"):
        open_vault(None, as_nobody / "secret.key")


def test_processes_that_make_it_at_once_have_the_same_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from stridetale.vault import open_vault; "
        "print('ready', flush=True); sys.stdin.readline(); "
        "print(open_vault(None, Path(sys.argv[1])).seal('text'))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "secret.key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    vaults = [process.communicate()[0].strip() for process in started]
    vault = open_vault(None, tmp_path / "secret.key")
    assert [vault.open(sealed) for sealed in vaults] == ["text"] * 4
