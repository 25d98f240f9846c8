"""Sheet *Lỗi dữ liệu*: every finding of the run, the gravest first, each with its place and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from nvbatch.briefing import wording
from nvbatch.master.listing import Field, Line, Listing
from nvbatch.master.looks import MIDDLE, SEVERITY_LOOKS
from nvbatch.master.source import Source
from nvbatch.model import SEVERITY_WORDS, Finding, Severity

SEVERITY, WAIVED = "Mức độ", "Được miễn trừ"
_RANK = {severity: place for place, severity in enumerate(Severity)}
_FIELDS = (
    Field(label="STT", width=5, look=MIDDLE),
    Field(label=SEVERITY, width=11),
    Field(label="Quy tắc", width=7, look=MIDDLE),
    Field(label="Cơ quan", width=17),
    Field(label="Mã nhiệm vụ", width=13),
    Field(label="Tệp", width=20),
    Field(label="Trang", width=9.5),
    Field(label="Ô", width=6, look=MIDDLE),
    Field(label="Giá trị", width=13),
    Field(label="Nội dung", width=29),
    Field(label="Cách sửa", width=25),
    Field(label="Cột", width=26, printed=False),
    Field(label="Dòng", width=7, look=MIDDLE, printed=False),
    Field(label="Giá trị đúng", width=24, printed=False),
    Field(label=WAIVED, width=10, look=MIDDLE, printed=False),
    Field(label="Mã cơ quan", width=12, printed=False),
    Field(label="Mã tiếp nhận", width=12, printed=False),
)


def listing(source: Source) -> Listing:
    """Gravest first, then by agency, file and row."""
    findings = sorted(source.snapshot.findings, key=lambda f: _place(source, f))
    counts = Counter(f.severity for f in findings)
    waived = sum(f.waived for f in findings)
    told = [f"{counts[s]} {SEVERITY_WORDS[s].lower()}" for s in Severity if counts[s]]
    return Listing(
        name="Lỗi dữ liệu",
        table="LoiDuLieu",
        title="LỖI DỮ LIỆU VÀ NỘI DUNG CẦN LƯU Ý",
        note=(
            f"{wording.number(len(findings))} nội dung"
            + (f": {', '.join(told)}" if told else "")
            + (f"; {waived} được miễn trừ" if waived else "")
            + ". Lỗi «phải sửa» giữ lại dòng báo cáo; giá trị tốt gần nhất vẫn được dùng."
        ),
        fields=_FIELDS,
        rows=_rows(source, findings),
        count=len(findings),
        empty="Không phát hiện lỗi dữ liệu.",
        dress=lambda severity: {SEVERITY: SEVERITY_LOOKS[Severity(severity)]},
    )


def _rows(source: Source, findings: Sequence[Finding]) -> Iterator[Line]:
    labels = {c.key: c.label for sheet in (source.form.tasks, source.form.changes) for c in sheet.columns}
    words = {severity: str(word) for severity, word in SEVERITY_WORDS.items()}
    for number, f in enumerate(findings, 1):
        yield (
            (
                number,
                f"{words[f.severity]} (được miễn trừ)" if f.waived else words[f.severity],
                f.rule,
                source.agency(f.agency) or None,
                f.task,
                f.file,
                f.sheet,
                f.cell,
                f.value,
                f.message,
                f.fix or None,
                labels.get(f.column, f.column) if f.column else None,
                f.row,
                f.expected,
                "Có" if f.waived else None,
                f.agency,
                f.submission,
            ),
            f.severity.value,
        )


def _place(source: Source, f: Finding) -> tuple[int, int, str, str, int, str]:
    agency = source.order.get(f.agency or "", len(source.order))
    return _RANK[f.severity], agency, f.file or "", f.sheet or "", f.row or 0, f.rule
