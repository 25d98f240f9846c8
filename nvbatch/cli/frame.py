"""What every command shares: its five options in, an :class:`Ask` out that knows workspace, moment and console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nvbatch.console import LANGUAGES, Console

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from nvbatch.config import Config
    from nvbatch.workspace import Workspace

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"  # where no workspace says otherwise
DONE, FOUND, USAGE, PARTLY, HELD, INTERRUPTED = 0, 1, 2, 3, 4, 130


class Moment(click.ParamType[datetime]):
    """ISO date and time; a day without an hour means its last second, so that what arrived on that day counts."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(_("«{value}» không phải thời điểm ISO; ví dụ 2025-03-14T17:00").format(value=value), param, ctx)
        return datetime.combine(at, time(23, 59, 59), at.tzinfo) if len(value.strip()) == len("2025-03-14") else at


class Day(click.ParamType[date]):
    """ISO date."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return datetime.strptime(value.strip(), "%Y-%m-%d").date()
        except ValueError:
            self.fail(
                _("«{value}» không phải ngày dạng năm-tháng-ngày; ví dụ 2025-03-28").format(value=value), param, ctx
            )


@dataclass(frozen=True)
class Ask:
    """What a user asked beside the command's own words."""

    console: Console
    folder: Path | None
    as_of_given: datetime | None

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace by ``-w``, $NVBATCH_WORKSPACE or the nearest parent. Raises WorkspaceError."""
        from nvbatch.workspace import find_workspace

        return find_workspace(self.folder)

    @cached_property
    def config(self) -> Config:
        """The workspace's nvbatch.toml. Raises ConfigError."""
        from nvbatch.config import load_config

        return load_config(self.workspace.config)

    @cached_property
    def workspace_if_any(self) -> Workspace | None:
        """None where there is none; one that was asked for by name must be there all the same."""
        from nvbatch.workspace import WorkspaceError

        try:
            return self.workspace
        except WorkspaceError:
            if self.folder is not None:
                raise
            return None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The office's time zone. Only a plain answer is taken from the file itself; what is amiss, config tells."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # looks for the machine's tables: not for --help

        if not self.workspace_if_any:
            return ZoneInfo(DEFAULT_ZONE)
        import tomllib

        try:
            name = tomllib.loads(self.workspace.config.read_text(encoding="utf-8")).get("office", {}).get("timezone")
            return ZoneInfo(DEFAULT_ZONE if name is None else name)
        except (OSError, ValueError, AttributeError, TypeError, ZoneInfoNotFoundError):
            return self.config.zone

    @cached_property
    def now(self) -> datetime:
        """The real clock, in the office's zone: read once a command, here and nowhere further in."""
        return datetime.now(self.zone).replace(microsecond=0)

    @cached_property
    def as_of(self) -> datetime:
        """``--as-of`` (without an offset: in the office's zone), else the real clock."""
        given = self.as_of_given
        if given is None:
            return self.now
        return given.replace(tzinfo=self.zone) if given.tzinfo is None else given.astimezone(self.zone)

    @cached_property
    def moment(self) -> datetime:
        """``as_of``, also where the configuration cannot be read: then in the zone that is the default."""
        from zoneinfo import ZoneInfo

        from nvbatch.config import ConfigError

        try:
            return self.as_of
        except ConfigError:
            given = self.as_of_given or datetime.now(ZoneInfo(DEFAULT_ZONE)).replace(microsecond=0)
            return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(DEFAULT_ZONE))


class Option(click.Option):
    """An option whose help and the name of its value are looked up in the chosen language when they are shown."""

    def make_metavar(self, ctx: click.Context) -> str:
        return _(super().make_metavar(ctx))

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return (record[0], record[1].replace(self.help, _(self.help))) if record and self.help else record


class Argument(click.Argument):
    """An argument whose name is looked up in the chosen language when it is shown."""

    def make_metavar(self, ctx: click.Context) -> str:
        return _(super().make_metavar(ctx))

    def get_error_hint(self, ctx: click.Context | None) -> str:
        return _(super().get_error_hint(ctx)) if ctx is None else self.make_metavar(ctx)


class _Spoken(click.Command):
    """What commands and groups share: every word is looked up when it is shown, not when the module is read."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        kept = super().get_help_option(ctx)  # click makes it once, in the language of that moment
        if kept is not None:
            kept.help = _("Show this message and exit.")
        return kept

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(_(self.help or ""))

    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help or "")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]


class Command(_Spoken):
    """A command with the five shared options; its function takes an :class:`Ask` first and returns an exit status."""

    def __init__(self, name: str | None, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.params = [*self.params, *shared_options()]

    def invoke(self, ctx: click.Context) -> Any:
        ask = _ask(ctx)
        assert self.callback is not None
        return ctx.invoke(self.callback, ask, **ctx.params)


class Group(_Spoken, click.Group):
    """The commands in the order in which a week uses them; the shared options may also stand before the command."""

    command_class = Command

    def __init__(self, name: str | None = None, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.params = [*self.params, *shared_options()]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def shared_options() -> list[click.Parameter]:
    """``-w --as-of --json --lang --quiet``, the same for every command."""
    return [
        Option(["-w", "--workspace", "folder"], type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
               help="Thư mục làm việc của cơ quan (mặc định: thư mục gần nhất có nvbatch.toml)."),
        Option(["--as-of"], type=Moment(), help="Thời điểm tính số liệu; không ghi múi giờ thì theo giờ của cơ quan."),
        Option(["--json"], is_flag=True, help="Kết quả dạng JSON ở stdout; lời cho người đọc ở stderr."),
        Option(["--lang"], type=click.Choice(LANGUAGES), help="Ngôn ngữ của dòng lệnh (văn bản luôn là tiếng Việt)."),
        Option(["--quiet"], is_flag=True, help="Chỉ nói khi có lỗi."),
    ]  # fmt: skip


def option(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """``click.option`` whose help is translated when shown."""
    return click.option(*names, cls=Option, **attributes)


def argument(*names: str, **attributes: Any) -> Callable[[Any], Any]:
    """``click.argument`` whose name is translated when shown."""
    return click.argument(*names, cls=Argument, **attributes)


def _ask(ctx: click.Context) -> Ask:
    """Take the shared options out of the command's own; one given after the command wins over one before it."""
    above = [parent.params for parent in _parents(ctx)]
    chosen = {}
    for name in ("folder", "as_of", "json", "lang", "quiet"):
        here = ctx.params.pop(name, None)
        chosen[name] = next((value for value in (here, *(p.get(name) for p in above)) if value), None)
    console = Console(json=bool(chosen["json"]), quiet=bool(chosen["quiet"]))
    return Ask(console, chosen["folder"], chosen["as_of"])


def _parents(ctx: click.Context) -> list[click.Context]:
    return [] if ctx.parent is None else [ctx.parent, *_parents(ctx.parent)]
