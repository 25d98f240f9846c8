"""A folder in, the workspace of a small invented town out: three agencies whose reports lie in the inbox."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch.startup import start_workspace, write_register
from nvbatch.workspace import Workspace
from tests.mail_factory import make_mail, make_zip
from tests.sheet_factory import header, task, xlsx

MONDAY = datetime.fromisoformat("2025-03-15T08:00:00+07:00")  # after the cut-off of 2025-W11
NEXT = datetime.fromisoformat("2025-03-22T08:00:00+07:00")  # and of 2025-W12
CREATED = datetime.fromisoformat("2025-03-01T08:00:00+07:00")
NAMES = {"SNV": "Sở Nội vụ", "STC": "Sở Tài chính", "SYT": "Sở Y tế"}
AGENCIES = tuple(NAMES)


@dataclass(frozen=True, slots=True)
class Person:
    """A focal point as the register knows it."""

    agency: str
    email: str
    phone: str = ""


def people(agencies: Sequence[str] = AGENCIES) -> tuple[Person, ...]:
    return tuple(Person(code, f"{code.lower()}@tinhmau.example") for code in agencies)


def town(
    root: Path, *, agencies: Mapping[str, str] = NAMES, focal_points: Sequence[Person] | None = None, tasks: int = 3
) -> Workspace:
    """An empty inbox, and a register with so many tasks for each agency."""
    start_workspace(root, now=CREATED)
    ws = Workspace(root)
    ws.register.unlink()
    known = people(tuple(agencies)) if focal_points is None else focal_points
    rows: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {"agency_code": code, "name": name, "level": "Tỉnh", "head_name": "Nguyễn Văn Mẫu"}
            for code, name in agencies.items()
        ],
        "focal_points": [
            {"agency_code": p.agency, "full_name": f"Đầu mối {n}", "position": "Chánh Văn phòng", "email": p.email,
             "phone": p.phone}
            for n, p in enumerate(known)
        ],
        "tasks": [row for code in agencies for row in _tasks(code, tasks)],
    }  # fmt: skip
    write_register(ws.register, rows, created=CREATED)
    return ws


def full_inbox(ws: Workspace) -> dict[str, bytes]:
    """One report by file, one by mail, one in a zip, a stranger's, a broken one; gives what was laid there."""
    files = {
        "SNV.xlsx": report("SNV", 40),
        "thu-stc.eml": mail("stc@tinhmau.example", report("STC", 50)),
        "syt.zip": make_zip({"SYT.xlsx": report("SYT", 60)}),
        "la.eml": mail("ai-do@noi-khac.example", report("SNV", 90)),
        "hong.xlsx": report("SNV", 70)[:3000],
    }
    for name, data in files.items():
        lay(ws, name, data)
    moments = {"SNV.xlsx": "2025-03-12T08:00", "syt.zip": "2025-03-12T09:00", "hong.xlsx": "2025-03-12T10:00"}
    receipts(ws, {name: f"{moment}:00+07:00" for name, moment in moments.items()})
    return files


def next_inbox(ws: Workspace) -> dict[str, bytes]:
    """The week after: a file, a mail, the same bytes again, and a correction."""
    files = {
        "SNV-2.xlsx": report("SNV", 55, period="2025-W12"),
        "SNV-3.xlsx": report("SNV", 65, period="2025-W12"),
        "thu-stc-2.eml": mail("stc@tinhmau.example", report("STC", 75, period="2025-W12"), day=19),
        "SNV-lai.xlsx": report("SNV", 40),
    }
    for name, data in files.items():
        lay(ws, name, data)
    hours = {"SNV-2.xlsx": 8, "SNV-3.xlsx": 9, "SNV-lai.xlsx": 10}
    receipts(ws, {name: f"2025-03-19T{hour:02d}:00:00+07:00" for name, hour in hours.items()})
    return files


def lay(ws: Workspace, name: str, data: bytes) -> Path:
    """A file in inbox that nobody is writing any more."""
    path = ws.inbox / name
    path.write_bytes(data)
    os.utime(path, (CREATED.timestamp(),) * 2)
    return path


def receipts(ws: Workspace, moments: Mapping[str, str], senders: Mapping[str, str] | None = None) -> None:
    lines = [f"{name};{moment};{(senders or {}).get(name, '')}" for name, moment in moments.items()]
    lay(ws, "receipts.csv", ("file;received_at;sender\n" + "\n".join(lines) + "\n").encode())


def report(agency: str, progress: int, *, period: str = "2025-W11", **cells: Any) -> bytes:
    """An agency's workbook with its three tasks; ``cells`` change the first one."""
    rows = [task(**{**_said(agency, n, progress), **(cells if n == 1 else {})}) for n in (1, 2, 3)]
    return xlsx({"Nhiệm vụ": [header(), *rows], "Thông tin": [["Mã cơ quan", agency], ["Kỳ báo cáo", period]]})


def mail(
    sender: str, workbook: bytes, *, hour: int = 10, day: int = 12, name: str = "bao-cao.xlsx",
    more: Sequence[tuple[str, bytes]] = (), text: str = "Kính gửi Văn phòng."
) -> bytes:  # fmt: skip
    """A mail that the server took on that day and hour of March 2025."""
    stamp = f"from mx.tinhmau.example by thu.tinhmau.example; Wed, {day} Mar 2025 {hour:02d}:00:00 +0700"
    sent = [("Date", f"Wed, {day} Mar 2025 {hour:02d}:00:00 +0700")]
    data = make_mail([(name, workbook), *more], sender=sender, received=[stamp], text=text)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Date:")]
    return b"\r\n".join([*lines, *(f"{k}: {v}".encode() for k, v in sent)]) + b"\r\n\r\n" + body


def code_of(agency: str, number: int) -> str:
    return f"NV-{agency}-{number}"


def _tasks(agency: str, many: int) -> list[dict[str, Any]]:
    return [
        {
            "task_code": code_of(agency, number),
            "task_class": "Trọng tâm",
            "doc_number": "12/QĐ-UBND",
            "doc_date": date(2025, 1, 6),
            "content": f"Rà soát quy hoạch khu số {number}",
            "lead_agency": agency,
            "deadline": date(2025, 3 + min(number, 9), 28),
            "product": "Báo cáo",
        }
        for number in range(1, many + 1)
    ]


def _said(agency: str, number: int, progress: int) -> dict[str, Any]:
    return {
        "no": number,
        "task_code": code_of(agency, number),
        "content": f"Rà soát quy hoạch khu số {number}",
        "deadline": date(2025, 3 + number, 28),
        "product": "Báo cáo",
        "updated_on": date(2025, 3, 11),
        "progress": progress,
        "narrative": f"Đã gửi dự thảo lần {progress} lấy ý kiến 12 sở, ngành",
    }
