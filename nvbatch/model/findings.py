"""What a rule has to say: where, how grave, which words, how to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding costs (RULES: fatal file, held row, not aggregated, shown, logged)."""

    FATAL = "fatal"
    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"
    INFO = "info"


SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.FATAL: "Không tiếp nhận",
    Severity.ERROR: "Phải sửa",
    Severity.INCOMPLETE: "Chưa đầy đủ",
    Severity.WARNING: "Lưu ý",
    Severity.INFO: "Thông tin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a rule saw, with its place. `cell` is an A1 address such as ``N12``."""

    rule: str
    severity: Severity
    message: str
    fix: str = ""
    agency: str | None = None
    task: str | None = None
    file: str | None = None
    sha256: str | None = None
    submission: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    waived: bool = False
