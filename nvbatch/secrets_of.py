"""A mail server's configuration in, its password out: from the environment, a file or the system keyring only."""

from __future__ import annotations

import os
from pathlib import Path

from nvbatch.config import ConfigError, Server

SERVICE = "nvbatch"  # the name under which the system keyring holds our passwords


def password(server: Server, folder: Path | None = None) -> str:
    """The password of ``server.user``; empty where no user is named (the server asks for none).

    ``folder`` is what a relative ``password_file`` is relative to (the workspace). Raises ConfigError in Vietnamese;
    the text never holds the password.
    """
    if not server.user:
        return ""
    if server.password_env:
        return _from_environment(server.password_env)
    if server.password_file:
        return _from_file((folder or Path()) / server.password_file)
    return _from_keyring(server)


def _from_environment(name: str) -> str:
    found = os.environ.get(name, "")
    if not found:
        raise ConfigError(
            f"Biến môi trường «{name}» (khóa «password_env») chưa có mật khẩu của hộp thư. Đặt biến này rồi chạy lại."
        )
    return found


def _from_file(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"Không đọc được tệp mật khẩu «{path.name}» (khóa «password_file»). Kiểm tra đường dẫn và quyền đọc tệp."
        ) from None
    if not lines or not lines[0]:
        raise ConfigError(f"Tệp mật khẩu «{path.name}» trống. Ghi mật khẩu vào dòng đầu tiên của tệp.")
    return lines[0]


def _from_keyring(server: Server) -> str:
    account = f"{server.user}@{server.host}"
    remedy = (
        f"Chọn một cách: «password_env», «password_file», hoặc lưu vào kho khóa của máy bằng lệnh "
        f"«keyring set {SERVICE} {account}»."
    )
    try:
        import keyring
    except ImportError:
        raise ConfigError(f"Chưa có mật khẩu cho hộp thư {server.host}. {remedy}") from None
    try:
        found = keyring.get_password(SERVICE, account)
    except Exception as error:  # each system's keyring fails in its own ways; all mean the same here
        raise ConfigError(f"Kho khóa của máy không mở được ({type(error).__name__}). {remedy}") from None
    if not found:
        raise ConfigError(f"Kho khóa của máy chưa có mật khẩu cho hộp thư {server.host}. {remedy}")
    return found
