"""Snapshot in, the log that a clerk can read out: what came, what became of it, what was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nvbatch.model import (
    SEVERITY_WORDS,
    STATUS_WORDS,
    SUBMISSION_WORDS,
    TIMELINESS_WORDS,
    Finding,
    Output,
    Snapshot,
    Status,
)

MAIL_WORDS = {
    "with_workbook": "có tệp báo cáo",
    "without_workbook": "không kèm tệp Excel",
    "automatic": "thư trả lời tự động, bản tin",
    "too_large": "vượt giới hạn, không mở",
}


def log_lines(snapshot: Snapshot, *, run_id: str, outputs: Sequence[Output], failures: Sequence[str]) -> Iterator[str]:
    """Plain Vietnamese lines, one by one; no address, telephone number or narrative stands in them."""
    yield f"Nhật ký lần chạy {run_id}"
    yield f"Số liệu tính đến {snapshot.as_of:%H giờ %M phút ngày %d/%m/%Y}"
    for program, period in sorted(snapshot.periods.items()):
        yield f"Chương trình {program}: kỳ {period.key}, chốt lúc {period.cutoff:%H giờ %M phút ngày %d/%m/%Y}"
    if snapshot.conference is not None and snapshot.lock_at is not None:
        yield (
            f"Hội nghị ngày {snapshot.conference.held_on:%d/%m/%Y}, "
            f"khóa nhập liệu lúc {snapshot.lock_at:%H giờ %M phút ngày %d/%m/%Y}"
        )
    if snapshot.provisional:
        yield "Số liệu tạm tính: kỳ báo cáo chưa chốt."
    if snapshot.mail:
        yield _mail(snapshot.mail)
    yield ""
    yield f"TỆP NHẬN ĐƯỢC ({len(snapshot.submissions)})"
    for s in snapshot.submissions:
        yield (
            f"  {s.document.receipt.received_at:%d/%m/%Y %H:%M}  {s.agency or '(chưa rõ)'}  {s.document.name}: "
            f"{SUBMISSION_WORDS[s.state]}, {TIMELINESS_WORDS[s.timeliness].lower()}; "
            f"đọc {s.rows_read} = nhập {s.rows_merged} + giữ lại {s.rows_held} + bỏ qua {s.rows_skipped} dòng"
        )
    yield ""
    parts = " + ".join(f"{n} {STATUS_WORDS[Status(k)].lower()}" for k, n in snapshot.totals.by_status.items())
    yield f"NHIỆM VỤ: {snapshot.totals.assigned} = {parts or 0}; chưa tổng hợp: {snapshot.totals.not_aggregated}"
    yield ""
    yield f"NỘI DUNG KIỂM TRA ({len(snapshot.findings)})"
    for finding in snapshot.findings:
        yield f"  {_place(finding)}{finding.rule} ({SEVERITY_WORDS[finding.severity]}) {finding.message}"
    yield ""
    yield f"TỆP ĐÃ LÀM ({len(outputs)})"
    yield from (f"  {o.path}" for o in outputs)
    if failures:
        yield ""
        yield "KHÔNG LÀM ĐƯỢC"
        yield from (f"  {failure}" for failure in failures)


def _mail(mail: Mapping[str, int]) -> str:
    """Every mail of the period is accounted for: the sum stands before its parts."""
    parts = " + ".join(f"{mail[kind]} {words}" for kind, words in MAIL_WORDS.items() if mail.get(kind))
    return f"Thư nhận trong kỳ: {mail['seen']} = {parts}"


def _place(f: Finding) -> str:
    where = f"{f.sheet}!{f.cell}" if f.cell else (f"{f.sheet}, dòng {f.row}" if f.row else f.sheet or "")
    words = [w for w in (f.agency, f.task, f.file, where) if w]
    return " › ".join(words) + "  " if words else ""
