"""A snapshot in, the sentences of «Tình hình chung» and the bars of the chart out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nvbatch.briefing.agency_rows import worst_first
from nvbatch.briefing.frame import periods
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import change, clip, count, listed, number, ratio
from nvbatch.chart import Bars
from nvbatch.model import DONE, OPEN, AgencyFigure, Snapshot, Status

CHART_AGENCIES = 8
_LABEL = 42  # characters of an agency's name beside its bar


def strip(snapshot: Snapshot) -> dict[str, str]:
    """The five figures at the head of the briefing."""
    of = snapshot.totals.by_status
    return {
        "assigned": number(snapshot.totals.assigned),
        "done": number(_sum(of, DONE)),
        "due_soon": number(of.get(Status.DUE_SOON, 0)),
        "overdue": number(of.get(Status.OVERDUE, 0)),
        "not_aggregated": number(snapshot.totals.not_aggregated),
    }


def general(tasks: SortedTasks) -> list[str]:
    """Three sentences: all tasks and what is done; what is open; the ratios. Changes are against the last period."""
    return [_assigned(tasks.snapshot), _open(tasks), _ratios(tasks.snapshot)]


def _assigned(snapshot: Snapshot) -> str:
    totals, of, last = snapshot.totals, snapshot.totals.by_status, _last(snapshot)
    done = _sum(of, DONE)
    against = change(done, _before(last, *DONE))
    return (
        f"Được giao {count(totals.assigned)} nhiệm vụ; hoàn thành {count(done)}{f' ({against})' if against else ''}, "
        f"đạt {ratio(totals, 'done_of_assigned')}, gồm {count(of.get(Status.DONE_ON_TIME, 0))} đúng hạn, "
        f"{count(of.get(Status.DONE_LATE, 0))} trễ hạn, {count(of.get(Status.DONE_NO_DEADLINE, 0))} không có thời hạn."
    )


def _open(tasks: SortedTasks) -> str:
    snapshot = tasks.snapshot
    of, last = snapshot.totals.by_status, _last(snapshot)
    overdue, long = of.get(Status.OVERDUE, 0), tasks.flags["long_overdue"]
    days = snapshot.rules_in_force.get("long_overdue_days")
    notes = [change(overdue, _before(last, Status.OVERDUE)).removesuffix(" so với kỳ trước")]
    notes += [f"{f'trên {days} ngày' if days is not None else 'kéo dài'}: {count(long)}"] if long else []
    said = "; ".join(note for note in notes if note)
    aside = [
        f"{count(of.get(status, 0))} {word}"
        for status, word in (
            (Status.RECURRING, "định kỳ"),
            (Status.STOPPED, "dừng"),
            (Status.TRANSFERRED, "đã chuyển"),
        )
        if of.get(status, 0)
    ]
    return (
        f"Đang thực hiện {count(_sum(of, OPEN))}: {count(of.get(Status.IN_TIME, 0))} trong hạn, "
        f"{count(of.get(Status.DUE_SOON, 0))} sắp đến hạn, {count(overdue)} quá hạn{f' ({said})' if said else ''}, "
        f"{count(of.get(Status.OPEN_NO_DEADLINE, 0))} không có thời hạn"
        f"{'; khác: ' + ', '.join(aside) if aside else ''}."
    )


def _ratios(snapshot: Snapshot) -> str:
    totals = snapshot.totals
    return (
        f"Đúng hạn/hoàn thành {ratio(totals, 'on_time_of_done')}; hoàn thành/đến hạn "
        f"{ratio(totals, 'done_of_due')}; cập nhật {ratio(totals, 'updated_of_open')}."
    )


def results(snapshot: Snapshot) -> list[str]:
    """What the table of agencies says in words: marks, programmes, periods."""
    judged = [f for f in snapshot.agencies if f.tasks and "ended" not in f.flags]
    ended = sum(bool(f.tasks) and "ended" in f.flags for f in snapshot.agencies)
    marks = {mark: [f for f in judged if f.mark == mark] for mark in "▲○●"}
    sentences = [
        f"Trong {count(len(judged))} cơ quan có nhiệm vụ: {count(len(marks['●']))} cơ quan ● Tốt, "
        f"{count(len(marks['○']))} cơ quan ○ Cần theo dõi, {count(len(marks['▲']))} cơ quan ▲ Chậm"
        f"{f' (không tính {count(ended)} cơ quan đã kết thúc hoạt động)' if ended else ''}."
    ]
    late = worst_first(marks["▲"])
    if late:
        most = [f"{f.agency.name} ({count(f.by_status.get(Status.OVERDUE, 0))})" for f in late[:3]]
        sentences[0] += f" Nhiều nhiệm vụ quá hạn nhất: {listed(most)}."
    sentences += [_notes(snapshot), _target(snapshot)]
    if len(snapshot.totals.by_program) > 1:
        sentences.append(f"Theo chương trình: {'; '.join(_programs(snapshot))}.")
    if snapshot.periods:
        sentences.append(f"Kỳ báo cáo: {periods(snapshot)}.")
    return sentences


def _notes(snapshot: Snapshot) -> str:
    totals, of = snapshot.totals, snapshot.totals.by_status
    classes = (f"{name.lower()} {count(part['assigned'])}" for name, part in totals.by_class.items())
    notes = [f"Theo loại: {', '.join(classes)}"]
    if totals.carried_over:
        notes.append(f"từ năm trước chuyển sang: {count(totals.carried_over)}")
    in_time = of.get(Status.DONE_ON_TIME, 0) + of.get(Status.DONE_NO_DEADLINE, 0)
    notes.append(f"hoàn thành không quá hạn (đúng hạn và không có thời hạn): {count(in_time)}")
    if of.get(Status.RECURRING, 0):
        met = f"{count(totals.recurring_met)}/{count(of.get(Status.RECURRING, 0))}"
        notes.append(f"nhiệm vụ định kỳ đạt trong kỳ: {met}")
    against = change(totals.not_aggregated, _last(snapshot).get("not_aggregated"))
    if against:
        notes.append(f"số chưa tổng hợp {against}")
    return "; ".join(notes) + "."


def _target(snapshot: Snapshot) -> str:
    """The target of R53 beside what keeps the Office from it."""
    of = snapshot.totals.by_status
    late, overdue = of.get(Status.DONE_LATE, 0), of.get(Status.OVERDUE, 0)
    if not late and not overdue:
        return "Mục tiêu 100% nhiệm vụ đúng tiến độ: đạt đến thời điểm báo cáo."
    return (
        f"Mục tiêu 100% nhiệm vụ đúng tiến độ: chưa đạt, còn {count(overdue)} nhiệm vụ quá hạn và {count(late)} nhiệm "
        "vụ đã hoàn thành trễ hạn."
    )


def _programs(snapshot: Snapshot) -> list[str]:
    return [
        f"{snapshot.programs[code].name if code in snapshot.programs else code}: {count(part['assigned'])} nhiệm vụ, "
        f"hoàn thành {count(_sum(part['by_status'], DONE))}, quá hạn {count(part['by_status'].get(Status.OVERDUE, 0))}"
        for code, part in snapshot.totals.by_program.items()
    ]


def bars(snapshot: Snapshot) -> Bars:
    """The worst eight agencies, worst on top."""
    shown = _shown(snapshot)
    series = (
        ("Hoàn thành", DONE),
        ("Chưa đến hạn", {Status.IN_TIME, Status.OPEN_NO_DEADLINE, Status.RECURRING}),
        ("Sắp đến hạn", {Status.DUE_SOON}),
        ("Quá hạn", {Status.OVERDUE}),
    )
    return Bars(
        categories=tuple(clip(f.agency.name, _LABEL) for f in shown),
        series=tuple((name, tuple(_sum(f.by_status, group) for f in shown)) for name, group in series),
    )


def chart_words(snapshot: Snapshot) -> dict[str, str]:
    """Caption and alternative text of the chart; blank when there is nothing to draw."""
    shown = _shown(snapshot)
    if not shown:
        return {"chart_caption": "", "chart_alt": ""}
    figures = "; ".join(
        f"{f.agency.name}: hoàn thành {_sum(f.by_status, DONE)}, sắp đến hạn {f.by_status.get(Status.DUE_SOON, 0)}, "
        f"quá hạn {f.by_status.get(Status.OVERDUE, 0)} trên tổng số {f.tasks} nhiệm vụ"
        for f in shown
    )
    return {
        "chart_caption": f"Biểu đồ. Nhiệm vụ của {count(len(shown))} cơ quan có nhiều nhiệm vụ quá hạn nhất",
        "chart_alt": f"Biểu đồ thanh ngang xếp chồng, cơ quan nhiều nhiệm vụ quá hạn nhất ở trên. {figures}.",
    }


def _shown(snapshot: Snapshot) -> list[AgencyFigure]:
    return worst_first(f for f in snapshot.agencies if f.tasks)[:CHART_AGENCIES]


def _sum(of: Mapping[Any, int], statuses: Any) -> int:
    return sum(of.get(status, 0) for status in statuses)


def _last(snapshot: Snapshot) -> Mapping[str, Any]:
    """Totals of the newest earlier period; an earlier run of the same period is no comparison."""
    present = {period.key for period in snapshot.periods.values()}
    return next((t.totals for t in reversed(snapshot.trends) if t.period not in present), {})


def _before(last: Mapping[str, Any], *statuses: Status) -> int | None:
    of = last.get("by_status")
    return None if of is None else sum(of.get(status, 0) for status in statuses)
