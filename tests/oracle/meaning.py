"""A world and a step in, the figures of CONTRACT section 8 out; written from the contract alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.oracle import spans
from tests.oracle.rows import Finding, is_blank, of_cells, of_changes, of_row, of_workbook, without_explanation
from tests.oracle.spans import Span
from tests.oracle.world import (
    ASKS,
    DONE,
    GENERAL,
    STATUSES,
    ZONE,
    Agency,
    Conference,
    Extension,
    File,
    Office,
    Row,
    Settings,
    Step,
    Task,
    World,
)

OPEN = ("in_time", "due_soon", "overdue", "open_no_deadline")
FINISHED = ("done_on_time", "done_late", "done_no_deadline")
RESTING = ("stopped", "transferred")
QUARANTINE = ("A301", "A302", "A312")
DIVISION_LEADER = ("trưởng phòng", "chánh văn phòng")
RULE_OF_FLAG = {
    "no_update": "H701", "late_dump": "H702", "stale_narrative": "H703", "status_regressed": "H704",
    "overdue_silent": "H705", "no_deadline_reminder": "H706", "no_explanation": "R504", "extension_exceeded": "R506",
    "deputy_accountable": "R507", "five_clear_missing": "R511", "missing_from_report": "M602",
    "not_lead_agency": "M603", "changed_without_reason": "M605", "disputed": "M608", "no_receiving_agency": "G803",
    "product_without_deadline": "G804", "ambiguous_deadline": "G806",
}  # fmt: skip


NATIVE = {  # what is found of a task at as-of, and how grave it is
    "no_update": "warning", "no_explanation": "incomplete", "stale_narrative": "warning", "status_regressed": "warning",
    "overdue_silent": "warning", "no_deadline_reminder": "warning", "no_receiving_agency": "error",
    "ambiguous_deadline": "warning", "missing_from_report": "warning",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Good:
    """A good row: merged, from the lead agency at its receipt."""

    file: File
    row: Row
    span: Span
    findings: tuple[Finding, ...]
    superseded: bool

    @property
    def day(self) -> date:
        return self.file.received_at.date()


@dataclass(kw_only=True)
class Fate:
    """What becomes of a file."""

    file: File
    span: Span
    state: str
    timeliness: str
    rules: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    read: int = 0
    merged: int = 0
    held: int = 0
    skipped: int = 0


@dataclass(kw_only=True)
class Judged:
    tasks: dict[str, dict[str, Any]]
    agencies: dict[str, dict[str, Any]]
    totals: dict[str, Any]
    fates: list[Fate]
    decisions: list[str]
    periods: dict[str, Span]


def judge(world: World, step: Step) -> Judged:
    return _Judge(world, step).judged()


class _Judge:
    def __init__(self, world: World, step: Step) -> None:
        self.office = _known(world.office, step.number)
        self.step, self.as_of, self.today = step, step.as_of, step.as_of.date()
        self.files = sorted((f for f in world.files if f.since <= step.number), key=lambda f: (f.received_at, f.number))
        self.tasks: dict[str, Task] = {}
        for task in self.office.tasks:
            self.tasks.setdefault(task.code, task)
        self.agencies = {a.code: a for a in self.office.agencies}
        self.periods = {p: self._present(p) for p in spans.programs_of(self.office)}
        self.conference = next((c for c in self.office.conferences if c.held_on == step.conference), None)
        self.lock = self._lock()
        self.good: dict[str, list[Good]] = defaultdict(list)
        self.lead = {code: task.lead for code, task in self.tasks.items()}
        self.fates = self._admitted()
        self._merge()

    # --- files --------------------------------------------------------------------------------

    def _present(self, program: str) -> Span:
        if self.step.period:
            asked = spans.span_from_key(self.step.period)
            if asked.kind == spans.frequency(self.office, program):
                return asked
        return spans.last_passed(self.office, program, self.as_of)

    def _lock(self) -> datetime | None:
        if self.step.conference:
            return self._lock_of(self.conference or Conference(held_on=self.step.conference))
        for each in self.office.conferences:
            end = datetime.combine(each.held_on + timedelta(days=1), time(), ZONE)
            if self._lock_of(each) <= self.as_of < end:
                return self._lock_of(each)
        return None

    def _lock_of(self, conference: Conference) -> datetime:
        if conference.lock_at:
            return conference.lock_at
        days = spans.settings_on(self.office, conference.held_on).lock_days
        return datetime.combine(conference.held_on - timedelta(days=days), time(), ZONE)

    def _admitted(self) -> list[Fate]:
        fates: list[Fate] = []
        seen: set[int] = set()
        groups: dict[tuple[str, str, str], list[Fate]] = defaultdict(list)
        for file in self.files:
            if file.received_at >= self.as_of:
                continue
            fate = self._first_look(file)
            fates.append(fate)
            content = file.copy_of if file.copy_of is not None else file.number
            if content in seen:
                fate.state = "duplicate"
                continue
            seen.add(content)
            if fate.state == "accepted":
                groups[file.agency, file.program, fate.span.key].append(fate)
        for group in groups.values():
            self._newest_counts(group)
        return fates

    def _first_look(self, file: File) -> Fate:
        span, rules = self._span_for(file)
        late = file.received_at >= spans.cutoff(self.office, file.program, span)
        fate = Fate(file=file, span=span, state="accepted", timeliness="late" if late else "on_time", rules=rules)
        if self.lock and file.received_at >= self.lock:
            fate.state = fate.timeliness = "after_lock"
        refusal = file.fault or self._refused_sender(file) or ("A307" if "A307" in rules else None)
        if refusal:
            fate.rules.add(refusal)
            fate.state = "quarantined" if refusal in QUARANTINE else "rejected"
        return fate

    def _span_for(self, file: File) -> tuple[Span, set[str]]:
        receipt = spans.span_of(spans.frequency(self.office, file.program), file.received_at.date())
        if not file.stamp or file.fault == "F101":
            return receipt, set()
        stamped = spans.span_from_key(file.stamp)
        if stamped.start > file.received_at.date():
            return stamped, {"A307"}
        settings = spans.settings_on(self.office, stamped.end)
        grace = spans.cutoff(self.office, file.program, stamped) + timedelta(days=settings.late_days)
        next_cutoff = spans.cutoff(self.office, file.program, spans.following(self.office, stamped))
        if file.received_at < min(grace, next_cutoff):
            return stamped, set()
        return receipt, {"A310"} if receipt != stamped else set()

    def _refused_sender(self, file: File) -> str | None:
        day = file.received_at.date()
        if file.sender is not None:
            holders = {p.agency for p in self.office.focal_points if p.email == file.sender and p.holds_on(day)}
            if not holders:
                return "A301"
            if file.agency not in holders:
                return "A302"
        agency = self.agencies.get(file.agency)
        if agency is None or (agency.valid_to and day > agency.valid_to):
            return "A303"
        return None

    @staticmethod
    def _newest_counts(group: list[Fate]) -> None:
        senders = {f.file.sender for f in group if f.file.sender}
        if len(senders) > 1:
            for fate in group:
                if fate.file.sender:
                    fate.state = "quarantined"
                    fate.rules.add("A312")
        for fate in [f for f in group if f.state == "accepted"][:-1]:
            fate.state = "superseded"
            fate.rules.add("A308")

    # --- rows ---------------------------------------------------------------------------------

    def _merge(self) -> None:
        """Files and hand-overs in the order of time: who led then decides what a row is worth."""
        moves = sorted(enumerate(self.office.hand_overs), key=lambda m: (m[1].effective_on, m[0]))
        waiting = [m for _, m in moves if m.effective_on <= self.today]
        for fate in self.fates:
            while waiting and waiting[0].effective_on <= fate.file.received_at.date():
                self._hand_over(waiting.pop(0))
            if fate.state in ("accepted", "superseded"):
                self._merge_file(fate)
        for move in waiting:
            self._hand_over(move)

    def _hand_over(self, move: Any) -> None:
        for code in self.tasks:
            if move.task in ("*", code) and self.lead[code] == move.from_agency:
                recurring = _recurs(self.tasks[code])  # never finished
                if move.task == "*" and not recurring and self._is_done(code, move.effective_on):
                    continue
                self.lead[code] = move.to_agency

    def _merge_file(self, fate: Fate) -> None:
        file, settings = fate.file, spans.settings_on(self.office, fate.span.end)
        whole = of_workbook(file)
        for number, row in enumerate(file.rows):
            fate.read += 1
            if whole.get(number) == "copy" or is_blank(row):
                fate.skipped += 1
                continue
            found = self._row_findings(fate, row, whole.get(number), settings)
            fate.findings += found
            if any(f.severity == "error" for f in found):
                fate.held += 1
                continue
            fate.merged += 1
            good = Good(
                file=file, row=row, span=fate.span, findings=tuple(found), superseded=fate.state == "superseded"
            )
            if row.code in self.tasks:
                self.good[row.code].append(good)
        for change, finding in of_changes(file):
            fate.findings += self._settled([replace(finding, task=change.task)], file.agency, settings)

    def _row_findings(self, fate: Fate, row: Row, whole: str | None, settings: Settings) -> list[Finding]:
        """Gate after gate: cells, rows, register, history; what a gate holds does not pass to the next one."""
        day, task, agency = fate.file.received_at.date(), self.tasks.get(row.code), fate.file.agency
        recurring = task is not None and _recurs(task)
        deadline = self._deadline_on(task, day) if task else None
        extended = len(self._approved(row.code, day))
        answered = any(e.approved_on >= day for e in self._approved(row.code, self.today))
        rows = [] if whole is None else [Finding("R509", "error", row.code)]
        allowed = {settings.max_extensions, *(self._settings_now(p).max_extensions for p in self.periods)}
        rows += of_row(
            row, task, settings=replace(settings, max_extensions=max(allowed)), received=day, recurring=recurring,
            deadline=deadline, extended=-1 if answered else extended,
        )  # fmt: skip
        register = []
        if task is None:
            register.append(Finding("M601", "error", row.code))
        elif self.lead[row.code] != agency:
            register.append(Finding("M603", "error", row.code))
        elif row.altered_content:
            register.append(Finding("M604", "warning", row.code, "content"))
        if row.codeless:
            register.append(Finding("M607", "warning", row.code))
        history = []
        if task and not recurring and self.lead[row.code] == agency and self._reopens(fate, row):
            history.append(Finding("H707", "error", row.code, "reported_status"))
        told: list[Finding] = []
        for gate in (list(of_cells(row, fate.file, settings)), rows, register, history):
            told += self._settled(gate, agency, settings)
            if any(f.severity == "error" for f in told):
                break
        return told

    def _settings_now(self, program: str) -> Settings:
        return spans.settings_on(self.office, self.periods[program].end)

    def _reopens(self, fate: Fate, row: Row) -> bool:
        """Against earlier reports: a newer file of the same period replaces, it does not reopen."""
        mine = (fate.file.agency, fate.file.program, fate.span)
        earlier = [g for g in self.good.get(row.code, ()) if (g.file.agency, g.file.program, g.span) != mine]
        if not earlier or row.says("reported_status") == DONE:
            return False
        return self._reports_done(earlier[-1]) and not self._is_returned(row.code, earlier[-1])

    def _settled(self, found: Sequence[Finding], agency: str, settings: Settings) -> list[Finding]:
        """Switched off: gone. Demoted: a warning. Waived: an information."""
        told = []
        for finding in found:
            if finding.rule in settings.off:
                continue
            if self._waived(finding.rule, agency, finding.task):
                told.append(replace(finding, severity="info", waived=True))
            elif finding.rule in settings.as_warning and finding.severity in ("error", "incomplete"):
                told.append(replace(finding, severity="warning", demoted=True))
            else:
                told.append(finding)
        return told

    def _waived(self, rule: str, agency: str | None, task: str | None) -> bool:
        return any(
            w.rule == rule
            and (w.agency is None or w.agency == agency)
            and (w.task is None or w.task == task)
            and self.today <= w.expires_on
            for w in self.office.waivers
        )

    # --- a task -------------------------------------------------------------------------------

    def _approved(self, code: str, day: date) -> list[Extension]:
        return [e for e in self.office.extensions if e.task == code and e.approved_on <= day]

    def _first_deadline(self, task: Task, settings: Settings | None = None) -> date | None:
        if task.deadline:
            return task.deadline
        rules = settings or spans.settings_on(self.office, self._span(task).end)
        if task.phrase.kind in ("BEFORE", "TWO_STEP") and not rules.before_is_inclusive and task.phrase.day:
            return task.phrase.day - timedelta(days=1)
        return task.phrase.day

    def _deadline_on(self, task: Task, day: date) -> date | None:
        approved = self._approved(task.code, day)
        if approved:
            return max(approved, key=lambda e: (e.approved_on, e.ordinal)).new_deadline
        return self._first_deadline(task)

    def _span(self, task: Task) -> Span:
        return self.periods[task.program or GENERAL]

    def _state_row(self, code: str) -> Good | None:
        rows = self.good.get(code)
        return rows[-1] if rows else None

    def _reports_done(self, good: Good | None) -> bool:
        needed = ("completed_on", "result", "result_doc")
        return bool(good and good.row.says("reported_status") == DONE and all(good.row.says(n) for n in needed))

    def _is_returned(self, code: str, good: Good | None, day: date | None = None) -> bool:
        if good is None:
            return False
        since = [v for v in self.office.verdicts if v.task == code and good.day <= v.on <= (day or self.today)]
        return bool(since) and max(since, key=lambda v: v.on).verdict == "Trả lại"

    def _is_done(self, code: str, day: date | None = None) -> bool:
        good = self._state_row(code)
        return self._reports_done(good) and not self._is_returned(code, good, day)

    def _status(self, task: Task, deadline: date | None, recurring: bool, settings: Settings) -> str:
        if task.state in ("Dừng", "Chuyển") and (task.state_from is None or task.state_from <= self.today):
            return "stopped" if task.state == "Dừng" else "transferred"
        if recurring:
            return "recurring"
        if self._is_done(task.code):
            if deadline is None:
                return "done_no_deadline"
            completed = self._state_row(task.code).row.says("completed_on")  # type: ignore[union-attr]
            return "done_on_time" if completed <= deadline else "done_late"
        if deadline is None:
            return "open_no_deadline"
        if self.today > deadline:
            return "overdue"
        return "due_soon" if (deadline - self.today).days <= settings.due_soon_days else "in_time"

    def _task(self, task: Task) -> dict[str, Any] | None:
        settings = spans.settings_on(self.office, self._span(task).end)
        extended = bool(self._approved(task.code, self.today))
        recurring = _recurs(task)
        deadline = None if recurring else self._deadline_on(task, self.today)
        status = self._status(task, deadline, recurring, settings)
        good = self._state_row(task.code)
        completed = good.row.says("completed_on") if good else None
        if not recurring and self._is_done(task.code) and completed and completed.year < self.as_of.year:
            return None
        present = [g for g in self.good.get(task.code, ()) if g.span == self._span(task)]
        overdue = (self.today - deadline).days if status == "overdue" and deadline else None
        if status == "done_late" and deadline and completed:
            overdue = (completed - deadline).days
        judged: dict[str, Any] = {
            "lead_agency": self.lead[task.code],
            "task_class": task.task_class,
            "program": task.program or GENERAL,
            "deadline": deadline.isoformat() if deadline else None,
            "original_deadline": None,
            "status": status,
            "days_overdue": overdue,
            "recurring_met": None,
            "reminders_due": 0,
            "source": (good.file.copy_of or good.file.number, good.file.rows.index(good.row)) if good else None,
        }
        if extended and not recurring:
            first = self._first_deadline(task)
            judged["original_deadline"] = first.isoformat() if first else None
        if status == "recurring":
            judged["recurring_met"] = bool(
                present and present[-1].row.says("reported_status") == DONE and present[-1].row.says("result")
            )
        if status == "open_no_deadline":
            judged["reminders_due"] = _months(task.doc_date, self.today) // settings.no_deadline_reminder_months
        judged["present"] = bool(present)
        flags = self._flags(task, judged, deadline, settings, good, present)
        judged["flags"] = {f for f in flags if self._raised(f, task, settings)}
        judged["told"] = {}
        for flag in flags & set(NATIVE):
            rule = RULE_OF_FLAG[flag]
            settled = self._settled([Finding(rule, NATIVE[flag], task.code)], self.lead[task.code], settings)
            judged["told"] |= {f.rule: f.severity for f in settled}
        judged["aggregated"] = not judged["flags"] & {"incomplete", "no_update"}
        return judged

    def _raised(self, flag: str, task: Task, settings: Settings) -> bool:
        """A waived, demoted or switched-off rule raises no flag."""
        rule = RULE_OF_FLAG.get(flag)
        if rule is None:
            return True
        if rule in settings.off or rule in settings.as_warning:
            return False
        return not self._waived(rule, self.lead[task.code], task.code)

    def _flags(
        self, task: Task, judged: Mapping[str, Any], deadline: date | None, settings: Settings,
        good: Good | None, present: list[Good],
    ) -> set[str]:  # fmt: skip
        status = judged["status"]
        flags = {"carried_over"} if task.doc_date.year < self.as_of.year else set()
        if status in RESTING:
            return flags
        is_open, recurring = status in OPEN, status == "recurring"
        flags |= self._row_flags(task, status, good, present, settings)
        if is_open and not present:
            flags.add("no_update")
        if status == "overdue":
            if judged["days_overdue"] > settings.long_overdue_days:
                flags.add("long_overdue")
            if deadline and not any(g.day > deadline for g in self.good.get(task.code, ())):
                flags.add("overdue_silent")
            if good is None:
                flags.add("no_explanation")
        if task.product and deadline is None and not recurring:
            flags.add("product_without_deadline")
        if judged["reminders_due"] >= 1:
            flags.add("no_deadline_reminder")
        if self._ambiguous(task, status, good):
            flags.add("ambiguous_deadline")
        if status not in FINISHED and self._has_ended(self.agencies[self.lead[task.code]]):
            flags.add("no_receiving_agency")
        if self.step.conference:
            if present and not present[-1].row.says("confirmation"):
                flags.add("unconfirmed")
            if is_open and self._dumped(task.program or GENERAL, self.lead[task.code], settings):
                start = self._cycle_start()
                if any(start <= g.file.received_at < self.lock for g in self.good.get(task.code, ())):  # type: ignore[operator]
                    flags.add("late_dump")
        return flags | self._report_flags(task, is_open)

    def _row_flags(
        self, task: Task, status: str, good: Good | None, present: list[Good], settings: Settings
    ) -> set[str]:
        """What the state row says, whatever its period."""
        if good is None:
            return set()
        flags: set[str] = set()
        recurring = status == "recurring"
        told = {f.rule for f in good.findings if not f.waived and not f.demoted}
        flags |= {f for f, r in (("deputy_accountable", "R507"), ("five_clear_missing", "R511")) if r in told}
        if not recurring and {"R501", "R502"} & told:
            flags.add("awaiting_closure")
        if not recurring and self._reports_done(good) and self._is_returned(task.code, good):
            flags |= {"returned", "awaiting_closure"}
        if good in present and any(f.severity == "incomplete" and not f.waived for f in good.findings):
            flags.add("incomplete")
        unexplained = status in ("overdue", "done_late") and without_explanation(good.row)
        if unexplained:
            flags.add("no_explanation")
            if self._raised("no_explanation", task, settings):
                flags.add("incomplete")
        if good in present and good.row.says("confirmation") == "Chưa thống nhất":
            flags.add("disputed")
        flags |= self._extension_flags(task, good, settings)
        flags |= self._history_flags(task, status, good, present)
        return flags

    def _extension_flags(self, task: Task, good: Good, settings: Settings) -> set[str]:
        asks = good.row.says("reported_status") == ASKS or good.row.says("requested_deadline")
        approved = self._approved(task.code, self.today)
        if not asks or any(e.approved_on >= good.day for e in approved):
            return set()
        return {"extension_requested"} if len(approved) < settings.max_extensions else {"extension_exceeded"}

    def _history_flags(self, task: Task, status: str, good: Good, present: list[Good]) -> set[str]:
        flags = set()
        by_span: dict[Span, Good] = {}
        for each in self.good[task.code]:
            by_span[each.span] = each
        ordered = [by_span[s] for s in sorted(by_span, key=lambda s: s.start)]
        if status in OPEN and present and ordered[-1].span == self._span(task) and len(ordered) > 1:
            told, before = (_fold(g.row.says("narrative")) for g in ordered[-1:-3:-1])
            if told and told == before:
                flags.add("stale_narrative")
        earlier = [g for g in ordered if g.span.start < good.span.start]
        if status != "recurring" and earlier:
            now, then = good.row, earlier[-1].row
            went_back = [
                a is not None and b is not None and a < b
                for a, b in ((now.says("progress"), then.says("progress")), (_rank(now), _rank(then)))
            ]
            if any(went_back):
                flags.add("status_regressed")
        return flags

    def _ambiguous(self, task: Task, status: str, good: Good | None) -> bool:
        if task.deadline or self._approved(task.code, self.today):
            return False
        if task.phrase.kind == "BEFORE":
            return status in FINISHED and good is not None and good.row.says("completed_on") == task.phrase.day
        return task.phrase.ambiguous

    def _report_flags(self, task: Task, is_open: bool) -> set[str]:
        """What counting files of the present period show: absent, reported by another, changed without a reason."""
        flags: set[str] = set()
        program = task.program or GENERAL
        for fate in self.fates:
            if fate.state != "accepted" or fate.span != self.periods.get(fate.file.program):
                continue
            told = {(f.rule, f.task) for f in fate.findings if not f.waived and not f.demoted}
            flags |= {"not_lead_agency"} if ("M603", task.code) in told else set()
            flags |= {"changed_without_reason"} if ("M605", task.code) in told else set()
            if fate.file.agency == self.lead[task.code] and fate.file.program == program and is_open:
                flags |= {"missing_from_report"} if task.code not in {r.code for r in fate.file.rows} else set()
        return flags

    # --- the conference -----------------------------------------------------------------------

    def _cycle_start(self) -> datetime:
        before = [c.held_on for c in self.office.conferences if c.held_on < self.step.conference]  # type: ignore[operator]
        if before:
            return datetime.combine(max(before) + timedelta(days=1), time(), ZONE)
        return min(f.file.received_at for f in self.fates)

    def _dumped(self, program: str, agency: str, settings: Settings) -> bool:
        if not self.step.conference or not self.fates or self.lock is None:
            return False
        start = self._cycle_start()
        if spans.cutoffs_between(self.office, program, start, self.lock) < 2:
            return False
        arrived = [
            f.file.received_at
            for f in self.fates
            if f.state in ("accepted", "superseded")
            and (f.file.agency, f.file.program) == (agency, program)
            and start <= f.file.received_at < self.lock
        ]
        window = self.lock - timedelta(hours=settings.late_dump_hours)
        return bool(arrived) and all(at >= window for at in arrived)

    # --- agencies and the whole ---------------------------------------------------------------

    def _has_ended(self, agency: Agency) -> bool:
        return agency.valid_to is not None and self.today > agency.valid_to

    def _agency(self, agency: Agency, tasks: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        led = [t for t in tasks.values() if t["lead_agency"] == agency.code]
        owed = {t["program"] for t in led if t["status"] not in (*FINISHED, *RESTING)}
        counting = {
            f.file.program: f
            for f in self.fates
            if f.state == "accepted" and f.file.agency == agency.code and f.span == self.periods.get(f.file.program)
        }
        submitted = owed <= set(counting) if owed else bool(counting)
        flags = set()
        ended = self._has_ended(agency)
        if ended:
            flags.add("ended")
        elif owed and not submitted:
            flags.add("not_submitted")
        if any(f.timeliness == "late" for f in counting.values()):
            flags.add("late")
        for program in self.periods:
            settings = spans.settings_on(self.office, self.periods[program].end)
            muted = "H702" in (*settings.off, *settings.as_warning) or self._waived("H702", agency.code, None)
            if not muted and self._dumped(program, agency.code, settings):
                flags.add("late_dump")
        if not ended:
            flags |= self._focal_point_flags(agency)
        by_status = Counter(t["status"] for t in led)
        return {
            "submitted": submitted, "flags": flags, "tasks": len(led), "by_status": dict(by_status),
            "mark": _mark(led), "owes": bool(owed),
        }  # fmt: skip

    def _focal_point_flags(self, agency: Agency) -> set[str]:
        holding = [p for p in self.office.focal_points if p.agency == agency.code and p.holds_on(self.today)]
        if not holding:
            return {"no_focal_point"}
        flags = set()
        if any(n > 1 for n in Counter(p.program for p in holding).values()):
            flags.add("many_focal_points")
        general = [p for p in holding if p.program in (None, GENERAL)]
        if any(not any(w in p.position.lower() for w in DIVISION_LEADER) for p in general):
            flags.add("focal_point_level")
        return flags

    def judged(self) -> Judged:
        tasks = {}
        for task in self.tasks.values():
            judged = self._task(task)
            if judged is not None:
                tasks[task.code] = judged
        agencies = {a.code: self._agency(a, tasks) for a in self.office.agencies}
        return Judged(
            tasks=tasks,
            agencies=agencies,
            totals=_totals(list(tasks.values())),
            fates=[f for f in self.fates if self._is_listed(f)],
            decisions=self._decisions(tasks),
            periods=self.periods,
        )

    def _is_listed(self, fate: Fate) -> bool:
        present = self.periods.get(fate.file.program)
        if present is None:
            return False
        return fate.span == present or present.start <= fate.file.received_at.date() <= present.end

    def _decisions(self, tasks: Mapping[str, Mapping[str, Any]]) -> list[str]:
        asking = []
        for code in tasks:
            good = self._state_row(code) if tasks[code]["status"] not in RESTING else None
            if good and good.row.says("escalate_to") == "UBND tỉnh" and good.row.says("proposal"):
                asking.append(code)
        return sorted(asking, key=lambda c: (not self.tasks[c].growth, -(tasks[c]["days_overdue"] or 0), c))


def _recurs(task: Task) -> bool:
    return task.phrase.kind in ("RECURRING", "ONGOING") and task.deadline is None


def _known(office: Office, step: int) -> Office:
    """The register as it stands at a step; a task that it has lost still counts (G811)."""
    return replace(
        office,
        tasks=tuple(t for t in office.tasks if t.since <= step),
        extensions=tuple(e for e in office.extensions if e.since <= step),
        verdicts=tuple(v for v in office.verdicts if v.since <= step),
    )


def _totals(tasks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    status = Counter(t["status"] for t in tasks)
    done = sum(status[s] for s in FINISHED)
    due = status["done_on_time"] + status["done_late"]
    open_tasks = [t for t in tasks if t["status"] in OPEN]
    owed = len(tasks) - status["stopped"] - status["transferred"] - status["recurring"]
    return {
        "assigned": len(tasks),
        "by_status": dict(status),
        "by_class": _split(tasks, "task_class"),
        "by_program": _split(tasks, "program"),
        "carried_over": sum("carried_over" in t["flags"] for t in tasks),
        "recurring_met": sum(t["recurring_met"] is True for t in tasks),
        "not_aggregated": sum(not t["aggregated"] for t in tasks),
        "ratios": {
            "done_of_assigned": _ratio(done, owed),
            "on_time_of_done": _ratio(status["done_on_time"], due),
            "done_of_due": _ratio(due, due + status["overdue"]),
            "updated_of_open": _ratio(sum(t["present"] for t in open_tasks), len(open_tasks)),
        },
    }


def _split(tasks: Sequence[Mapping[str, Any]], by: str) -> dict[str, Any]:
    groups: dict[str, list[str]] = defaultdict(list)
    for task in tasks:
        groups[task[by]].append(task["status"])
    return {name: {"assigned": len(g), "by_status": dict(Counter(g))} for name, g in groups.items()}


def _ratio(part: int, whole: int) -> float | None:
    if whole == 0:
        return None
    return float((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP))


def _mark(led: Sequence[Mapping[str, Any]]) -> str:
    if any(t["status"] == "overdue" for t in led):
        return "▲"
    watched = any(t["status"] == "due_soon" or "no_update" in t["flags"] or not t["aggregated"] for t in led)
    return "○" if watched else "●"


def _months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def _fold(text: str | None) -> str:
    return " ".join((text or "").lower().split())


def _rank(row: Row) -> int | None:
    status = row.says("reported_status")
    return STATUSES.index(status) if status in STATUSES else None
