"""A snapshot in, done of assigned by quarter and agency for each programme (`Bao-cao-chuong-trinh.docx`) out (R51).

Quarters are those of the deadline in force in the year of as-of (R52, R55); everything else — other years, no
deadline, recurring — stands under «Khác», so that each line adds up to its total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from nvbatch.briefing.frame import LEADERS, attached_to, frame, periods, subject
from nvbatch.briefing.wording import count, number, percent, roman
from nvbatch.config import Config
from nvbatch.model import DONE, Snapshot, Status, TaskFigure, Totals
from nvbatch.totals import totals_of

QUARTERS = ("q1", "q2", "q3", "q4")
_OTHER = "other"
_CELLS = (*QUARTERS, _OTHER)
Tally = Counter[tuple[str, Status]]  # (quarter or other, status) → number of tasks


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
    year = snapshot.as_of.astimezone(config.zone).year
    tallies = _tallies(snapshot, year)
    groups = by_program(snapshot) if len(tallies) > 1 else {}
    titles = {code: _title(snapshot, code) for code in tallies}
    sums = {code: _sum(tally.values()) for code, tally in tallies.items()}
    return {
        **begin,
        "subject": subject(snapshot, f"Kết quả thực hiện nhiệm vụ theo chương trình, theo quý năm {year}"),
        "addressee": LEADERS,
        "attached_to": attached_to("Báo cáo", begin, config),
        "year": str(year),
        "intro": _intro(snapshot, len(tallies)),
        "rows": [_row(str(no), titles[code], sums[code]) for no, code in enumerate(tallies, start=1)],
        "total": _row("", "Tổng cộng", _sum(sums.values())),
        "sentences": [
            _sentence(titles[code], totals_of(groups[code]) if groups else snapshot.totals) for code in tallies
        ],
        "programs": [
            {
                "no": str(no),
                "annex": f"Phụ lục {roman(no)}" if len(tallies) > 1 else "Phụ lục",
                "name": titles[code],
                "rows": _rows(tallies[code], names),
                "total": _row("", "Tổng cộng", sums[code]),
            }
            for no, code in enumerate(tallies, start=1)
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


def _sentence(title: str, totals: Totals) -> str:
    """A percentage never stands alone (contract 8.7)."""
    done, of = totals.fractions["done_of_assigned"]
    value = totals.ratios["done_of_assigned"]
    share = f"đạt {percent(value)}" if value is not None else "chưa có cơ sở tính"
    late, overdue = (totals.by_status.get(status, 0) for status in (Status.DONE_LATE, Status.OVERDUE))
    return (
        f"{title}: hoàn thành {count(done)}/{count(totals.assigned)} nhiệm vụ được giao, {share} ({number(done)}/"
        f"{number(of)}; chưa tổng hợp {count(totals.not_aggregated)}); hoàn thành trễ hạn {count(late)}, quá hạn chưa "
        f"hoàn thành {count(overdue)}."
    )


def _tallies(snapshot: Snapshot, year: int) -> dict[str, dict[str, Tally]]:
    """Programme → agency → its tasks, counted in one pass; programmes as in :func:`by_program`."""
    tasks = snapshot.tasks
    tallies: dict[str, dict[str, Tally]] = {code: {} for code in sorted(snapshot.totals.by_program)}
    days = list(map(attrgetter("due.deadline"), tasks))
    quarters = {day: _quarter(day, year) for day in set(days)}  # many tasks, few days
    known = zip(
        map(attrgetter("task.program"), tasks),
        map(attrgetter("lead_agency"), tasks),
        map(quarters.__getitem__, days),
        map(attrgetter("status"), tasks),
        strict=True,
    )
    for (program, agency, quarter, status), many in Counter(known).items():
        tallies.setdefault(program, {}).setdefault(agency, Counter())[quarter, status] = many
    return tallies


def _quarter(due: date | None, year: int) -> str:
    return _OTHER if due is None or due.year != year else QUARTERS[(due.month - 1) // 3]


def _sum(tallies: Iterable[Tally]) -> Tally:
    total: Tally = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def _rows(tallies: Mapping[str, Tally], names: Mapping[str, str]) -> list[QuarterRow]:
    """In the register's order."""
    place = {code: at for at, code in enumerate(names)}
    order = sorted(tallies, key=lambda code: (place.get(code, len(place)), code))
    return [_row(str(no), names.get(code, code), tallies[code]) for no, code in enumerate(order, start=1)]


def _row(no: str, name: str, tally: Tally) -> QuarterRow:
    by_status, assigned, done = _sums(tally)
    cells = {key: f"{number(done[key])}/{number(assigned[key])}" if assigned[key] else "–" for key in _CELLS}
    return QuarterRow(
        no=no,
        name=name,
        done=number(done.total()),
        assigned=number(assigned.total()),
        done_late=number(by_status[Status.DONE_LATE]),
        overdue=number(by_status[Status.OVERDUE]),
        **cells,
    )


def _sums(tally: Tally) -> tuple[Counter[Status], Counter[str], Counter[str]]:
    """By status; by quarter, all and those done."""
    by_status: Counter[Status] = Counter()
    assigned: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for (quarter, status), many in tally.items():
        by_status[status] += many
        assigned[quarter] += many
        done[quarter] += many if status in DONE else 0
    return by_status, assigned, done
