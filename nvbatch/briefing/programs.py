"""A snapshot in, done of assigned by quarter and agency for each programme (`Bao-cao-chuong-trinh.docx`) out (R51).

Quarters are those of the deadline in force in the year of as-of (R52, R55); everything else — other years, no
deadline, recurring — stands under «Khác», so that each line adds up to its total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nvbatch.briefing.frame import LEADERS, attached_to, frame, periods, subject
from nvbatch.briefing.wording import count, number, percent, roman
from nvbatch.config import Config
from nvbatch.model import Snapshot, Status, TaskFigure
from nvbatch.totals import totals_of

QUARTERS = 4
_OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterRow:
    """A line of the report; each quarter is ``đã hoàn thành/được giao``, ``–`` where nothing is due."""

    no: str
    name: str
    q1: str
    q2: str
    q3: str
    q4: str
    other: str
    done: str
    assigned: str
    done_late: str
    overdue: str


def programs_report(snapshot: Snapshot, config: Config, names: Mapping[str, str]) -> dict[str, Any]:
    """Values of the report: all programmes in one table, an annex by agency for each."""
    begin = frame(snapshot, config, kind="BC", upward=True)
    groups, year = by_program(snapshot), snapshot.as_of.astimezone(config.zone).year
    several = len(groups) > 1
    titles = {code: _title(snapshot, code) for code in groups}
    rows = [_row(str(no), titles[code], tasks, year) for no, (code, tasks) in enumerate(groups.items(), start=1)]
    return {
        **begin,
        "subject": subject(snapshot, f"Kết quả thực hiện nhiệm vụ theo chương trình, theo quý năm {year}"),
        "addressee": LEADERS,
        "attached_to": attached_to("Báo cáo", begin, config),
        "year": str(year),
        "intro": _intro(snapshot, len(groups)),
        "rows": rows,
        "total": _row("", "Tổng cộng", snapshot.tasks, year),
        "sentences": [_sentence(titles[code], tasks) for code, tasks in groups.items()],
        "programs": [
            _program(no, titles[code], tasks, year, names, several)
            for no, (code, tasks) in enumerate(groups.items(), start=1)
        ],
    }


def by_program(snapshot: Snapshot) -> dict[str, list[TaskFigure]]:
    """Programme → its counting tasks, in the order of run.json."""
    groups: dict[str, list[TaskFigure]] = {code: [] for code in sorted(snapshot.totals.by_program)}
    for figure in snapshot.tasks:
        groups.setdefault(figure.task.program, []).append(figure)
    return groups


def _intro(snapshot: Snapshot, many: int) -> str:
    what = f"của {count(many)} chương trình" if many > 1 else "của chương trình"
    said = f"; kỳ báo cáo: {periods(snapshot)}" if snapshot.periods else ""
    return (
        f"Kết quả {what} được tính theo quý của thời hạn hoàn thành, mỗi ô ghi số đã hoàn thành/số được giao{said}. "
        "Mục tiêu: 100% nhiệm vụ hoàn thành đúng tiến độ."
    )


def _title(snapshot: Snapshot, code: str) -> str:
    known = snapshot.programs.get(code)
    return known.name if known else "Chương trình chung" if code == "CHUNG" else code


def _sentence(title: str, tasks: Sequence[TaskFigure]) -> str:
    """A percentage never stands alone (contract 8.7)."""
    totals = totals_of(tasks)
    done, of = totals.fractions["done_of_assigned"]
    value = totals.ratios["done_of_assigned"]
    share = f"đạt {percent(value)}" if value is not None else "chưa có cơ sở tính"
    late, overdue = (totals.by_status.get(status, 0) for status in (Status.DONE_LATE, Status.OVERDUE))
    return (
        f"{title}: hoàn thành {count(done)}/{count(totals.assigned)} nhiệm vụ được giao, {share} ({number(done)}/"
        f"{number(of)}; chưa tổng hợp {count(totals.not_aggregated)}); hoàn thành trễ hạn {count(late)}, quá hạn chưa "
        f"hoàn thành {count(overdue)}."
    )


def _program(
    no: int, title: str, tasks: Sequence[TaskFigure], year: int, names: Mapping[str, str], several: bool
) -> dict[str, Any]:
    groups: dict[str, list[TaskFigure]] = {}
    for figure in tasks:
        groups.setdefault(figure.lead_agency, []).append(figure)
    order = _register_order(groups, names)
    return {
        "no": str(no),
        "annex": f"Phụ lục {roman(no)}" if several else "Phụ lục",
        "name": title,
        "rows": [_row(str(at), names.get(c, c), groups[c], year) for at, c in enumerate(order, start=1)],
        "total": _row("", "Tổng cộng", tasks, year),
    }


def _register_order(codes: Iterable[str], names: Mapping[str, str]) -> list[str]:
    place = {code: at for at, code in enumerate(names)}
    return sorted(codes, key=lambda code: (place.get(code, len(place)), code))


def _row(no: str, name: str, tasks: Sequence[TaskFigure], year: int) -> QuarterRow:
    parts: dict[str, list[TaskFigure]] = {}
    for figure in tasks:
        parts.setdefault(_quarter(figure, year), []).append(figure)
    cells = {key: _done_of(parts.get(key, ())) for key in (*(f"q{n}" for n in range(1, QUARTERS + 1)), _OTHER)}
    return QuarterRow(
        no=no,
        name=name,
        done=number(sum(f.done for f in tasks)),
        assigned=number(len(tasks)),
        done_late=number(sum(f.status is Status.DONE_LATE for f in tasks)),
        overdue=number(sum(f.status is Status.OVERDUE for f in tasks)),
        **cells,
    )


def _quarter(figure: TaskFigure, year: int) -> str:
    due = figure.deadline
    return _OTHER if due is None or due.year != year else f"q{(due.month + 2) // 3}"


def _done_of(tasks: Sequence[TaskFigure]) -> str:
    return f"{number(sum(f.done for f in tasks))}/{number(len(tasks))}" if tasks else "–"
