"""What is planted in a story in; what must come of it, by contract section 8, out. It asks the product nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import binh_dinh as case
from story import Said, Story, Task

HELD = {"C402", "C404", "C406", "R503", "R505", "R509", "H707"}  # errors: the row is held, the last good value stays
INCOMPLETE = {"C401", "C408", "R501"}
EXPLANATION = ("delay_cause_kind", "delay_reason", "explanation_doc")
STEPS = {"Chưa thực hiện": 0, "Đang thực hiện": 1, "Đã hoàn thành": 2}
DONE = ("done_on_time", "done_late", "done_no_deadline")
CLOSED = ("stopped", "transferred")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A good row: merged, from the lead agency of that day."""

    week: int
    at: datetime
    said: Said

    def get(self, key: str) -> Any:
        return self.said.values.get(key)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """``must``: flags that the task wears; ``may``: flags on which the contract leaves a choice."""

    lead: str
    status: str
    days: int | None
    aggregated: bool
    must: tuple[str, ...]
    may: tuple[str, ...]
    met: bool


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text if text.startswith("2025") else f"2025-{text}")


def rows_of(story: Story, sent: case.Sent) -> Iterator[tuple[Task, Said]]:
    """What an arrival says, row by row in the order of the list, twins too."""
    for task in story.tasks.values():
        # a department that has ended still sends what was its own
        lead = task.agency if sent.state == "rejected" else lead_on(story, task, moment(sent.at).date())
        if lead != sent.agency or (sent.only and task.short not in sent.only):
            continue
        if task.short in case.STATES and case.STATES[task.short][0] <= sent.week:
            continue
        for said in story.said.get((task.short, sent.week), ()):
            changed = {key: value for (short, key), value in sent.instead.items() if short == task.short}
            yield task, Said(values={**said.values, **changed}, planted=said.planted)


def lead_on(story: Story, task: Task, day: date) -> str:
    """Who leads the task that day: what was done before the merger stays with the department that did it."""
    heirs = case.SUCCESSORS.get(task.agency, ())
    if day < case.MERGED_ON or not heirs:
        return task.agency
    if len(heirs) > 1:
        return case.SPLIT.get(task.short, task.agency)
    last = next((story.said[task.short, week][0] for week in (7, 6) if (task.short, week) in story.said), None)
    done = task.kind != "R" and last is not None and last.values["reported_status"] == "Đã hoàn thành"
    return task.agency if done else heirs[0]


class Week:
    """The Office at the end of a week: every figure from what was planted until then."""

    def __init__(self, story: Story, week: int) -> None:
        self.story, self.week = story, week
        self.as_of = moment(case.AS_OF[week])
        self.today = self.as_of.date()
        self.arrived = [s for s in case.SENT if s.week <= week and moment(s.at) < self.as_of]
        self.counting = {s.agency for s in self.arrived if s.week == week and s.state == "accepted"}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return {short: self._figure(task) for short, task in self.story.tasks.items()}

    @cached_property
    def rows(self) -> Mapping[str, list[Row]]:
        """Good rows of each task, oldest first."""
        good: dict[str, list[Row]] = {short: [] for short in self.story.tasks}
        for sent in sorted(self.arrived, key=lambda s: s.at):
            if sent.state not in ("accepted", "superseded"):
                continue
            for task, said in rows_of(self.story, sent):
                if not said.rules & HELD:
                    good[task.short].append(Row(week=sent.week, at=moment(sent.at), said=said))
        return good

    def agency_flags(self, code: str) -> list[str]:
        mine = [f for f in self.figures.values() if f.lead == code]
        owes = any(f.status not in (*DONE, *CLOSED) for f in mine)
        late = any(s.agency == code and s.week == self.week and s.timeliness == "late" for s in self.arrived
                   if s.state == "accepted")  # fmt: skip
        ended = self.week == 8 and code in case.SUCCESSORS
        flags = {
            "not_submitted": owes and code not in self.counting and not ended,
            "late": late,
            "late_dump": case.DUMPED.get(self.week) == code,
            "no_focal_point": (code, self.week < case.NAMED_LATER[1]) == (case.NAMED_LATER[0], True),
            "many_focal_points": code == case.SECOND_FOCAL[0],
            "focal_point_level": code == "AL",
            "ended": ended,
        }
        return [flag for flag, holds in flags.items() if holds]

    def office_findings(self) -> list[str]:
        """Judged over register and task states, not in one file."""
        found = ["G805", f"G801 {case.SECOND_FOCAL[0]}", "G802 AL"]
        if self.week < case.NAMED_LATER[1]:
            found.append(f"G801 {case.NAMED_LATER[0]}")
        for short, figure in self.figures.items():
            code = self.story.tasks[short].code
            found += [f"R504 {code}"] if "no_explanation" in figure.must else []
            found += [f"G803 {code}"] if "no_receiving_agency" in figure.must else []
        return found

    # --- one task ---------------------------------------------------------------------------------

    def _figure(self, task: Task) -> Figure:
        rows = self.rows[task.short]
        row = rows[-1] if rows else None
        deadline = self._deadline(task)
        status, days = self._status(task, row, deadline)
        lead = lead_on(self.story, task, self.today)
        if status in CLOSED:
            must: list[str] = ["carried_over"] if self._document(task).year < 2025 else []
            return Figure(lead=lead, status=status, days=None, aggregated=True, must=tuple(must), may=(), met=False)
        flags = self._flags(task, rows, status, deadline, lead)
        must = [flag for flag, holds in flags.items() if holds]
        may = ["five_clear_missing"] if row and {"C401"} & row.said.rules else []
        may += ["product_without_deadline"] if status == "done_no_deadline" else []
        return Figure(
            lead=lead,
            status=status,
            days=days,
            aggregated=not ({"no_update", "incomplete"} & set(must)),
            must=tuple(must),
            may=tuple(may),
            met=status == "recurring" and bool(row) and row.week == self.week and row.get("result") is not None,
        )

    def _document(self, task: Task) -> date:
        return case.DOCUMENTS[task.document][1]

    def _extensions(self, task: Task) -> list[tuple[date, date]]:
        return [(new, on) for week, short, _n, new, _doc, on in case.EXTENSIONS
                if short == task.short and week <= self.week and on <= self.today]  # fmt: skip

    def _deadline(self, task: Task) -> date | None:
        granted = self._extensions(task)
        return granted[-1][0] if granted else task.meant

    def _returned(self, task: Task, row: Row) -> bool:
        known = [v for v in case.VERDICTS if v[1] == task.short and v[0] <= self.week and v[4] <= self.today]
        return bool(known) and known[-1][2] == "Trả lại" and known[-1][4] >= row.at.date()

    def _done(self, task: Task, row: Row | None) -> bool:
        proof = ("completed_on", "result", "result_doc")
        told = row is not None and row.get("reported_status") == "Đã hoàn thành" and all(row.get(k) for k in proof)
        return bool(told and row and not self._returned(task, row))

    def _status(self, task: Task, row: Row | None, deadline: date | None) -> tuple[str, int | None]:
        week, state, _doc, since = case.STATES.get(task.short, (99, "", "", date.max))
        if week <= self.week and since <= self.today:
            return {"Dừng": "stopped", "Chuyển": "transferred"}[state], None
        if task.kind == "R":
            return "recurring", None
        if row is not None and self._done(task, row):
            if deadline is None:
                return "done_no_deadline", None
            late = (row.get("completed_on") - deadline).days
            return ("done_late", late) if late > 0 else ("done_on_time", None)
        if deadline is None:
            return "open_no_deadline", None
        left = (deadline - self.today).days
        return ("overdue", -left) if left < 0 else ("due_soon", None) if left <= 5 else ("in_time", None)

    def _flags(self, task: Task, rows: list[Row], status: str, deadline: date | None, lead: str) -> dict[str, bool]:
        row = rows[-1] if rows else None
        before = [r for r in rows if row and r.week < row.week]
        opened = status in ("in_time", "due_soon", "overdue", "open_no_deadline")
        present = row is not None and row.week == self.week
        late = status in ("overdue", "done_late")
        rules = row.said.rules if row else frozenset()
        explained = row is not None and all(row.get(k) for k in EXPLANATION)
        asks = row is not None and (row.get("requested_deadline") or row.get("reported_status") == "Đề nghị gia hạn")
        granted = self._extensions(task)
        asks = asks and not any(on >= row.at.date() for _new, on in granted)  # type: ignore[union-attr]
        no_deadline = deadline is None and task.kind != "R"
        done_on = row.get("completed_on") if row and status in DONE else None
        told = {s.week: s for s in self.arrived if s.week == self.week and task.short in s.foreign}
        proposed = [c for (_agency, week), changes in case.CHANGES.items() if week == self.week for c in changes]
        return {
            "no_update": opened and not any(r.week == self.week for r in rows),
            "incomplete": (present and bool(rules & INCOMPLETE)) or (late and row is not None and not explained),
            "no_explanation": late and not explained,
            "awaiting_closure": bool(rules & {"R501", "R502"}) or (row is not None and self._returned(task, row)),
            "returned": row is not None and row.get("reported_status") == "Đã hoàn thành" and self._returned(task, row),
            "deputy_accountable": "R507" in rules,
            "five_clear_missing": row is not None and (no_deadline or not task.product),
            "disputed": present and "M608" in rules,
            "unconfirmed": self.week == 8 and present and row.get("confirmation") == "",  # type: ignore[union-attr]
            "stale_narrative": opened and present and bool(before) and _same(row, before[-1]),
            "status_regressed": task.kind != "R" and bool(before) and _lower(row, before[-1]),
            "overdue_silent": status == "overdue" and not any(r.at.date() > deadline for r in rows),  # type: ignore[operator]
            "long_overdue": status == "overdue" and (self.today - deadline).days > 30,  # type: ignore[operator]
            "no_deadline_reminder": status == "open_no_deadline" and _months(self._document(task), self.today) >= 3,
            "product_without_deadline": no_deadline and bool(task.product) and opened,
            "ambiguous_deadline": not granted and (task.kind == "~" or (task.kind == "<" and done_on == task.meant)),
            "extension_requested": bool(asks) and not granted,
            "extension_exceeded": bool(asks) and bool(granted),
            "no_receiving_agency": opened and self.week == 8 and lead in case.SUCCESSORS,
            "missing_from_report": opened and (task.short, self.week) in self.story.absent,
            "not_lead_agency": bool(told),
            "changed_without_reason": any(c["task_code"] == task.code and not c.get("proposal_doc")
                                          for c in proposed if c.get("task_code")),
            "late_dump": opened and case.DUMPED.get(self.week) == lead and bool(rows),
            "carried_over": self._document(task).year < 2025,
        }  # fmt: skip


def _same(now: Row | None, then: Row) -> bool:
    return now is not None and now.get("narrative") == then.get("narrative")


def _lower(now: Row | None, then: Row) -> bool:
    if now is None:
        return False
    steps = [STEPS.get(r.get("reported_status").strip().capitalize().replace("  ", " ")) for r in (now, then)]
    return _percent(now) < _percent(then) or (None not in steps and steps[0] < steps[1])  # type: ignore[operator]


def _percent(row: Row) -> float:
    value = row.get("progress")
    return value if isinstance(value, int) else {"khoảng 38%": 38, "0,1": 10}[value]


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
