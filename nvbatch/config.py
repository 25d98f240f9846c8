"""nvbatch.toml in, a frozen Config out; unknown keys are refused with the nearest known one."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator


class ConfigError(Exception):
    """The configuration cannot be used; the text is Vietnamese and says where and how to mend it."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Section):
    name: str
    parent: str = ""
    place: str = ""
    symbol: str = ""
    signer_authority: str = ""
    signer_title: str = ""
    signer_name: str = ""
    recipients: tuple[str, ...] = ()
    timezone: str = "Asia/Ho_Chi_Minh"

    @field_validator("recipients", mode="before")
    @classmethod
    def _lines(cls, value: Any) -> Any:
        return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception as error:  # zoneinfo raises several kinds for a bad name
            raise ValueError(f"múi giờ «{value}» không có; ví dụ: Asia/Ho_Chi_Minh") from error
        return value


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Reporting(_Section):
    frequency: Literal["day", "week", "month", "quarter"] = "week"
    cutoff: time = time(16, 30)
    week_day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "friday"
    holiday_shift: Literal["literal", "previous_workday"] = "literal"
    late_days: int = Field(3, ge=0)

    @field_validator("cutoff", mode="before")
    @classmethod
    def _clock(cls, value: Any) -> Any:
        return _time(value)


def _time(value: Any) -> Any:
    """ "16:30", "16h30" or "16g30" as a time; anything else is left for pydantic to judge."""
    if not isinstance(value, str):
        return value
    hour, _, minute = value.strip().replace("h", ":").replace("g", ":").partition(":")
    return time(int(hour), int(minute or 0))


class ConferenceRules(_Section):
    lock_days: int = Field(3, ge=0)


class RulesFrom(BaseModel):
    """Values that hold from a day on, by their plain names (``max_extensions = 2``, ``lock_days = 5``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    date: date
    max_extensions: int | None = None
    before_is_inclusive: bool | None = None
    due_soon_days: int | None = None
    long_overdue_days: int | None = None
    no_deadline_reminder_months: int | None = None
    late_dump_hours: int | None = None
    min_narrative_chars: int | None = None
    off: tuple[str, ...] | None = None
    as_warning: tuple[str, ...] | None = None
    lock_days: int | None = None
    late_days: int | None = None
    cutoff: time | None = None
    week_day: str | None = None
    holiday_shift: str | None = None

    @field_validator("cutoff", mode="before")
    @classmethod
    def _clock(cls, value: Any) -> Any:
        return _time(value)


class Rules(_Section):
    max_extensions: int = Field(1, ge=0)
    before_is_inclusive: bool = True
    due_soon_days: int = Field(5, ge=0)
    long_overdue_days: int = Field(30, ge=0)
    no_deadline_reminder_months: int = Field(3, ge=1)
    late_dump_hours: int = Field(24, ge=1)
    min_narrative_chars: int = Field(20, ge=0)
    off: tuple[str, ...] = ()
    as_warning: tuple[str, ...] = ()
    from_: tuple[RulesFrom, ...] = Field((), alias="from")


class Intake(_Section):
    require_registered_sender: bool = True
    trusted_authserv: tuple[str, ...] = ()
    max_file_mb: float = Field(25, gt=0)
    max_mail_mb: float = Field(35, gt=0)
    max_rows: int = Field(20_000, gt=0)
    max_columns: int = Field(512, gt=0)
    max_sheets: int = Field(500, gt=0)  # one for each commune of a province, and more
    max_inflate_ratio: float = Field(200, gt=1)
    max_inflated_mb: float = Field(400, gt=0)
    max_seconds: float = Field(20, gt=0)
    max_memory_mb: int = Field(1024, gt=0)
    max_zip_members: int = Field(200, gt=0)


class Server(_Section):
    host: str = ""
    port: int | None = None
    user: str = ""
    folder: str = "INBOX"
    security: Literal["tls", "starttls", "none"] = "tls"
    password_env: str = ""
    password_file: str = ""
    sender: str = ""
    ca_file: str = ""  # certificates of an authority that the machine does not know, relative to the workspace


class Mailbox(Server):
    """``move_to``: where messages go once the archive has them; empty: nothing in the mailbox is ever changed.

    ``since``: what the server received before that day is not looked at.
    """

    move_to: str = ""
    since: date | None = None


class Mail(_Section):
    imap: Mailbox = Mailbox()
    smtp: Server = Server()
    contact: str = ""  # whom agencies may call, as it stands in every mail: a person, a telephone


class Run(_Section):
    jobs: int | Literal["auto"] = "auto"
    backend: Literal["local", "dask"] = "local"
    scheduler: str = ""


class Config(_Section):
    office: Office
    reporting: Reporting = Reporting()
    conference: ConferenceRules = ConferenceRules()
    rules: Rules = Rules()
    intake: Intake = Intake()
    mail: Mail = Mail()
    run: Run = Run()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.timezone)

    def at(self, day: date) -> Config:
        """The configuration in force on a day: every ``[[rules.from]]`` up to it applied in order of date."""
        rules: dict[str, Any] = {}
        reporting: dict[str, Any] = {}
        conference: dict[str, Any] = {}
        for block in sorted((b for b in self.rules.from_ if b.date <= day), key=lambda b: b.date):
            for key, value in block.model_dump(exclude_none=True, exclude={"date"}).items():
                place = rules if key in Rules.model_fields else conference if key == "lock_days" else reporting
                place[key] = value
        return self.model_copy(
            update={
                "rules": self.rules.model_copy(update=rules),
                "reporting": self.reporting.model_copy(update=reporting),
                "conference": self.conference.model_copy(update=conference),
            }
        )


def load_config(path: Path) -> Config:
    """Read nvbatch.toml. Raises ConfigError with a Vietnamese text that names the key and the remedy."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"Không thấy tệp cấu hình {path.name}. Chạy «nvbatch init <thư mục>» để tạo.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path.name}: tệp không phải UTF-8. Hãy lưu lại với bảng mã UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: sai cú pháp TOML ({error}). Sửa dòng đã nêu rồi chạy lại.") from None
    return parse_config(data, path.name)


def parse_config(data: dict[str, Any], name: str = "nvbatch.toml") -> Config:
    """A parsed TOML mapping → Config; see :func:`load_config` for errors."""
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError("\n".join(_say(name, problem) for problem in error.errors())) from None


def _say(name: str, problem: Any) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        near = _nearest(problem["loc"])
        return f"{name}: khóa «{path}» không có trong cấu hình." + (f" Có phải là «{near}»?" if near else "")
    if problem["type"] == "missing":
        return f"{name}: thiếu khóa bắt buộc «{path}»."
    return f"{name}: giá trị của «{path}» không dùng được ({problem['input']!r}): {problem['msg']}."


def _nearest(loc: tuple[Any, ...]) -> str | None:
    from rapidfuzz import fuzz, process

    model: Any = Config
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        found = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        if part == "from" or found is None:
            model = RulesFrom
            continue
        model = found.annotation
    names = [f.alias or n for n, f in model.model_fields.items()]
    best = process.extractOne(str(loc[-1]), names, scorer=fuzz.ratio, score_cutoff=60)
    return ".".join([*(str(p) for p in loc[:-1] if not isinstance(p, int)), best[0]]) if best else None
