"""A seed in, a province out: offices, tasks, and what its agencies send over some periods, with every fault planted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.oracle import phrases, spans
from tests.oracle.world import (
    ASKS,
    DONE,
    GENERAL,
    ZONE,
    Agency,
    Cell,
    Change,
    Conference,
    Extension,
    File,
    FocalPoint,
    HandOver,
    Office,
    Phrase,
    Program,
    Row,
    Settings,
    Step,
    Task,
    Verdict,
    Waiver,
    World,
)

NAMES = (
    ("SNV", "Sở Nội vụ"), ("STC", "Sở Tài chính"), ("SXD", "Sở Xây dựng"), ("SNNMT", "Sở Nông nghiệp và Môi trường"),
    ("SKHCN", "Sở Khoa học và Công nghệ"), ("SYT", "Sở Y tế"), ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch"),
    ("XA01", "Ủy ban nhân dân xã Ba Tơ"), ("XA02", "Ủy ban nhân dân xã Ba Tô"),
    ("P03", "Ủy ban nhân dân phường Quy Nhơn"),
)  # fmt: skip
ENDED = (("SGTVT", "Sở Giao thông vận tải"), ("SKHDT", "Sở Kế hoạch và Đầu tư"))
SUBJECTS = (
    "đề án sắp xếp đơn vị sự nghiệp", "quy hoạch khu dân cư phía Đông", "kế hoạch chuyển đổi số",
    "phương án phòng, chống thiên tai", "danh mục dự án đầu tư công", "bộ chỉ số cải cách hành chính",
)  # fmt: skip
DEEDS = (
    "đã lấy ý kiến các sở, ngành liên quan", "đang hoàn chỉnh dự thảo lần {n}", "đã họp với các địa phương đợt {n}",
    "đang tổng hợp số liệu của các đơn vị lần {n}",
)  # fmt: skip
WAIVABLE = (
    "C401", "C408", "R501", "R502", "R503", "R504", "R505", "R507", "R511", "M602", "M605", "M608", "H701", "H703",
    "H704", "H705", "H706", "H707", "G804", "G806",
)  # fmt: skip
MUTABLE = (
    "C408", "R502", "R503", "R504", "R505", "R507", "R511", "M602", "M608", "H701", "H703", "H704", "H705", "G806",
)  # fmt: skip
DEMOTABLE = ("C401", "C408", "R503", "R505", "R504", "R501", "M605", "G803", "H707")


def make_world(seed: int) -> World:
    return _Province(seed).world()


class _Province:
    def __init__(self, seed: int) -> None:
        self.seed, self.rng = seed, Random(seed)
        rng = self.rng
        self.base = rng.choice(("week", "week", "week", "week", "month", "day"))
        year_end = rng.random() < 0.2
        start = date(2025, 12, 8) if year_end else date(2025, 2, 3) + timedelta(weeks=rng.randrange(60))
        self.start = start - timedelta(days=start.weekday())
        self.spans = self._spans(rng.randint(4, 6) if self.base != "day" else 6)
        self.files: list[File] = []
        self.told: dict[str, dict[str, Any]] = {}
        self.extensions: list[Extension] = []
        self.verdicts: list[Verdict] = []

    def _spans(self, count: int) -> list[spans.Span]:
        found, day = [], self.start
        while len(found) < count:
            span = spans.span_of(self.base, day)
            day = span.end + timedelta(days=1)
            if self.base != "day" or span.start.weekday() < 5:
                found.append(span)
        return found

    def world(self) -> World:
        self.settings = self._settings()
        self.agencies = self._agencies()
        self.programs = self._programs()
        self.hand_overs: tuple[HandOver, ...] = ()
        self.conferences = self._conferences()
        self.focal_points = self._focal_points()
        self.tasks = self._tasks()
        self.hand_overs = self._hand_overs()
        self.dated = self._dated()
        self.days = self._days()
        self.waivers = self._waivers()
        self.office = self._office()
        self.steps = self._steps()
        for number, span in enumerate(self.spans):
            self._period(number, span)
        self.office = self._office()
        files = tuple(sorted(self.files, key=lambda f: f.number))
        return World(seed=self.seed, office=self.office, files=files, steps=tuple(self.steps))

    def _office(self) -> Office:
        return Office(
            settings=self.settings, dated=self.dated, agencies=self.agencies, focal_points=self.focal_points,
            programs=self.programs, tasks=self.tasks, extensions=tuple(self.extensions), hand_overs=self.hand_overs,
            verdicts=tuple(self.verdicts), conferences=self.conferences, days=self.days, waivers=self.waivers,
        )  # fmt: skip

    # --- the office ---------------------------------------------------------------------------

    def _settings(self) -> Settings:
        rng = self.rng
        return Settings(
            frequency=self.base,
            cutoff=rng.choice(("16:30", "16:30", "11:00", "17:00")),
            week_day=rng.choice(("friday", "friday", "thursday")),
            holiday_shift=rng.choice(("literal", "literal", "previous_workday")),
            late_days=rng.choice((3, 3, 0, 1, 5)),
            lock_days=rng.choice((3, 3, 2, 4)),
            max_extensions=rng.choice((1, 1, 2, 0)),
            before_is_inclusive=rng.random() < 0.8,
            due_soon_days=rng.choice((5, 3, 7)),
            long_overdue_days=rng.choice((30, 10, 20)),
            no_deadline_reminder_months=rng.choice((3, 2, 1)),
            late_dump_hours=rng.choice((24, 48)),
            min_narrative_chars=rng.choice((20, 20, 10)),
            off=tuple(rng.sample(MUTABLE, rng.choice((0, 0, 1, 2)))),
            as_warning=tuple(rng.sample(DEMOTABLE, rng.choice((0, 0, 1, 2)))),
        )

    def _dated(self) -> tuple[tuple[date, Mapping[str, Any]], ...]:
        rng = self.rng
        if rng.random() < 0.5:
            return ()
        values: dict[str, Any] = {}
        for key, choices in (
            ("max_extensions", (0, 1, 2)), ("due_soon_days", (2, 6, 9)), ("long_overdue_days", (5, 15)),
            ("late_days", (0, 2)), ("no_deadline_reminder_months", (1, 4)), ("min_narrative_chars", (10, 30)),
        ):  # fmt: skip
            if rng.random() < 0.4:
                values[key] = rng.choice(choices)
        if rng.random() < 0.3:
            values["off"] = tuple(rng.sample(MUTABLE, 1))
        if rng.random() < 0.3:
            values["as_warning"] = tuple(rng.sample(DEMOTABLE, 1))
        return ((rng.choice(self.spans[1:]).start + timedelta(days=rng.randrange(3)), values),) if values else ()

    def _agencies(self) -> tuple[Agency, ...]:
        rng = self.rng
        chosen = rng.sample(NAMES, rng.randint(5, 7))
        agencies = [
            Agency(code=c, name=n, level="Tỉnh" if c.startswith("S") else "Xã", head=f"Nguyễn Văn {c}")
            for c, n in chosen
        ]
        code, name = rng.choice(ENDED)
        ended = self.spans[rng.randrange(len(self.spans))].start + timedelta(days=rng.choice((-60, -20, 1, 3)))
        heir = agencies[0].code
        agencies.append(Agency(code=code, name=name, head="Lê Thị Cũ", valid_to=ended, successors=heir))
        return tuple(agencies)

    def _programs(self) -> tuple[Program, ...]:
        rng = self.rng
        if rng.random() < 0.5:
            return ()
        kinds = [k for k in ("week", "month", "quarter") if k != self.base]
        own = [Program(code=GENERAL, name="Chương trình chung", frequency=self.base)]
        for number in range(rng.randint(1, 2)):
            cutoff = rng.choice((None, "11:30"))
            own.append(Program(code=f"CT{number + 1}", name=f"Chương trình {number + 1}", frequency=rng.choice(kinds),
                               cutoff=cutoff))  # fmt: skip
        return tuple(own)

    def _conferences(self) -> tuple[Conference, ...]:
        rng = self.rng
        held = []
        for span in rng.sample(self.spans[1:], rng.randint(1, 2)):
            day = span.end + timedelta(days=rng.choice((2, 2, 3, 0)))
            lock = None
            if rng.random() < 0.25:
                lock = datetime.combine(day - timedelta(days=2), time(7, 30), ZONE)
            held.append(Conference(held_on=day, lock_at=lock))
        return tuple(sorted({c.held_on: c for c in held}.values(), key=lambda c: c.held_on))

    def _focal_points(self) -> tuple[FocalPoint, ...]:
        rng = self.rng
        points = []
        for agency in self.agencies:
            address = f"daumoi.{agency.code.lower()}@tinh.example.vn"
            position = rng.choice(("Trưởng phòng Hành chính", "Phó Trưởng phòng Tổng hợp", "Chánh Văn phòng",
                                   "Phó Chánh Văn phòng"))  # fmt: skip
            points.append(FocalPoint(agency=agency.code, email=address, position=position))
        weak = rng.randrange(len(points) - 1)
        points[weak] = replace(points[weak], position="Chuyên viên")
        double = points[rng.randrange(len(points) - 1)]
        points.append(replace(double, email="hai." + double.email, position="Trưởng phòng Tổng hợp"))
        gone = rng.randrange(len(self.agencies) - 1)
        if gone != weak and points[gone].agency != double.agency:
            turn = self.spans[2].start - timedelta(days=1)
            points[gone] = replace(points[gone], valid_to=turn)
            if rng.random() < 0.5:
                later = replace(points[gone], email="moi." + points[gone].email, valid_from=turn + timedelta(days=1))
                points.append(replace(later, valid_to=None))
        return tuple(points)

    def _tasks(self) -> tuple[Task, ...]:
        rng = self.rng
        docs = []
        for number in range(4):
            day = self.start - timedelta(days=rng.choice((20, 60, 95, 150, 330, 420)))
            docs.append((f"{100 + number}/{rng.choice(('QĐ-UBND', 'UBND-KSTT', 'KH-UBND'))}", day))
        tasks = []
        for number in range(rng.randint(28, 40)):
            doc, on = rng.choice(docs)
            tasks.append(self._task(number, doc, on))
        codes = [t.code for t in tasks]
        lost = tasks.index(rng.choice(tasks))
        if rng.random() < 0.3:
            tasks[lost] = replace(tasks[lost], since=0, until=2)
        assert len(codes) == len(set(codes))
        return tuple(tasks)

    def _task(self, number: int, doc: str, on: date) -> Task:
        rng = self.rng
        lead = rng.choice(self.agencies if rng.random() < 0.5 else self.agencies[:4]).code
        near = self.start + timedelta(days=rng.randint(-40, 60))
        if near <= on:
            near = on + timedelta(days=10)
        drawn = rng.random()
        phrase, deadline = phrases.near(rng, on, near), None
        if drawn < 0.12:
            phrase = phrases.open_ended(rng)
        elif drawn < 0.22:
            phrase = phrases.recurring(rng)
        elif drawn < 0.55:
            deadline = near
            phrase = rng.choice((phrase, Phrase(text=None, day=None, kind="NONE")))
        state, state_from = "Đang theo dõi", None
        if rng.random() < 0.08:
            state = rng.choice(("Dừng", "Chuyển"))
            state_from = self.start + timedelta(days=rng.randint(-10, 40))
        program = rng.choice((None, *(p.code for p in self.programs))) if self.programs else None
        return Task(
            code=f"NV-2025-{number + 1:05d}", task_class=rng.choice(("Trọng tâm", "Thường xuyên")), program=program,
            doc_number=doc, doc_date=on, content=f"Tham mưu {rng.choice(SUBJECTS)} (mục {number + 1})", lead=lead,
            phrase=phrase, deadline=deadline, product=rng.choice(("Báo cáo", "Kế hoạch", "Tờ trình", None)),
            growth=rng.random() < 0.3, state=state, state_from=state_from,
            since=rng.choice((0, 0, 0, 0, 0, 0, 1, 2)),
        )  # fmt: skip

    def _hand_overs(self) -> tuple[HandOver, ...]:
        rng = self.rng
        ended = self.agencies[-1]
        moves = []
        if ended.valid_to and rng.random() < 0.6:
            moves.append(HandOver(task="*", from_agency=ended.code, to_agency=self.agencies[0].code,
                                  effective_on=ended.valid_to + timedelta(days=1)))  # fmt: skip
        settled = [t for t in self.tasks if t.lead in {a.code for a in self.agencies[1:-1]}]
        for task in rng.sample(settled, min(2, len(settled))):
            to = rng.choice([a.code for a in self.agencies[:-1] if a.code != task.lead])
            on = rng.choice(self.spans).start + timedelta(days=rng.randint(0, 4))
            moves.append(HandOver(task=task.code, from_agency=task.lead, to_agency=to, effective_on=on))
        return tuple(moves)

    def _days(self) -> Mapping[date, str]:
        rng = self.rng
        found: dict[date, str] = {}
        if self.base == "day":
            return found
        for span in self.spans:
            if rng.random() < 0.15:
                found[span.start + timedelta(days=4)] = "Nghỉ"
            if rng.random() < 0.1:
                found[span.start + timedelta(days=5)] = "Làm bù"
        return found

    def _waivers(self) -> tuple[Waiver, ...]:
        rng = self.rng
        whole = [a.code for a in self.agencies if a.code not in {c for m in self.hand_overs
                                                               for c in (m.from_agency, m.to_agency)}]  # fmt: skip
        waivers = []
        for rule in rng.sample(WAIVABLE, 5):
            expires = rng.choice(self.spans).end + timedelta(days=rng.randint(-3, 12))
            if rng.random() < 0.35 and whole:
                waivers.append(Waiver(rule=rule, agency=rng.choice(whole), task=None, expires_on=expires))
            else:
                waivers.append(Waiver(rule=rule, agency=None, task=rng.choice(self.tasks).code, expires_on=expires))
        return tuple(waivers)

    # --- the course of time -------------------------------------------------------------------

    def _steps(self) -> list[Step]:
        rng, steps = self.rng, []
        for number, span in enumerate(self.spans):
            as_of = datetime.combine(span.end + timedelta(days=1), time(8), ZONE)
            if self.base == "week":
                as_of = datetime.combine(span.end + timedelta(days=rng.choice((-1, -1, 0, 1))), time(8), ZONE)
            held = [c for c in self.conferences if span.end <= c.held_on <= span.end + timedelta(days=6)]
            conference = held[0].held_on if held and rng.random() < 0.75 else None  # else the lock holds unasked
            earlier = self.spans[max(0, number - 1)].key
            period = rng.choice((span.key, span.key, None, earlier))
            steps.append(Step(number=number, as_of=as_of, period=period, conference=conference))
        return [replace(s, period=self.spans[s.number].key) if s.conference else s for s in steps]

    def _period(self, number: int, span: spans.Span) -> None:
        step = self.steps[number]
        begin = self.steps[number - 1].as_of if number else datetime.combine(span.start, time(8), ZONE)
        for program in spans.programs_of(self.office):
            kind = spans.frequency(self.office, program)
            for agency in self.agencies:
                own = [t for t in self.tasks if (t.program or GENERAL) == program and t.since <= number]
                own = [t for t in own if t.until > number and self._led(t, step.as_of.date()) == agency.code]
                if own and self.rng.random() < 0.82:
                    self._reports(step, agency, program, kind, own, begin)
        self._decide(number, step)
        if self.rng.random() < 0.6:
            self._stray(step, begin)

    def _led(self, task: Task, day: date) -> str:
        lead = task.lead
        for move in sorted(self.hand_overs, key=lambda m: m.effective_on):
            if move.effective_on <= day and move.task in ("*", task.code) and move.from_agency == lead:
                lead = move.to_agency
        return lead

    def _moment(self, begin: datetime, end: datetime) -> datetime:
        seconds = int((end - begin).total_seconds())
        at = begin + timedelta(seconds=self.rng.randrange(max(1, seconds)))
        if self.base == "day":
            while at.weekday() >= 5:
                at -= timedelta(days=1)
        return at.replace(microsecond=0)

    def _reports(self, step: Step, agency: Agency, program: str, kind: str, own: list[Task], begin: datetime) -> None:
        rng = self.rng
        moments = sorted(self._moment(begin, step.as_of) for _ in range(rng.choice((1, 1, 1, 2, 3))))
        if rng.random() < 0.15:
            span = spans.span_of(kind, moments[-1].date())
            moments[-1] = spans.cutoff(self.office, program, span)
        if rng.random() < 0.1 and step.conference:
            moments.append(step.as_of - timedelta(minutes=rng.randint(1, 400)))
        for moment in sorted(set(moments)):
            if not (moment < step.as_of and moment >= begin):
                continue
            self._send(step, agency, program, kind, own, moment)

    def _send(self, step: Step, agency: Agency, program: str, kind: str, own: list[Task], moment: datetime) -> None:
        rng = self.rng
        span = spans.span_of(kind, moment.date())
        stamp: str | None = span.key
        drawn = rng.random()
        if drawn < 0.12:
            stamp = spans.span_of(kind, span.start - timedelta(days=1)).key
        elif drawn < 0.16:
            stamp = spans.following(self.office, span).key
        elif drawn < 0.3:
            stamp = None
        rows = self._rows(own, agency, moment)
        sender, fault = self._sender(agency, moment), None
        if rng.random() < 0.05 and program == GENERAL:
            fault = rng.choice(("F101", "F106", "S204", "S205"))
        if not rows and fault is None:
            return
        changes = tuple(
            Change(kind=rng.choice(("Thay đổi thời hạn", "Bỏ bớt")), task=rng.choice(own).code,
                   reason=rng.choice((None, "Do sắp xếp tổ chức bộ máy")), proposal=rng.choice((None, "12/TTr-CQ")))
            for _ in range(rng.choice((0, 0, 0, 0, 1, 2)))
        )  # fmt: skip
        drawn_up = moment.date() if rng.random() < 0.7 else None
        form = self._form(fault, changes)
        if sender and stamp is None and form == "xlsx" and not (changes or fault):
            form, drawn_up = "csv", None
        file = File(
            number=len(self.files), name="", agency=agency.code, program=program, received_at=moment, sender=sender,
            stamp=stamp, drawn_up=drawn_up, rows=tuple(rows), changes=changes,
            fault=fault, form=form, carried_by=self._carrier(sender), style=rng.randrange(10**6),
            since=step.number,
        )  # fmt: skip
        self._add(file)
        if rng.random() < 0.08:
            again = min(moment + timedelta(hours=rng.randint(1, 20)), step.as_of - timedelta(seconds=5))
            if again > moment and (self.base != "day" or again.weekday() < 5):
                self._add(replace(file, received_at=again, copy_of=file.number))

    def _form(self, fault: str | None, changes: tuple[Change, ...]) -> str:
        forms = ("xlsx", "xlsx", "xlsxwriter", "pandas", "ods", "xls")
        if fault == "F101":
            return "xlsx"
        if changes or fault:
            return self.rng.choice(("xlsx", "xlsxwriter"))
        return self.rng.choice(forms)

    def _carrier(self, sender: str | None) -> str:
        if sender is None:
            return self.rng.choice(("drop", "drop", "zip"))
        return self.rng.choice(("drop", "eml", "eml"))

    def _add(self, file: File) -> None:
        number = len(self.files)
        name = self.rng.choice((f"BM01_{file.agency}_{number:03d}", f"Báo cáo {file.agency} ({number:03d})"))
        if any(f.received_at == file.received_at for f in self.files):
            file = replace(file, received_at=file.received_at - timedelta(seconds=number % 50 + 1))
        self.files.append(replace(file, number=number, name=name))

    def _sender(self, agency: Agency, moment: datetime) -> str | None:
        rng = self.rng
        drawn = rng.random()
        if drawn < 0.45:
            return None
        if drawn < 0.49:
            return "nguoi.la@gmail.example.com"
        own = [p.email for p in self.focal_points if p.agency == agency.code and p.holds_on(moment.date())]
        if drawn < 0.53:
            others = [p.email for p in self.focal_points if p.agency != agency.code and p.holds_on(moment.date())]
            return rng.choice(others)
        if not own:
            return None
        return rng.choice(own) if rng.random() < 0.2 else own[0]

    def _decide(self, number: int, step: Step) -> None:
        """The Office approves an extension or gives a verdict; it is in the next register."""
        rng = self.rng
        for code, told in self.told.items():
            if told.get("asked") and rng.random() < 0.3:
                on = step.as_of.date() + timedelta(days=rng.randint(0, 2))
                count = sum(e.task == code for e in self.extensions)
                self.extensions.append(Extension(task=code, ordinal=count + 1, new_deadline=told["asked"],
                                                 approved_on=on, since=number + rng.choice((0, 1))))  # fmt: skip
                told["asked"] = None
            if told.get("done") and rng.random() < 0.15 and not any(v.task == code for v in self.verdicts):
                on = step.as_of.date() - timedelta(days=rng.randint(0, 1))
                verdict = rng.choice(("Trả lại", "Trả lại", "Đạt", "Cần làm rõ"))
                self.verdicts.append(Verdict(task=code, verdict=verdict, on=on, since=number))
                if rng.random() < 0.3:
                    after = on + timedelta(days=rng.randint(1, 6))
                    verdict = rng.choice(("Đạt", "Trả lại", "Cần làm rõ"))
                    self.verdicts.append(Verdict(task=code, verdict=verdict, on=after, since=number + 1))

    def _stray(self, step: Step, begin: datetime) -> None:
        """A file of an agency that is not known, or one that leads none of what it reports."""
        rng, moment = self.rng, self._moment(begin, step.as_of)
        task = rng.choice([t for t in self.tasks if t.since <= step.number and t.until > step.number])
        agency = rng.choice([a for a in self.agencies if a.code != self._led(task, moment.date())])
        known = rng.random() < 0.7
        rows = (replace(self._row(task, agency, moment), codeless=False),)
        if not known:
            agency = replace(agency, code="SLA", name="Sở Không Có Tên Trong Sổ")
        self._add(File(
            number=0, name="", agency=agency.code, program=task.program or GENERAL, received_at=moment, sender=None,
            stamp=None, drawn_up=moment.date(), rows=rows, style=rng.randrange(10**6), since=step.number,
        ))  # fmt: skip

    # --- what an agency writes ----------------------------------------------------------------

    def _rows(self, own: list[Task], agency: Agency, moment: datetime) -> list[Row]:
        rng = self.rng
        rows = [self._row(task, agency, moment) for task in own if rng.random() < 0.88]
        if rows and rng.random() < 0.06:
            rows.append(rows[0])
        elif rows and rng.random() < 0.06:
            changed = dict(rows[0].cells) | {"note": Cell(written="Bản khác của cùng nhiệm vụ", means="Bản khác")}
            rows.append(replace(rows[0], cells=changed))
        if rows and rng.random() < 0.06:
            rows.append(
                replace(self._row(own[0], agency, moment), code=f"NV-2030-{rng.randint(1, 99):05d}", codeless=False)
            )
        return rows

    def _row(self, task: Task, agency: Agency, moment: datetime) -> Row:
        rng = self.rng
        told = self.told.setdefault(task.code, {"progress": rng.randint(0, 40), "n": 0})
        if rng.random() < 0.07:
            return Row(code=task.code)
        told["n"] += 1
        told["progress"] = min(95, told["progress"] + rng.randint(0, 15))
        finished = (told.get("done") and rng.random() < 0.8) or rng.random() < 0.1
        status = DONE if finished else rng.choices(
            ("Đang thực hiện", "Chưa thực hiện", ASKS, "Tạm dừng"), (80, 6, 8, 2))[0]  # fmt: skip
        day = moment.date()
        cells = {
            "accountable_head": self._text(agency.head or "Nguyễn Văn Trưởng"),
            "supervisor": self._text("Trần Văn Chỉ"),
            "assignee": self._text(f"Phòng Tổng hợp, {rng.choice(('Lê Văn Một', 'Phạm Thị Hai'))}"),
            "updated_on": self._date(day), "narrative": self._text(self._narrative(task, told)),
            "progress": self._progress(100 if finished else told["progress"]), "reported_status": self._status(status),
        }  # fmt: skip
        if finished:
            on = told.setdefault("on", max(task.doc_date, day - timedelta(days=rng.randint(0, 30))))
            told["done"] = True
            cells |= {"completed_on": self._date(on), "result": self._text("Đã trình và được ban hành theo quy định"),
                      "result_doc": self._text(f"{100 + told['n']}/QĐ-UBND ngày {on:%d/%m/%Y}")}  # fmt: skip
        if status == ASKS:
            told["asked"] = (
                None if task.phrase.kind in ("RECURRING", "ONGOING") else day + timedelta(days=rng.randint(20, 90))
            )
            cells |= {"requested_deadline": self._date(told["asked"] or day + timedelta(days=30)),
                      "extension_reason": self._text("Phạm vi lấy ý kiến rộng, cần thêm thời gian")}  # fmt: skip
        self._more(task, cells)
        self._spoil(task, cells, day)
        altered, codeless = rng.random() < 0.04, rng.random() < 0.03
        return Row(
            code=task.code, cells=cells, altered_content=altered, codeless=codeless and not altered and not task.program
        )

    def _more(self, task: Task, cells: dict[str, Cell]) -> None:
        rng = self.rng
        if rng.random() < 0.45:
            cells |= {"delay_cause_kind": self._text(rng.choice(("Khách quan", "Chủ quan"))),
                      "delay_reason": self._text("Chờ hướng dẫn của Bộ"),
                      "explanation_doc": self._text("16/BC-CQ")}  # fmt: skip
        if rng.random() < 0.15:
            cells["difficulty"] = self._text("Thiếu kinh phí thực hiện")
            if rng.random() < 0.7:
                cells["proposal"] = self._text("Đề nghị bổ sung dự toán")
                cells["escalate_to"] = self._text(rng.choice(("UBND tỉnh", "Cơ quan", "UBND tỉnh")))
        if rng.random() < 0.5:
            cells["confirmation"] = self._text(rng.choice(("Thống nhất",) * 4 + ("Chưa thống nhất",)))

    def _spoil(self, task: Task, cells: dict[str, Cell], day: date) -> None:
        """One planted fault in every sixth row."""
        rng = self.rng
        if rng.random() > 0.17:
            return
        blank = Cell(written=None, means=None)
        kind = rng.choice(
            ("C401", "C401", "C402", "C404", "C406", "C408", "R501", "R502", "R503", "R505", "R507", "R511")
        )
        if kind == "C401":
            cells[rng.choice(("accountable_head", "supervisor", "assignee", "updated_on", "narrative", "progress",
                              "reported_status"))] = blank  # fmt: skip
        elif kind == "C402":
            cells["updated_on"] = Cell(written=rng.choice(("31/11/2025", "hôm qua")), means=None, rule="C402")
        elif kind == "C404":
            cells["progress"] = Cell(written=rng.choice(("120%", "gần xong", 250)), means=None, rule="C404")
        elif kind == "C406":
            cells["reported_status"] = Cell(written="Đang làm dở", means=None, rule="C406")
        elif kind == "C408":
            cells["narrative"] = self._text(rng.choice(("Đang thực hiện", "như trên", "-", "Làm tốt")))
        elif kind == "R501" and "completed_on" in cells:
            cells[rng.choice(("completed_on", "result", "result_doc"))] = blank
        elif kind == "R502" and "completed_on" not in cells:
            cells["narrative"] = self._text("Văn bản đã ban hành và gửi các cơ quan liên quan thực hiện")
        elif kind == "R503" and "completed_on" in cells:
            cells["completed_on"] = self._date(day + timedelta(days=rng.randint(1, 20)))
        elif kind == "R505":
            cells["requested_deadline"] = self._date(task.doc_date)
        elif kind == "R507":
            cells["accountable_head"] = self._text("Phó Giám đốc Trần Thị Phó")
        elif kind == "R511":
            cells["assignee"] = blank

    def _narrative(self, task: Task, told: dict[str, Any]) -> str:
        if told.get("narrative") and self.rng.random() < 0.1:
            return str(told["narrative"])
        deed = self.rng.choice(DEEDS).format(n=told["n"])
        told["narrative"] = f"Cơ quan {deed} cho mục {task.code[-3:]}, lần báo cáo {told['n']}"
        return str(told["narrative"])

    @staticmethod
    def _text(text: str) -> Cell:
        return Cell(written=text, means=text)

    def _date(self, day: date) -> Cell:
        forms: tuple[Any, ...] = (
            datetime.combine(day, time()), datetime.combine(day, time()), f"{day:%d/%m/%Y}", day.isoformat(),
            f"{day.day}/{day.month}/{day.year}", f"ngày {day:%d} tháng {day.month} năm {day.year}",
            (day - date(1899, 12, 30)).days, f"{day.day}.{day.month}.{day.year}",
        )  # fmt: skip
        return Cell(written=self.rng.choice(forms), means=day)

    def _progress(self, points: int) -> Cell:
        forms: tuple[Any, ...] = (points, points, f"{points}%", f"{points} %", f"{points},0%")
        return Cell(written=self.rng.choice(forms if points > 1 else forms[2:]), means=points)

    def _status(self, status: str) -> Cell:
        return Cell(written=self.rng.choice((status, status, status, status.upper(), f" {status} ")), means=status)
