"""Case dong-thap-2021-04: monthly reports; extensions once, twice and without a document; done but not closed (S3).

Persons and figures are invented. The run of March stands at the monthly cut-off, that of April after the holidays of
30/4 and 01/5. Offices, tasks, what is said of them and what must come of each: dong_thap_2021_04.txt.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from case_folders import write
from case_frame import Act, Case, Sent
from tale import offices

TALE = Path(__file__).with_suffix(".txt")
CONFIG = """# Cấu hình của bộ mẫu «dong-thap-2021-04»; người ký là nhân vật hư cấu
[office]
parent = "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP"
name = "VĂN PHÒNG"
place = "Đồng Tháp"
symbol = "VPUBND"
signer_authority = "KT. CHÁNH VĂN PHÒNG"
signer_title = "PHÓ CHÁNH VĂN PHÒNG"
signer_name = "Lư Thành Đạt"
recipients = ["TT/TU; TT/HĐND Tỉnh;", "CT và các PCT/UBND Tỉnh;", "Lưu: VT, THVX."]

[reporting]
frequency = "month"

[rules]
max_extensions = 1
"""
MARCH, APRIL = "2021-03", "2021-04"


def _extension(short: str, ordinal: int, new: date, doc: str | None, on: date) -> dict[str, object]:
    code = f"NV-2021-{short}"
    return {"task_code": code, "ordinal": ordinal, "new_deadline": new, "approval_doc": doc, "approved_on": on}


GRANTED = (
    _extension("0203", 1, date(2021, 3, 31), "11/UBND-KT ngày 05/01/2021", date(2021, 1, 5)),
    _extension("0302", 1, date(2021, 2, 28), "38/UBND-ĐTXD ngày 25/01/2021", date(2021, 1, 25)),
    _extension("0302", 2, date(2021, 4, 30), "97/UBND-ĐTXD ngày 01/3/2021", date(2021, 3, 1)),  # one too many: G808
)
IN_APRIL = (
    _extension("0201", 1, date(2021, 5, 15), "161/UBND-KT ngày 06/4/2021", date(2021, 4, 6)),
    _extension("0301", 1, date(2021, 4, 30), None, date(2021, 4, 2)),  # nobody signed it: G808, the old deadline counts
)
LATER = {"change_kind": "Thay đổi thời hạn", "task_code": "NV-2021-0203", "content": "Lùi thời hạn lập phương án",
         "old_value": "31/03/2021", "new_value": "31/07/2021", "reason": "Chờ số liệu của các huyện"}  # fmt: skip
DROPPED = {"change_kind": "Bỏ bớt", "task_code": "NV-2021-0802", "content": "Đề nghị thôi giao nhiệm vụ",
           "old_value": "31/05/2021", "new_value": "Không thực hiện", "reason": "Trùng với kế hoạch của Sở",
           "proposal_doc": "21/TTr-UBND ngày 26/4/2021"}  # fmt: skip


def _sent(act: int, agency: str, at: str, **more: object) -> Sent:
    label, period = (("m3", MARCH), ("m4", APRIL))[act - 1]
    return Sent(act=act, label=label, agency=agency, program="CHUNG", period=period, at=at, **more)  # type: ignore[arg-type]


CASE = Case(
    name="dong-thap-2021-04",
    domain="dongthap.example",
    year=2021,
    config=CONFIG,
    offices=offices(TALE),
    acts=(Act(period=MARCH, as_of="2021-03-31T17:00:00"), Act(period=APRIL, as_of="2021-05-04T08:00:00")),
    documents={
        "A": ("790/QĐ-UBND-HC", date(2014, 8, 22), "UBND Tỉnh", "Quy chế quản lý và sử dụng phần mềm theo dõi", 1),
        "B": ("102/UBND-THVX", date(2021, 1, 5), "UBND Tỉnh", "Nhiệm vụ trọng tâm quý I năm 2021", 6),
        "C": ("455/UBND-KT", date(2021, 2, 10), "Chủ tịch UBND Tỉnh", "Một số nhiệm vụ sau Tết Nguyên đán", 7),
        "D": ("612/UBND-ĐTXD", date(2021, 3, 5), "Phó Chủ tịch UBND Tỉnh", "Chuẩn bị mùa mưa, phòng dịch", 7),
        "E": ("3320/UBND-THVX", date(2020, 10, 12), "UBND Tỉnh", "Nhiệm vụ chuyển tiếp từ năm 2020", 2),
    },
    sent=(
        _sent(1, "VPUB", "2021-03-31T08:30:00"),
        _sent(1, "SCT", "2021-03-31T09:15:00"),
        _sent(1, "SYT", "2021-03-31T10:00:00"),
        _sent(1, "SGTVT", "2021-03-31T14:20:00"),
        _sent(1, "TPCL", "2021-03-31T15:05:00"),
        _sent(1, "SNNPTNT", "2021-03-31T16:29:30"),
        _sent(1, "LV", "2021-03-31T16:30:00", timeliness="late", planted=("A305",)),
        _sent(2, "SCT", "2021-04-28T09:00:00", changes=(LATER,), planted=("M605 NV-2021-0203",)),
        _sent(2, "SNNPTNT", "2021-04-29T08:10:00"),
        _sent(2, "LV", "2021-04-29T10:00:00", changes=(DROPPED,), planted=("M606",)),
        _sent(2, "VPUB", "2021-04-29T14:00:00"),
        _sent(2, "SYT", "2021-04-29T16:00:00", kind="ods", planted=("F105", "S201")),
        _sent(2, "SGTVT", "2021-05-03T10:00:00", timeliness="late", planted=("A305",)),
    ),
    sheets={1: {"extensions": GRANTED}, 2: {"extensions": (*GRANTED, *IN_APRIL)}},
    agency_flags={
        1: {"LV": "late", "TM": "not_submitted"},
        2: {"SGTVT": "late", "TPCL": "not_submitted", "TM": "not_submitted"},
    },
    office_findings={1: ("G808 NV-2021-0302",), 2: ("G808 NV-2021-0302", "G808 NV-2021-0301")},
)  # fmt: skip


def main() -> None:
    """Write sample_workbooks/dong-thap-2021-04/<period>/ anew."""
    write(CASE, TALE)
