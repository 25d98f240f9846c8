"""A workspace and the moment in, every check in the order of a clerk's questions out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from gettext import gettext as _

from nvbatch.config import Config, parse_config
from nvbatch.doctor import days, letterbox, machine, papers, stores
from nvbatch.doctor.check import Check, broken, found
from nvbatch.workspace import Workspace


def examine(ws: Workspace | None, *, now: datetime) -> tuple[Check, ...]:
    """Look at everything, change nothing. Without a workspace only the machine is looked at."""
    return tuple(_examine(ws, now))


def _examine(ws: Workspace | None, now: datetime) -> Iterator[Check]:
    yield machine.software()
    yield machine.font()
    if ws is None:
        return
    yield machine.disk(ws)
    yield machine.access(ws)
    yield machine.holder(ws)
    config_check, config = papers.configuration(ws)
    usable = config or parse_config({"office": {"name": "?"}})
    zone = usable.zone
    yield _safe("clock", _("Đồng hồ, múi giờ"), lambda: machine.clock(now, zone, stores.last_deed(ws)))
    yield config_check
    register_check, office = papers.register(ws, now)
    yield register_check
    yield _safe("templates", _("Mẫu văn bản"), lambda: papers.templates(ws))
    yield _safe("schemas", _("Cấu trúc biểu mẫu"), lambda: papers.schemas(ws))
    if office is not None:
        yield days.coming_weeks(office, now)
    yield from _letterboxes(config, ws)
    yield _safe("inbox", _("Hộp nhận tệp"), lambda: stores.inbox(ws, zone))
    yield _safe("archive", _("Kho lưu, nhật ký"), lambda: stores.archive(ws))
    yield _safe("latest", _("Lần chạy gần nhất"), lambda: stores.newest_run(ws))


def _letterboxes(config: Config | None, ws: Workspace) -> Iterator[Check]:
    if config is not None:
        yield letterbox.incoming(config, ws.root)
        yield letterbox.outgoing(config, ws.root)


def _safe(key: str, title: str, look: Callable[[], Check]) -> Check:
    """A disk that refuses one look must not cost the others."""
    try:
        return look()
    except OSError as error:
        text = _("Không đọc được: {reason}").format(reason=error.strerror or type(error).__name__)
        return found(key, title, [broken(text, _("Kiểm tra quyền đọc và ổ đĩa."))], well="")
