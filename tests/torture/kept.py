"""Random weeks in which everything is kept from run to run in; where a run that keeps nothing says otherwise, out."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from nvbatch.ledger import Ledger
from nvbatch.run import run_batch
from nvbatch.startup import start_workspace, write_register
from nvbatch.workspace import Workspace
from tests.sheet_factory import header, task, xlsx
from tests.torture.report import Report
from tests.torture.town import CREATED, lay, receipts

AGENCIES, TASKS = 6, 110  # more than the master makes at once
START = datetime.fromisoformat("2025-03-10T08:00:00+07:00")
PEOPLE = ("Nguyễn Văn Mẫu", "Trần Thị Ví Dụ", "Lê Văn Làm")
TELLING = (
    ("Đã gửi dự thảo", "Đang thẩm định hồ sơ", "Đã họp với 12 sở, ngành", "=1+1", "Chờ ý kiến <của> huyện & xã"),
    ("lần đầu", "tại địa bàn huyện Mẫu", "theo kết luận của Chủ tịch", "trong quý này"),
)
Row = dict[str, Any]


def kept(folder: Path, *, runs: int, seed: int = 0) -> Report:
    """So many runs of one office; each is compared with one of the same office without cache and ledger."""
    report = Report("kept from run to run")
    town = _Town(folder / "office", random.Random(seed))
    for number in range(runs):
        did = town.live()
        twin = town.twin(folder / "twin")
        found, other = town.run(town.ws), town.run(twin)
        report.points += 1
        report.wrong += [f"run {number} (seed {seed}) after {did}: {said}" for said in _differences(found, other)]
        one, another = Ledger(town.ws), Ledger(twin)
        if not town.asked.get("preview") and not (one.digest() == another.digest() and one.is_whole()):
            report.wrong.append(f"run {number} (seed {seed}) after {did}: another ledger")
        shutil.rmtree(twin.root)
    return report


def _differences(one: Path, other: Path) -> Iterator[str]:
    """Files of two runs that do not say the same."""
    names = {path.relative_to(root).as_posix() for root in (one, other) for path in root.rglob("*") if path.is_file()}
    for name in sorted(names):
        if not ((one / name).is_file() and (other / name).is_file()):
            yield f"{name} stands in one of them only"
        elif name != "manifest.json" and _said(one / name) != _said(other / name):
            yield f"{name} differs"


def _said(path: Path) -> Any:
    """What a file says; how its parts are packed is its own affair."""
    if path.suffix not in (".xlsx", ".docx"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


class _Town:
    """An office whose agencies correct themselves while it changes its register, its rules and its mind."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.ws, self.chance, self.now = Workspace(root), chance, START
        start_workspace(root, now=CREATED)
        self.register = _register()
        self.reports = {code: self._rows(code) for code in _codes()}
        self.changes: dict[str, list[list[Any]]] = {}
        self.sent = 0
        self.asked: Row = {}
        self._write_register()
        self._send(*self.reports)

    def live(self) -> str:
        """A few things happen; gives their names."""
        happening: tuple[Callable[[], None], ...] = (
            self.corrects_a_row, self.corrects_a_row, self.corrects_many, self.proposes, self.sends_a_broken_file,
            self.task_changes, self.verdict, self.extension, self.handover, self.waiver, self.task_comes,
            self.task_goes, self.rules_change, self.template_changes, self.time_passes, self.another_wish,
            self.cache_is_damaged,
        )  # fmt: skip
        self.asked = {}
        done = self.chance.sample(happening, self.chance.choice((0, 1, 2, 3, 4)))
        for happens in done:
            happens()
        self.now += timedelta(minutes=self.chance.randint(1, 90))
        return ", ".join(each.__name__ for each in done) or "nothing"

    def twin(self, root: Path) -> Workspace:
        """The same office that remembers nothing."""
        shutil.copytree(self.ws.root, root)
        twin = Workspace(root)
        shutil.rmtree(twin.cache)
        twin.cache.mkdir()
        (root / "ledger.sqlite").unlink(missing_ok=True)
        return twin

    def run(self, ws: Workspace) -> Path:
        result = run_batch(ws, now=self.now, as_of=self.now, **self.asked)
        assert not result.failures, result.failures
        return result.folder

    # --- agencies ---

    def corrects_a_row(self) -> None:
        code = self.chance.choice(list(self.reports))
        at = self.chance.randrange(len(self.reports[code]))
        self.reports[code][at] |= self._telling()
        self._send(code)

    def corrects_many(self) -> None:
        for code in self.chance.sample(list(self.reports), 2):
            self.reports[code] = self._rows(code)
            if self.chance.random() < 0.5:  # rows in another order, some of them twice, some of them gone
                self.chance.shuffle(self.reports[code])
                self.reports[code][:2] = [self.reports[code][-1]]
            self._send(code)

    def proposes(self) -> None:
        code = self.chance.choice(list(self.reports))
        own = self.chance.choice(self.reports[code])["task_code"]
        reason = self.chance.choice((None, "Do thiếu vốn"))
        self.changes[code] = [["Thay đổi thời hạn", own, None, None, "30/9/2025", reason, "12/TTr", None]]
        self._send(code)

    def sends_a_broken_file(self) -> None:
        self._lay(f"hong-{self.sent}.xlsx", b"PK\3\4 khong phai bang tinh")

    def _rows(self, code: str) -> list[Row]:
        own = [row for row in self.register["tasks"] if row["lead_agency"] == code]
        return [
            {key: row[key] for key in ("task_code", "content", "deadline", "product")} | self._telling() for row in own
        ]

    def _telling(self) -> Row:
        chance, day = self.chance, self.now.date() - timedelta(days=self.chance.randrange(4))
        said: Row = {
            "narrative": " ".join(map(chance.choice, TELLING)),
            "accountable_head": PEOPLE[0],
            "assignee": chance.choice(PEOPLE),
            "updated_on": chance.choice((day, day, f"{day:%d/%m/%Y}", "31/02/2025")),
            "progress": chance.choice((chance.randrange(100), 50, "120%", None)),
            "reported_status": chance.choice(("Đang thực hiện", "Đang thực hiện", "đang làm", None)),
        }
        if chance.random() < 0.3:
            said |= {"progress": 100, "reported_status": "Đã hoàn thành", "completed_on": day, "result": "Báo cáo",
                     "result_doc": chance.choice((None, "15/BC"))}  # fmt: skip
        if chance.random() < 0.1:
            said |= {"delay_reason": "Chờ trung ương hướng dẫn", "proposal": "Xin ý kiến", "escalate_to": "UBND tỉnh"}
        return said

    def _send(self, *codes: str) -> None:
        for code in codes:
            rows = [header(), *[task(**row) for row in self.reports[code]]]
            sheets = {"Nhiệm vụ": rows, "Thông tin": [["Mã cơ quan", code]]}
            if code in self.changes:
                sheets["Biến động"] = [_PROPOSAL, *self.changes[code]]
            self._lay(f"{code}-{self.sent}.xlsx", xlsx(sheets))

    def _lay(self, name: str, data: bytes) -> None:
        self.sent += 1
        self.now += timedelta(minutes=1)
        lay(self.ws, name, data)
        waiting = {path.name: self.now.isoformat() for path in self.ws.inbox.glob("*.xlsx")}
        receipts(self.ws, waiting)

    # --- the Office ---

    def task_changes(self) -> None:
        """Some tasks, each in another way."""
        for row in self.chance.sample(self.register["tasks"], 12):
            row |= self.chance.choice(
                (
                    {"content": f"{row['content']} (đợt {self.sent})"},
                    {"deadline": self.now.date() + timedelta(days=self.chance.randrange(-20, 40))},
                    {"deadline": None, "deadline_text": "Hằng tuần"},
                    {"lead_agency": self.chance.choice(_codes())},
                    {"product": "Tờ trình"},
                    {"state": "Dừng thực hiện", "state_doc": "9/TB", "state_from": self.now.date()},
                )
            )
        self._write_register()

    def verdict(self) -> None:
        """On a task that somebody has reported."""
        self._enter("verdicts", verdict=self.chance.choice(("Đạt", "Trả lại", "Cần làm rõ")), assessor="Văn phòng",
                    opinion="Nêu rõ số liệu", assessed_on=self.now.date())  # fmt: skip

    def extension(self) -> None:
        self._enter("extensions", ordinal=1, new_deadline=self.now.date() + timedelta(days=60),
                    approval_doc=self.chance.choice((None, "7/QĐ")), approved_on=self.now.date())  # fmt: skip

    def handover(self) -> None:
        row = self.chance.choice(self.register["tasks"])
        every = "*" if self.chance.random() < 0.3 else row["task_code"]
        move = {"task_code": every, "from_agency": row["lead_agency"], "to_agency": self.chance.choice(_codes()),
                "effective_on": self.now.date()}  # fmt: skip
        self.register["handovers"].append(move)
        self._write_register()

    def waiver(self) -> None:
        rule = self.chance.choice(("C401", "C405", "R501", "H702", "C407"))
        waived = {"rule": rule, "agency_code": self.chance.choice((None, *_codes())), "reason": "Đã thống nhất",
                  "approved_by": "Chánh Văn phòng", "expires_on": self.now.date() + timedelta(days=30)}  # fmt: skip
        self.register["waivers"].append(waived)
        self._write_register()

    def task_comes(self) -> None:
        self.register["tasks"].append(_task(self.chance.choice(_codes()), 1000 + self.sent))
        self.sent += 1
        self._write_register()

    def task_goes(self) -> None:
        for _ in range(4):
            del self.register["tasks"][self.chance.randrange(len(self.register["tasks"]))]
        self._write_register()

    def rules_change(self) -> None:
        off, demoted = self.chance.choice(('"C405"', '"H702"', "")), self.chance.choice(('"C407"', '"R501"', ""))
        mine = f"[rules]\noff = [{off}]\nas_warning = [{demoted}]\ndue_soon_days = {self.chance.randint(3, 30)}"
        self.ws.config.write_text(f'[office]\nname = "Văn phòng UBND tỉnh Mẫu"\n{mine}\n', encoding="utf-8")

    def template_changes(self) -> None:
        """The Office's own copy of a template comes, or goes."""
        from nvbatch.form import packaged

        own = self.ws.templates / self.chance.choice(("cong-van.docx", "bao-cao-tong-hop.docx", "phieu-trinh.docx"))
        if own.exists():
            own.unlink()
        elif packaged("templates", own.name).is_file():
            shutil.copyfile(packaged("templates", own.name), own)

    def time_passes(self) -> None:
        self.now += timedelta(days=self.chance.choice((1, 2, 8)))

    def another_wish(self) -> None:
        self.asked = self.chance.choice(
            (
                {"letters_each": True},
                {"jobs": 2},
                {"preview": True},
                {"conference": self.now.date() + timedelta(days=5)},
                {"program": "CHUNG"},
            )
        )

    def cache_is_damaged(self) -> None:
        files = [path for path in self.ws.cache.rglob("*") if path.is_file()]
        for path in self.chance.sample(files, min(len(files), 12)):
            data = bytearray(path.read_bytes())
            if self.chance.random() < 0.4 or not data:
                path.write_bytes(data[: len(data) // 2])
            else:
                data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
                path.write_bytes(data)

    def _enter(self, sheet: str, **row: Any) -> None:
        self.register[sheet].append({"task_code": self.chance.choice(self.register["tasks"])["task_code"], **row})
        self._write_register()

    def _write_register(self) -> None:
        self.ws.register.unlink(missing_ok=True)
        write_register(self.ws.register, self.register, created=CREATED)


_PROPOSAL = ["Loại biến động", "Mã nhiệm vụ", "Nội dung", "Giá trị cũ", "Giá trị mới", "Nguyên nhân",
             "Tờ trình (số, ngày)", "Cơ quan nhận bàn giao"]  # fmt: skip


def _codes() -> list[str]:
    return [f"CQ{number}" for number in range(AGENCIES)]


def _register() -> dict[str, list[Row]]:
    known: Mapping[str, list[Row]] = {
        "agencies": [
            {"agency_code": code, "name": f"Cơ quan số {code[2:]}", "level": "Tỉnh", "head_name": PEOPLE[0]}
            for code in _codes()
        ],
        "focal_points": [
            {"agency_code": code, "full_name": PEOPLE[1], "position": "Chánh Văn phòng",
             "email": f"{code.lower()}@tinhmau.example"}
            for code in _codes()
        ],
        "tasks": [_task(code, number) for number in range(TASKS) for code in _codes()],
    }  # fmt: skip
    return {**known, **{sheet: [] for sheet in ("verdicts", "extensions", "handovers", "waivers")}}


def _task(code: str, number: int) -> Row:
    return {
        "task_code": f"NV-{code}-{number}",
        "task_class": ("Trọng tâm", "Thường xuyên")[number % 2],
        "doc_number": f"{number % 9}/QĐ-UBND",
        "doc_date": date(2025, 1, 6),
        "content": f"Rà soát quy hoạch khu số {number} của {code}",
        "lead_agency": code,
        "deadline": date(2025, 2, 20) + timedelta(days=number),
        "product": "Báo cáo",
    }
