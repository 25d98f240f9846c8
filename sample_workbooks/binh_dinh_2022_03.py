"""Case binh-dinh-2022-03: late and done late, no deadline and its reminders, confirmation before a conference (S2).

Persons and figures are invented. A plain week, then the run for the conference of 05/4/2022 whose lock falls on
Saturday 02/4. Offices, tasks, what is said of them and what must come of each: binh_dinh_2022_03.txt.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from case_folders import write
from case_frame import Act, Case, Sent
from tale import offices

TALE = Path(__file__).with_suffix(".txt")
CONFIG = """# Cấu hình của bộ mẫu «binh-dinh-2022-03»; người ký là nhân vật hư cấu
[office]
parent = "ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH"
name = "VĂN PHÒNG"
place = "Bình Định"
symbol = "VPUBND"
signer_authority = "KT. CHÁNH VĂN PHÒNG"
signer_title = "PHÓ CHÁNH VĂN PHÒNG"
signer_name = "Sái Công Minh"
recipients = ["CT, các PCT UBND tỉnh;", "LĐ, CV VP UBND tỉnh;", "Lưu: VT, KSTT."]

[reporting]
frequency = "week"
"""
W12, W13 = "2022-W12", "2022-W13"
CONFERENCE = date(2022, 4, 5)
CONFERENCES = (
    {"held_on": date(2022, 3, 4), "title": "Hội nghị giao ban tháng 02/2022"},
    {"held_on": CONFERENCE, "title": "Hội nghị giao ban tháng 3/2022"},
)
RETURNED = {"task_code": "NV-2022-0304", "verdict": "Trả lại", "assessed_on": date(2022, 3, 28),
            "opinion": "Báo cáo chưa nêu trách nhiệm từng nhiệm vụ trễ hạn", "assessor": "Tô Diệu Lam"}  # fmt: skip


def _sent(act: int, agency: str, at: str, **more: object) -> Sent:
    period = (W12, W13)[act - 1]
    label = period[-3:].lower()
    return Sent(act=act, label=label, agency=agency, program="CHUNG", period=period, at=at, **more)  # type: ignore[arg-type]


CASE = Case(
    name="binh-dinh-2022-03",
    domain="binhdinh.example",
    year=2022,
    config=CONFIG,
    offices=offices(TALE),
    acts=(
        Act(period=W12, as_of="2022-03-25T17:00:00"),
        Act(period=W13, as_of="2022-04-02T08:00:00", conference=CONFERENCE),
    ),
    documents={
        "A": ("1147/UBND-KSTT", date(2022, 3, 8), "Chủ tịch UBND tỉnh",
              "Nâng cao hiệu lực, hiệu quả thực hiện nhiệm vụ được giao", 5),
        "B": ("4544/UBND-VX", date(2021, 7, 27), "Chủ tịch UBND tỉnh", "Nâng cấp Hệ thống iDesk", 1),
        "C": ("7215/UBND-KT", date(2021, 11, 15), "UBND tỉnh", "Giải quyết các việc tồn đọng về đầu tư", 3),
        "D": ("182/UBND-NC", date(2022, 1, 12), "UBND tỉnh", "Sắp xếp các điểm kinh doanh ven biển", 1),
        "E": ("8342/UBND-TH", date(2021, 12, 30), "UBND tỉnh", "Một số việc tiếp tục trong năm 2022", 2),
        "F": ("3905/UBND-VX", date(2021, 6, 28), "UBND tỉnh", "Nhiệm vụ về cơ sở dữ liệu, hạ tầng", 2),
        "G": ("56/TB-UBND", date(2022, 2, 10), "Chủ tịch UBND tỉnh", "Kết luận giao ban đầu năm 2022", 13),
    },
    sent=(
        _sent(1, "TS", "2022-03-24T09:10:00"),
        _sent(1, "STTTT", "2022-03-24T15:00:00"),
        _sent(1, "SKHDT", "2022-03-25T08:40:00"),
        _sent(1, "VPUB", "2022-03-25T10:00:00"),
        _sent(1, "HN", "2022-03-25T14:30:00", kind="xls", planted=("F105", "S201")),
        _sent(1, "STC", "2022-03-25T16:10:00"),
        _sent(1, "SNNPTNT", "2022-03-25T16:45:00", timeliness="late", planted=("A305",)),
        _sent(2, "STTTT", "2022-03-31T10:00:00"),
        _sent(2, "TS", "2022-03-31T15:20:00"),
        _sent(2, "SKHDT", "2022-04-01T09:00:00"),
        _sent(2, "VPUB", "2022-04-01T09:30:00"),
        _sent(2, "STC", "2022-04-01T11:00:00"),
        _sent(2, "STNMT", "2022-04-01T14:00:00"),  # its first file since the last conference: a late dump
        _sent(2, "SNNPTNT", "2022-04-01T15:40:00"),
        _sent(2, "HN", "2022-04-02T00:10:00", state="after_lock", timeliness="after_lock", planted=("A306",)),
    ),
    sheets={
        1: {"conferences": CONFERENCES},
        2: {"conferences": CONFERENCES, "verdicts": (RETURNED,)},
    },
    agency_flags={
        1: {"SNNPTNT": "late", "STNMT": "not_submitted"},
        2: {"STNMT": "late_dump", "HN": "not_submitted"},
    },
)  # fmt: skip


def main() -> None:
    """Write sample_workbooks/binh-dinh-2022-03/<period>/ anew."""
    write(CASE, TALE)
