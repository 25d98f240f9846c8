"""Sheet *Lỗi dữ liệu*: every finding of the run, the gravest first; equal ones of a file stand in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import partial
from operator import attrgetter
from typing import Any

from nvbatch.briefing import wording
from nvbatch.master.body import ROWS_AT_ONCE, Columns, Field, Part
from nvbatch.master.kept import written
from nvbatch.master.listing import Listing
from nvbatch.master.looks import COUNT, MIDDLE, SEVERITY_LOOKS
from nvbatch.master.source import Source
from nvbatch.model import SEVERITY_WORDS, Finding, Severity

SEVERITY, WAIVED, PLACES = "Mức độ", "Được miễn trừ", "Số chỗ"
_RANK = {severity: place for place, severity in enumerate(Severity)}
_of_finding = attrgetter("severity._value_", *(f.name for f in fields(Finding) if f.name != "severity"))
_MOST = 8  # cells, tasks or values told in a printed column; all of the cells stand to the right
_FIELDS = (
    Field(label="STT", width=5, look=MIDDLE),
    Field(label=SEVERITY, width=10.5),
    Field(label="Quy tắc", width=7, look=MIDDLE),
    Field(label="Cơ quan", width=16),
    Field(label="Mã nhiệm vụ", width=14),
    Field(label="Tệp", width=19),
    Field(label="Trang", width=8.5),
    Field(label="Ô", width=8.5),
    Field(label="Giá trị", width=12),
    Field(label="Nội dung", width=29),
    Field(label="Cách sửa", width=25),
    Field(label=PLACES, width=8, look=COUNT, printed=False),
    Field(label="Mọi ô", width=40, printed=False),
    Field(label="Cột", width=26, printed=False),
    Field(label="Giá trị đúng", width=24, printed=False),
    Field(label=WAIVED, width=10, look=MIDDLE, printed=False),
    Field(label="Mã cơ quan", width=12, printed=False),
    Field(label="Mã tiếp nhận", width=12, printed=False),
)


def listing(source: Source) -> Listing:
    """Gravest first, then by agency, file and row."""
    findings = sorted(source.snapshot.findings, key=lambda f: _place(source, f))
    groups = grouped(findings)
    counts = Counter(f.severity for f in findings)
    waived = sum(f.waived for f in findings)
    told = [f"{wording.number(counts[s])} {SEVERITY_WORDS[s].lower()}" for s in Severity if counts[s]]
    return Listing(
        name="Lỗi dữ liệu",
        table="LoiDuLieu",
        title="LỖI DỮ LIỆU VÀ NỘI DUNG CẦN LƯU Ý",
        note=(
            f"{wording.number(len(findings))} nội dung"
            + (f": {', '.join(told)}" if told else "")
            + (f"; {waived} được miễn trừ" if waived else "")
            + (f". Gộp thành {wording.number(len(groups))} dòng" if len(groups) < len(findings) else "")
            + ". Lỗi «phải sửa» giữ lại dòng báo cáo."
        ),
        fields=_FIELDS,
        parts=_parts(source, groups),
        count=len(groups),
        empty="Không phát hiện lỗi dữ liệu.",
        dress=lambda severity: {SEVERITY: SEVERITY_LOOKS[Severity(severity)]},
    )


def grouped(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """Findings that say the same of the same file, in the order of the first of each (RULES)."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        key = (f.severity, f.rule, f.agency, f.submission, f.file, f.sheet, f.message, f.fix, f.waived)
        groups.setdefault(key, []).append(f)
    return [tuple(group) for group in groups.values()]


def _parts(source: Source, groups: Sequence[tuple[Finding, ...]]) -> Iterator[Part]:
    """Some hundred lines at a time. They follow from the findings and from what agencies and columns are called."""
    labels = {c.key: c.label for sheet in (source.form.tasks, source.form.changes) for c in sheet.columns}
    for first in range(0, len(groups), ROWS_AT_ONCE):
        some = groups[first : first + ROWS_AT_ONCE]
        agencies = {group[0].agency: source.agency(group[0].agency) for group in some}
        yield Part(
            keys=[group[0].severity.value for group in some],
            columns=partial(_columns, some, first, agencies, labels),
            told=partial(_said, some, agencies, labels),
        )


def _said(
    groups: Sequence[tuple[Finding, ...]], agencies: Mapping[str | None, str], labels: Mapping[str, str]
) -> bytes:
    return written(([list(map(_of_finding, group)) for group in groups], [*agencies.items()], [*labels.items()]))


def _columns(
    groups: Sequence[tuple[Finding, ...]],
    above: int,
    agencies: Mapping[str | None, str],
    labels: Mapping[str, str],
) -> Columns:
    """``above``: so many lines stand above them."""
    numbered = enumerate(groups, above + 1)
    return list(zip(*(_row(number, group, agencies, labels) for number, group in numbered), strict=True))


def _row(
    number: int, group: Sequence[Finding], agencies: Mapping[str | None, str], labels: Mapping[str, str]
) -> tuple[Any, ...]:
    f, word = group[0], str(SEVERITY_WORDS[group[0].severity])
    cells = _distinct([g.cell for g in group])
    columns = [labels.get(column, column) for column in _distinct([g.column for g in group])]
    return (
        number,
        f"{word} (được miễn trừ)" if f.waived else word,
        f.rule,
        agencies[f.agency] or None,
        _told(_distinct([g.task for g in group]), "nhiệm vụ"),
        f.file,
        f.sheet,
        _told(cells, "ô"),
        _told(_distinct([g.value for g in group]), "giá trị"),
        f.message,
        f.fix or None,
        len(group),
        "; ".join(cells) or None,
        "; ".join(dict.fromkeys(columns)) or None,
        f.expected,
        "Có" if f.waived else None,
        f.agency,
        f.submission,
    )


def _told(words: Sequence[str], unit: str) -> str | None:
    return wording.listed(words, most=_MOST, unit=unit) or None


def _distinct(values: Sequence[str | None]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]


def _place(source: Source, f: Finding) -> tuple[int, int, str, str, int, str]:
    agency = source.order.get(f.agency or "", len(source.order))
    return _RANK[f.severity], agency, f.file or "", f.sheet or "", f.row or 0, f.rule
