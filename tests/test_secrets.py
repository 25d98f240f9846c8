"""A password of a mail server comes from the environment, a file or the keyring, and never stands in a message."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nvbatch.config import ConfigError, Server
from nvbatch.secrets_of import password

SECRET = "mật khẩu: rất-dài 42"


def server(**words: str) -> Server:
    return Server(host="mail.example.vn", user="baocao", **words)


def test_no_user_needs_no_password() -> None:
    assert password(Server(host="localhost")) == ""


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVBATCH_TEST_SECRET", SECRET)
    assert password(server(password_env="NVBATCH_TEST_SECRET")) == SECRET


def test_an_empty_variable_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NVBATCH_TEST_SECRET", raising=False)
    with pytest.raises(ConfigError, match="NVBATCH_TEST_SECRET"):
        password(server(password_env="NVBATCH_TEST_SECRET"))


def test_from_the_first_line_of_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "mat-khau.txt").write_text(SECRET + "\r\n", encoding="utf-8-sig")
    assert password(server(password_file="mat-khau.txt"), tmp_path) == SECRET


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_missing_or_empty_file_is_said(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "mat-khau.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mat-khau\.txt"):
        password(server(password_file="mat-khau.txt"), tmp_path)


def test_from_the_keyring_by_user_and_host(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {("nvbatch", "baocao@mail.example.vn"): SECRET}
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda s, a: held.get((s, a))))
    assert password(server()) == SECRET


def test_without_a_keyring_the_ways_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match=r"password_env.*password_file.*keyring set nvbatch"):
        password(server())


def test_a_locked_keyring_tells_nothing_of_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_service: str, _account: str) -> str:
        raise RuntimeError(SECRET)

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=locked))
    with pytest.raises(ConfigError) as said:
        password(server())
    assert SECRET not in str(said.value)
