"""The mail section of the configuration in, remarks on both servers out; asked only where a host is named."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

from nvbatch.config import Config
from nvbatch.doctor.check import Check, broken, found


def incoming(config: Config, folder: Path) -> Check:
    """The mailbox that reports come to: can it be entered, is its folder there?"""
    if not config.mail.imap.host:
        return _unused("imap", _("Hộp thư đến"))
    from nvbatch.mailbox import check

    return _asked("imap", _("Hộp thư đến"), check(config, folder))


def outgoing(config: Config, folder: Path) -> Check:
    """The server that mail is sent by: does it let us in?"""
    if not config.mail.smtp.host:
        return _unused("smtp", _("Máy chủ gửi thư"))
    from nvbatch.smtp import check

    return _asked("smtp", _("Máy chủ gửi thư"), check(config, folder))


def _unused(key: str, title: str) -> Check:
    return found(key, title, [], well=_("Không dùng (chưa ghi [mail.{key}] host)").format(key=key))


def _asked(key: str, title: str, problems: tuple[str, ...]) -> Check:
    fix = _("Xem lại [mail.{key}] trong nvbatch.toml và mật khẩu ở password_env hoặc password_file.").format(key=key)
    return found(key, title, [broken(text, fix) for text in problems], well=_("Kết nối, đăng nhập được"))
