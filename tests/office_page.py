"""An office page of tests/rules/ in, its cases out: register, files and rows of several periods.

Rules that look beyond one file (gates A, H and G, R504, M602) are shown here. A case is an office case when it holds
``###`` headings; it runs through admit → check → merge → assess, in memory, as a weekly run would. What counts:

``- as_of: 2025-03-15 08:00``     the moment of the run (this one unless given: the Saturday of week 2025-W11)
``- conference: 2025-03-28``      a conference run · ``- period: 2025-W10`` as ``--period``
``- config: rules.max_extensions=2 reporting.late_days=0``   ``- off: H701`` · ``- as_warning: R504``
``- released: tep-1`` / ``- refused: tep-1``                 the Office's word on a file in quarantine
``- message: H705 Nhiệm vụ quá hạn 12 ngày …``               words that must come out exactly so

``### register: Đầu mối``         a sheet of register.xlsx under its own labels, the first row in Excel row 2. Columns
  and sheets left out hold what gives no finding: three agencies with a focal point each (SNV, STC, SYT), and no task.
``### register before: Nhiệm vụ`` the sheet as the run before had it (G811, G812)
``### files``                     what arrived: ``file`` (its name) ``agency`` (as the workbook names it, ``-`` = not)
  ``program`` ``period`` (as stamped) ``received`` ``sender`` ``dated`` (the mail's own date) ``prepared_on``
  ``content`` (the same word = the same bytes) ``time_known`` (``no``) ``doubt`` (``auth`` or a defect of the mail)
``### rows``                      rows of sheet *Nhiệm vụ* by field key, the first of each file in Excel row 8; ``file``
  names the file, or ``received`` (and ``agency``) make one. Columns left out hold what a good row holds.

First column ``!``: the findings that must stand on that line, no fewer, no more: ``H703@narrative``. A finding stands
on its row; else on its task's line of the register (of the register before, once it has vanished); else on its file;
else on its agency's line. A file's marks may end in its standing (superseded duplicate after_lock quarantined
rejected; ``late``), a row's in its fate (held skipped incomplete). Columns ``flags`` (of *Nhiệm vụ* and *Cơ quan*: all
of them, none when left out) and ``status`` say what becomes of the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from small_world import FORM, GOOD_ROW, ZONE, small_reading

from nvbatch.assembly import compute
from nvbatch.calendar import Calendar
from nvbatch.config import Config, parse_config
from nvbatch.form import Sheet, load_register_schema
from nvbatch.memory import Recall
from nvbatch.model import Document, Finding, Reading, Receipt, Stamp, SubmissionState, Timeliness
from nvbatch.office import Assembled, Office, conference_on, present_periods
from nvbatch.register_load import build_register
from nvbatch.register_memory import changes_between, vanished_codes, with_vanished
from nvbatch.register_sheets import Sheets, typed_sheets
from nvbatch.workspace import Workspace

Lines = tuple[Mapping[str, str], ...]

SCHEMA = {sheet.name: sheet for sheet in load_register_schema()}
STANDINGS = {*map(str, SubmissionState), "late"}
FATES = ("held", "skipped", "incomplete")
OURS = ("!", "flags", "status")  # columns that are no cells

# What a line of a sheet holds in the columns that a page leaves out; {n} numbers the line, {code} is its agency's code.
USUAL: Mapping[str, Mapping[str, str]] = {
    "Cơ quan": {"Tên cơ quan": "Cơ quan {code}", "Cấp": "Tỉnh"},
    "Đầu mối": {"Họ và tên": "Đầu Mối {code}", "Chức vụ": "Phó Trưởng phòng", "Email": "{code}@vi.du"},
    "Chương trình": {"Tên chương trình": "Chương trình", "Chế độ báo cáo": "Tuần"},
    "Văn bản giao": {"Ngày ban hành": "24/02/2025"},
    "Nhiệm vụ": {
        "Loại nhiệm vụ": "Trọng tâm",
        "Số, ký hiệu văn bản giao": "1313/UBND-KSTT",
        "Ngày văn bản giao": "24/02/2025",
        "Nội dung nhiệm vụ": "Xây dựng kế hoạch số {n}",
        "Cơ quan chủ trì": "SNV",
        "Thời hạn": "30/06/2025",
        "Sản phẩm, kết quả phải đạt": "Kế hoạch",
    },
    "Gia hạn": {"Lần": "1", "Văn bản chấp thuận": "15/TB-UBND", "Ngày chấp thuận": "01/03/2025"},
    "Bàn giao": {},
    "Thẩm định": {"Người thẩm định": "Phòng Tổng hợp"},
    "Hội nghị": {},
    "Lịch": {},
    "Miễn trừ": {"Lý do": "Theo đề nghị", "Người duyệt": "Chánh Văn phòng", "Hết hiệu lực": "31/12/2025"},
}
USUAL_AGENCIES: Lines = tuple(
    {"Mã cơ quan": code, "Tên cơ quan": name}
    for code, name in (("SNV", "Sở Nội vụ"), ("STC", "Sở Tài chính"), ("SYT", "Sở Y tế"))
)
DONE_CELLS: Mapping[str, Any] = {"progress": 100.0, "result": "Đã ban hành kế hoạch", "result_doc": "45/KH-UBND"}


@dataclass(frozen=True, kw_only=True)
class OfficeCase:
    page: str
    title: str
    settings: tuple[tuple[str, str], ...]
    register: Mapping[str, Lines] = field(default_factory=dict)
    before: Mapping[str, Lines] = field(default_factory=dict)
    files: Lines = ()
    rows: Lines = ()

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.settings if name == key]

    def words(self, key: str) -> list[str]:
        return [word for text in self.all(key) for word in text.split()]

    @cached_property
    def lines(self) -> Mapping[str, Mapping[str, str]]:
        """Every line that may bear a mark, by its place."""
        found = {f"{name} {n}": line for name, lines in self.register.items() for n, line in enumerate(lines, 2)}
        found |= {f"before {name} {n}": line for name, lines in self.before.items() for n, line in enumerate(lines, 2)}
        found |= {f"file {file['file']}": file for file in self.all_files}
        return found | {f"{row['file']} {row['at']}": row for row in self.all_rows}

    @cached_property
    def all_files(self) -> Lines:
        """Those of the table, and those that rows make by their receipt."""
        named = [{"file": f"tep-{n}", **file} for n, file in enumerate(self.files, 1)]
        made: dict[str, dict[str, str]] = {}
        for row in self.rows:
            if not row.get("file"):
                agency = row.get("agency", "SNV")
                made.setdefault(_made(row), {"file": _made(row), "received": row.get("received", ""), "agency": agency})
        return (*named, *made.values())

    @cached_property
    def all_rows(self) -> Lines:
        """Rows with their file and Excel row."""
        counts: dict[str, int] = {}
        found = []
        for row in self.rows:
            file = row.get("file") or _made(row)
            counts[file] = counts.get(file, 7) + 1
            found.append({**row, "file": file, "at": str(counts[file])})
        return tuple(found)

    @property
    def expected(self) -> frozenset[str]:
        return frozenset(
            f"{place} {word}"
            for place, line in self.lines.items()
            for word in line.get("!", "").split()
            if word not in STANDINGS and word not in FATES
        )

    @property
    def fates(self) -> Mapping[Any, str]:
        """What must become of files, rows, tasks and agencies."""
        fates = {}
        for place, line in self.lines.items():
            words = line.get("!", "").split()
            if place.startswith("file "):
                fates[place] = " ".join(sorted(w for w in words if w in STANDINGS)) or "accepted"
            elif place in {f"{r['file']} {r['at']}" for r in self.all_rows}:
                fates[place] = next((w for w in words if w in FATES), "merged")
            elif place.startswith(("Nhiệm vụ ", "Cơ quan ")):
                fates[place] = " ".join(sorted(line.get("flags", "").split()))
                if "status" in line:
                    fates[f"{place} status"] = line["status"]
        return fates

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(mark.split()[-1].split("@")[0] for mark in self.expected)


@dataclass(frozen=True, kw_only=True)
class OfficeOutcome:
    found: frozenset[str]
    findings: tuple[Finding, ...]
    fates: Mapping[Any, str]


def play_office(case: OfficeCase) -> OfficeOutcome:
    """Run a case; what it found and what became of its lines, in the words of the marks."""
    done = _run(case)
    findings = done.snapshot.findings
    marks = [_mark(case, finding) for finding in findings]
    twice = sorted({mark for mark in marks if marks.count(mark) > 1})
    assert not twice, f"{case}: a finding came twice: {twice}"
    return OfficeOutcome(found=frozenset(marks), findings=findings, fates=_became(case, done))


def _run(case: OfficeCase) -> Assembled:
    office = _office(case, case.register)
    as_of = _moment((case.all("as_of") or ["2025-03-15 08:00"])[0])
    held = "".join(case.all("conference"))
    decided = {name: word for key, word in (("released", "release"), ("refused", "reject")) for name in case.words(key)}
    documents = {file["file"]: _document(n, file) for n, file in enumerate(case.all_files, 1)}
    return compute(
        office,
        [(documents[file["file"]], _reading(case, n, file)) for n, file in enumerate(case.all_files, 1)],
        _recall(case, office),
        as_of=as_of,
        periods=present_periods(office, as_of, "".join(case.all("period")) or None, None),
        conference=conference_on(office, date.fromisoformat(held) if held else None),
        decided={documents[name].id: word for name, word in decided.items()},
    )


# --- the register -------------------------------------------------------------------------------


def _office(case: OfficeCase, sheets: Mapping[str, Lines]) -> Office:
    """The office with a register made of tables; its workspace is nowhere and never touched."""
    config = _config(case)
    typed = _sheets(sheets)
    register, hits = build_register(typed, config)
    calendar = Calendar(config, register.days)
    return Office(
        ws=Workspace(Path("nowhere")),
        config=config,
        register=register,
        hits=hits,
        sheets=typed,
        form=FORM,
        calendar=calendar,
    )


def _config(case: OfficeCase) -> Config:
    data: dict[str, Any] = {"office": {"name": "Văn phòng UBND tỉnh"}, "rules": {}}
    for word in case.words("config"):
        path, value = word.split("=", 1)
        section, key = path.rsplit(".", 1)
        data.setdefault(section, {})[key] = int(value) if value.isdigit() else {"false": False}.get(value, value)
    data["rules"] |= {"off": case.words("off"), "as_warning": case.words("as_warning")}
    return parse_config(data)


def _sheets(given: Mapping[str, Lines]) -> Sheets:
    agencies = given.get("Cơ quan", USUAL_AGENCIES)
    points = tuple({"Mã cơ quan": line["Mã cơ quan"]} for line in agencies)
    tables = {"Cơ quan": agencies, "Đầu mối": points, "Nhiệm vụ": (), **given}
    return typed_sheets(
        {name: _grid(SCHEMA[name], lines) for name, lines in tables.items()}, tuple(SCHEMA.values()), ""
    )


def _grid(sheet: Sheet, lines: Lines) -> list[list[str]]:
    """The sheet as it would stand in the workbook: a header row, then the lines with their usual cells."""
    labels = [column.label for column in sheet.columns]
    unknown = {label for line in lines for label in line if label not in (*labels, *OURS)}
    assert not unknown, f"sheet {sheet.name} has no column {sorted(unknown)}"
    return [
        labels,
        *([_usual(sheet.name, n, line).get(label, "") for label in labels] for n, line in enumerate(lines, 1)),
    ]


def _usual(sheet: str, number: int, line: Mapping[str, str]) -> dict[str, str]:
    usual = {k: v.format(n=number, code=line.get("Mã cơ quan", "")) for k, v in USUAL[sheet].items()}
    if "Thời hạn (nguyên văn)" in line:
        usual.pop("Thời hạn", None)
    return {**usual, **line}


def _recall(case: OfficeCase, office: Office) -> Recall:
    """What the run before knew, as memory.recall gathers it."""
    if not case.before:
        return Recall(register=office.register)
    old = _office(case, {**case.register, **case.before})
    gone = vanished_codes(dict.fromkeys(old.register.tasks, ""), office.register)
    tasks = {code: old.register.tasks[code] for code in gone}
    return Recall(
        register=with_vanished(office.register, tasks, {code: old.register.readings[code] for code in gone}),
        changes=changes_between(old.sheets, office.sheets, tuple(SCHEMA.values())),
        vanished=dict.fromkeys(gone, ""),
    )


# --- files --------------------------------------------------------------------------------------


def _document(number: int, file: Mapping[str, str]) -> Document:
    digest, doubt = file.get("content") or file["file"], file.get("doubt", "")
    receipt = Receipt(
        sequence=number,
        sha256=digest,
        name=file["file"],
        received_at=_moment(file.get("received") or "2025-03-13 10:00"),
        time_known=file.get("time_known") != "no",
        sender=file.get("sender") or None,
        dated_at=_moment(file["dated"]) if file.get("dated") else None,
        auth_failed=doubt == "auth",
        defects=(doubt,) if doubt not in ("", "auth") else (),
    )
    return Document(receipt=receipt, part=0, sha256=digest, container_sha256=None, name=file["file"])


def _reading(case: OfficeCase, number: int, file: Mapping[str, str]) -> Reading:
    agency = file.get("agency") or "SNV"
    stamped = file.get("period") or file.get("program")
    stamp = Stamp(
        form="BM01", version="1", agency=agency, program=file.get("program") or None, period=file.get("period") or None
    )
    info = {} if agency == "-" or stamped else {"agency_code": agency}
    if file.get("prepared_on"):
        info["prepared_on"] = file["prepared_on"]
    rows = [_cells(row, number, file) for row in case.all_rows if row["file"] == file["file"]]
    return small_reading(rows, stamp=stamp if stamped else None, info=info)


def _cells(row: Mapping[str, str], number: int, file: Mapping[str, str]) -> dict[str, Any]:
    """A good row, its narrative another in every file; the Office's cells stay blank, as in a workbook of one's own."""
    given = {key: _cell(text) for key, text in row.items() if key in FORM.tasks.keys}
    received = _moment(file.get("received") or "2025-03-13 10:00").date()
    usual = {
        **GOOD_ROW,
        "updated_on": received,
        "narrative": f"Đã gửi dự thảo; tổng hợp được {9 + number} ý kiến góp ý.",
    }
    return {**usual, **(DONE_CELLS if given.get("reported_status") == "Đã hoàn thành" else {}), **given}


def _cell(text: str) -> Any:
    if len(text) == 10 and text[4] == text[7] == "-":
        return date.fromisoformat(text)
    return float(text) if text.isdigit() else text or None


def _made(row: Mapping[str, str]) -> str:
    return f"{row.get('agency', 'SNV')} {row.get('received') or '2025-03-13 10:00'}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# --- what came out ------------------------------------------------------------------------------


def _mark(case: OfficeCase, finding: Finding) -> str:
    return f"{_place(case, finding)} {finding.rule}" + (f"@{finding.column}" if finding.column else "")


def _place(case: OfficeCase, f: Finding) -> str:
    if f.row:
        return f"{f.sheet} {f.row}" if f.file == "register.xlsx" else f"{f.file} {f.row}"
    tried = [
        _line(case.register, "Nhiệm vụ", "Mã nhiệm vụ", f.task),
        _line(case.before, "Nhiệm vụ", "Mã nhiệm vụ", f.task, "before "),
        f"file {f.file}",
        _line(case.register, "Cơ quan", "Mã cơ quan", f.agency),
    ]
    return next((place for place in tried if place in case.lines), f"nowhere ({f.task or f.file or f.agency})")


def _line(tables: Mapping[str, Lines], sheet: str, label: str, code: str | None, prefix: str = "") -> str:
    found = [n for n, line in enumerate(tables.get(sheet, ()), 2) if line[label] == code]
    return f"{prefix}{sheet} {found[0]}" if found and code else ""


def _became(case: OfficeCase, done: Assembled) -> Mapping[str, str]:
    return {**_files_became(case, done), **_rows_became(case, done), **_register_became(case, done)}


def _files_became(case: OfficeCase, done: Assembled) -> Mapping[str, str]:
    files = {s.document.name: s for s in done.submissions}
    became = {}
    for file in case.all_files:
        s = files.get(file["file"])
        late = s is not None and s.state is SubmissionState.ACCEPTED and s.timeliness is Timeliness.LATE
        became[f"file {file['file']}"] = "unseen" if s is None else "late" if late else str(s.state)
    return became


def _rows_became(case: OfficeCase, done: Assembled) -> Mapping[str, str]:
    merged = done.material.merged
    names = {s.id: s.document.name for s in done.submissions}
    good = {f"{names[r.submission]} {r.row}": r for rows in merged.rows.values() for r in rows}
    held = {f"{names[r.submission]} {r.row}" for r in merged.held}
    became = {}
    for row in case.all_rows:
        place = f"{row['file']} {row['at']}"
        fate = "held" if place in held else "skipped" if place not in good else ""
        became[place] = fate or ("incomplete" if good[place].incomplete else "merged")
    return became


def _register_became(case: OfficeCase, done: Assembled) -> Mapping[str, str]:
    tasks = {t.task.code: t for t in done.snapshot.tasks}
    agencies = {a.agency.code: a for a in done.snapshot.agencies}
    became = {}
    for place, line in _of(case, "Nhiệm vụ"):
        task = tasks.get(line["Mã nhiệm vụ"])
        became[place] = _words(task.flags if task else ())
        became[f"{place} status"] = str(task.status) if task else "-"
    for place, line in _of(case, "Cơ quan"):
        agency = agencies.get(line["Mã cơ quan"])
        became[place] = _words(agency.flags if agency else ())
    return became


def _of(case: OfficeCase, sheet: str) -> Iterable[tuple[str, Mapping[str, str]]]:
    return ((f"{sheet} {n}", line) for n, line in enumerate(case.register.get(sheet, ()), 2))


def _words(flags: Iterable[str]) -> str:
    return " ".join(sorted(flags))
