"""A run's snapshot in, the few lines that a clerk reads after it out: the sum, what needs a human now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from gettext import gettext as _

from nvbatch.model import DONE, AgencyFigure, Finding, Severity, Snapshot, Status, SubmissionState

TO_MEND = frozenset({Severity.FATAL, Severity.ERROR, Severity.INCOMPLETE})
AT_MOST = 3  # matters shown after a run: more would not be read
NAMES = 5  # agencies named in one line


def closing_line(snapshot: Snapshot) -> str:
    """«Nộp 13/14 · hợp lệ 11 · phải sửa 2 · nhiệm vụ: 120 = 56 hoàn thành + …»; the terms always add up."""
    owing = [agency for agency in snapshot.agencies if agency.owes]
    sent = [agency for agency in snapshot.agencies if agency.submitted]
    mend = agencies_to_mend(snapshot)
    terms = " + ".join(f"{count} {word}" for word, count in _terms(snapshot) if count) or "0"
    text = _("Nộp {sent}/{owing} · hợp lệ {fit} · phải sửa {mend} · nhiệm vụ: {assigned} = {terms}")
    return text.format(
        sent=sum(agency.submitted for agency in owing),
        owing=len(owing),
        fit=sum(agency.agency.code not in mend for agency in sent),
        mend=len(mend),
        assigned=snapshot.totals.assigned,
        terms=terms,
    )


def needs_a_human(snapshot: Snapshot) -> tuple[str, ...]:
    """The three matters that no run can settle, most pressing first."""
    return tuple(_matters(snapshot))[:AT_MOST]


def agencies_to_mend(snapshot: Snapshot) -> frozenset[str]:
    """Agencies whose counting file carries something to mend."""
    counting = {name for agency in snapshot.agencies for name in agency.submissions}
    return frozenset(
        finding.agency
        for finding in snapshot.findings
        if finding.agency and finding.submission in counting and finding.severity in TO_MEND and not finding.waived
    )


def _terms(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    count = Counter({Status(name): number for name, number in snapshot.totals.by_status.items()})
    yield _("hoàn thành"), sum(count[status] for status in DONE)
    yield _("trong hạn"), count[Status.IN_TIME]
    yield _("sắp đến hạn"), count[Status.DUE_SOON]
    yield _("quá hạn"), count[Status.OVERDUE]
    yield _("không thời hạn"), count[Status.OPEN_NO_DEADLINE]
    yield _("định kỳ"), count[Status.RECURRING]
    yield _("dừng"), count[Status.STOPPED]
    yield _("đã chuyển"), count[Status.TRANSFERRED]


def _matters(snapshot: Snapshot) -> Iterator[str]:
    held = [s for s in snapshot.submissions if s.state is SubmissionState.QUARANTINED]
    if held:
        text = _("{n} tệp tạm giữ, cần xác định người gửi: {names}")
        yield text.format(n=len(held), names=_some(s.document.name for s in held))
    register = [f for f in snapshot.findings if _is_register_error(f)]
    if register:
        codes = ", ".join(sorted({f.rule for f in register}))
        yield _("{n} lỗi trong danh mục register.xlsx phải sửa ({codes})").format(n=len(register), codes=codes)
    silent = [a for a in snapshot.agencies if "not_submitted" in a.flags]
    if silent:
        text = _("{n} cơ quan chưa nộp, cần đôn đốc: {names}")
        yield text.format(n=len(silent), names=_some(_longest_silent_first(silent)))
    if snapshot.decisions:
        text = _("{n} việc cần xin ý kiến chỉ đạo: {names}")
        yield text.format(n=len(snapshot.decisions), names=_some(snapshot.decisions))
    if snapshot.changes:
        yield _("{n} đề nghị biến động danh mục chờ Văn phòng quyết định").format(n=len(snapshot.changes))
    mend = agencies_to_mend(snapshot)
    if mend:
        yield _("{n} cơ quan phải sửa báo cáo: {names}").format(n=len(mend), names=_some(sorted(mend)))


def _is_register_error(finding: Finding) -> bool:
    return finding.rule.startswith("G") and finding.severity is Severity.ERROR and not finding.waived


def _longest_silent_first(agencies: Iterable[AgencyFigure]) -> list[str]:
    return [a.agency.code for a in sorted(agencies, key=lambda a: (-a.silent_periods, a.agency.code))]


def _some(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:NAMES]) + (_(" và {n} nữa").format(n=len(every) - NAMES) if len(every) > NAMES else "")
