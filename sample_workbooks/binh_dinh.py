"""Case binh-dinh-2025-02: offices, documents, mails and register of the weeks before the conference of 28/02/2025.

The offices are those of the province in February 2025, when departments were merged (directive 1313/UBND-KSTT); the
persons, the figures and everything that is said of anybody's work are invented. What the tasks are and what is said of
them stands in binh_dinh_tasks.txt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CASE = "binh-dinh-2025-02"
CONFERENCE = date(2025, 2, 28)
MERGED_ON = date(2025, 2, 20)
LAST_DAY = date(2025, 2, 19)
AS_OF = {6: "2025-02-07T17:00:00", 7: "2025-02-14T17:00:00", 8: "2025-02-25T08:00:00"}
ISSUED = {6: "2025-02-04T08:00:00", 7: "2025-02-10T08:00:00", 8: "2025-02-19T08:00:00"}
LAST_CALL = "2025-02-20T07:30:00"  # the new departments get their forms on the day of the merger

OFFICES = {  # code → its line: code, name, other names, the head's title and name, the focal point and his position
    line.split("|")[0]: line.split("|")
    for line in (HERE / "binh_dinh_offices.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
}
SUPERVISORS = {"QN": "Phó Chủ tịch Lục Vân Trường", "VPUB": "Phó Chánh Văn phòng Sái Công Minh"}
SUPERVISOR = "Phó Giám đốc Ứng Hồng Đào"
NEW = ("SNNMT", "SVHTTDL", "SDTTG")
SUCCESSORS = {
    "SKHDT": ("STC",),
    "SGTVT": ("SXD",),
    "SNNPTNT": ("SNNMT",),
    "STNMT": ("SNNMT",),
    "STTTT": ("SKHCN",),
    "SLDTBXH": ("SNV", "SYT", "SGDDT"),
    "SVHTT": ("SVHTTDL",),
    "SDL": ("SVHTTDL",),
    "BDT": ("SDTTG",),
}
SPLIT = {"2601": "SNV", "2602": "SYT", "2603": "SGDDT"}  # 2604 was forgotten: nobody took it over
CITIES = ("QN", "HN", "PC", "TS", "AL")

DOCUMENTS = {
    # number, date, who assigned, subject, control total (56/TB-UBND: one task was never entered → G805)
    "A": ("4477/QĐ-UBND", date(2024, 12, 25), "UBND tỉnh", "Chương trình công tác trọng tâm năm 2025", 32),
    "B": ("31/CTr-TU", date(2025, 1, 16), "Tỉnh ủy", "Chương trình làm việc của Ban Thường vụ Tỉnh ủy năm 2025", 3),
    "C": ("10415/UBND-KSTT", date(2024, 12, 24), "Chủ tịch UBND tỉnh", "Nhiệm vụ trọng tâm của địa phương", 12),
    "D": ("178/UBND-TH", date(2025, 1, 8), "UBND tỉnh", "Triển khai nhiệm vụ đầu năm 2025", 21),
    "E": ("402/UBND-KT", date(2025, 1, 17), "Chủ tịch UBND tỉnh", "Nhiệm vụ trước và sau Tết Nguyên đán", 18),
    "F": ("56/TB-UBND", date(2025, 2, 3), "Chủ tịch UBND tỉnh", "Kết luận giao ban ngày đầu Xuân Ất Tỵ", 24),
    "G": ("699/UBND-NC", date(2025, 2, 3), "UBND tỉnh", "Một số nhiệm vụ mới theo chỉ đạo của Trung ương", 5),
    "H": ("9021/UBND-KT", date(2024, 11, 12), "UBND tỉnh", "Giải quyết các việc tồn đọng kéo dài", 6),
}
KEY_TASKS = ("A", "B", "C")  # Trọng tâm; the others are Thường xuyên

# What the Office entered besides; from which week it stands in the register.
EXTENSIONS = [
    (6, "2402", 1, date(2025, 2, 15), "312/UBND-KT", date(2025, 1, 20)),
    (8, "1403", 1, date(2025, 3, 5), "1018/UBND-KT", date(2025, 2, 18)),
]
VERDICTS = [
    (8, "0201", "Đạt", "", date(2025, 2, 21)),
    (8, "0203", "Trả lại", "Chưa nêu kết quả kiểm tra tại 05 địa phương; đề nghị bổ sung", date(2025, 2, 24)),
    (8, "0602", "Cần làm rõ", "Làm rõ nguồn số liệu giá cát xây dựng", date(2025, 2, 20)),
    (8, "2104", "Đạt", "", date(2025, 2, 18)),
]
STATES = {
    "2306": (8, "Dừng", "812/UBND-NN ngày 18/02/2025", date(2025, 2, 18)),
    "0504": (8, "Chuyển", "83/TB-UBND ngày 17/02/2025", date(2025, 2, 17)),
}
SECOND_FOCAL = ("SYT", "Hạ Quỳnh Chi", "Phó Trưởng phòng Kế hoạch - Tài chính", "phuong.syt")  # two at a time: G801
NAMED_LATER = ("TTT", 7)  # names its focal point only in week 7: G801 before


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One arrival. ``kind``: form (filled BM01) or how the workbook was made; ``planted`` besides those of its rows."""

    week: int
    at: str
    agency: str
    kind: str = "form"
    name: str = ""
    sender: str = ""  # other than the agency's focal point
    state: str = "accepted"
    timeliness: str = "on_time"
    planted: tuple[str, ...] = ()
    only: tuple[str, ...] = ()  # these rows alone are filled in
    instead: dict[tuple[str, str], Any] = field(default_factory=dict)  # (task, field) → value in this version only
    form_of: int = 0  # the week whose form was used, where it is not this week's
    said_on: str = ""  # the sender's own Date header, where it is wrong
    foreign: tuple[str, ...] = ()  # rows for tasks that are not the agency's


FULL = {
    "change_kind": "Thay đổi thời hạn",
    "task_code": "NV-2025-2302",
    "content": "Lùi thời hạn công nhận 01/04 xã chưa đạt tiêu chí môi trường",
    "old_value": "30/06/2025",
    "new_value": "30/09/2025",
    "reason": "Xã chưa hoàn thành khu xử lý rác tập trung do vướng mặt bằng",
    "proposal_doc": "09/TTr-SNNMT ngày 21/02/2025",
}
BARE = {
    "change_kind": "Bỏ bớt",
    "task_code": "NV-2025-2304",
    "content": "Đề nghị không theo dõi riêng nhiệm vụ điều tiết nước",
    "old_value": "Đang theo dõi",
    "new_value": "Không theo dõi",
    "reason": "Đã lồng ghép trong phương án chống hạn chung",
}
ADDED = {
    "change_kind": "Bổ sung",
    "content": "Tiếp nhận, vận hành Trung tâm giám sát, điều hành đô thị thông minh",
    "new_value": "30/06/2025",
    "reason": "Nhận bàn giao từ Sở Thông tin và Truyền thông",
    "proposal_doc": "05/TTr-SKHCN ngày 21/02/2025",
}
CHANGES = {("SNNMT", 8): [FULL, BARE], ("SKHCN", 8): [ADDED]}

SENT = [
    # --- week 6 --------------------------------------------------------------------------------
    Sent(week=6, at="02-05T14:00", agency="HN"),
    Sent(week=6, at="02-05T16:20", agency="STP"),
    Sent(week=6, at="02-06T08:45", agency="SKHDT"),
    Sent(week=6, at="02-06T09:10", agency="SNV"),
    Sent(week=6, at="02-06T09:30", agency="SYT"),
    Sent(week=6, at="02-06T10:05", agency="SKHCN"),
    Sent(week=6, at="02-06T14:40", agency="SVHTT"),
    Sent(week=6, at="02-06T15:00", agency="VPUB", kind="bare"),
    Sent(week=6, at="02-06T15:30", agency="SDL"),
    Sent(week=6, at="02-06T16:02", agency="STTTT", kind="zip"),
    Sent(week=6, at="02-07T08:00", agency="SGTVT", kind="locked", state="rejected", planted=("F102",)),
    Sent(week=6, at="02-07T09:00", agency="SCT", sender="vanphong.sct@thuchung.example", state="quarantined",
         planted=("A301",)),
    Sent(week=6, at="02-07T10:00", agency="SNNPTNT", kind="xls", name="Báo cáo nhiệm vụ tuần 06.xls",
         planted=("F105", "S201", "S206", "S211")),
    Sent(week=6, at="02-07T10:30", agency="STC"),
    Sent(week=6, at="02-07T10:50", agency="SLDTBXH"),
    Sent(week=6, at="02-07T11:00", agency="SGDDT"),
    Sent(week=6, at="02-07T11:15", agency="STNMT", kind="ods", name="Bao cao tuan 6 - Tai nguyen Moi truong.ods",
         planted=("F105", "S201")),
    Sent(week=6, at="02-07T14:00", agency="SXD"),
    Sent(week=6, at="02-07T15:00", agency="QN", kind="own", name="QuyNhon_nhiem vu duoc giao_T6 (sua).xlsx",
         planted=("S201", "S206", "S207", "S211")),
    Sent(week=6, at="02-07T15:45", agency="AL"),
    Sent(week=6, at="02-07T16:00", agency="PC", foreign=("9999",), planted=("M601 9999",)),
    Sent(week=6, at="02-07T16:10", agency="BQLKKT"),
    Sent(week=6, at="02-07T16:45", agency="BDT", timeliness="late", planted=("A305",)),
    # --- week 7 --------------------------------------------------------------------------------
    Sent(week=7, at="02-12T09:00", agency="STTTT"),
    Sent(week=7, at="02-12T14:00", agency="BDT"),
    Sent(week=7, at="02-13T08:10", agency="VPUB", kind="bare"),
    Sent(week=7, at="02-13T08:30", agency="SKHDT"),
    Sent(week=7, at="02-13T09:00", agency="SNV"),
    Sent(week=7, at="02-13T09:40", agency="SKHCN"),
    Sent(week=7, at="02-13T10:00", agency="SGTVT"),
    Sent(week=7, at="02-13T10:20", agency="SGDDT", said_on="2025-02-10T10:20:00", planted=("A309",)),
    Sent(week=7, at="02-13T10:45", agency="SLDTBXH"),
    Sent(week=7, at="02-13T14:00", agency="STNMT", kind="ods", name="Bao cao tuan 7 - Tai nguyen Moi truong.ods",
         planted=("F105", "S201")),
    Sent(week=7, at="02-13T14:30", agency="AL"),
    Sent(week=7, at="02-13T15:00", agency="SYT", state="quarantined", planted=("A312",)),
    Sent(week=7, at="02-13T15:20", agency="SYT", name="BM01_SYT_CHUNG_2025-W07 (2).xlsx",
         sender="phuong.syt@binhdinh.example", state="quarantined", planted=("A312",), only=("0901", "0902", "0903")),
    Sent(week=7, at="02-14T08:00", agency="SCT"),
    Sent(week=7, at="02-14T08:40", agency="SKHDT", kind="again", state="duplicate", planted=("F107",)),
    Sent(week=7, at="02-14T08:55", agency="STP"),
    Sent(week=7, at="02-14T09:00", agency="STC"),
    Sent(week=7, at="02-14T09:30", agency="SNNPTNT", kind="xls", name="Báo cáo nhiệm vụ tuần 07.xls",
         planted=("F105", "S201", "S206", "S211")),
    Sent(week=7, at="02-14T10:00", agency="SXD"),
    Sent(week=7, at="02-14T10:30", agency="SVHTT"),
    Sent(week=7, at="02-14T11:00", agency="SDL", kind="cut", state="rejected", planted=("F101",)),
    Sent(week=7, at="02-14T14:00", agency="TTT"),
    Sent(week=7, at="02-14T15:00", agency="QN", kind="own", name="QuyNhon_nhiem vu duoc giao_T7.xlsx",
         planted=("S201", "S206", "S207", "S211")),
    Sent(week=7, at="02-14T16:00", agency="BQLKKT"),
    Sent(week=7, at="02-14T16:30", agency="PC", timeliness="late", planted=("A305",)),
    # --- week 8, up to the lock ----------------------------------------------------------------
    Sent(week=8, at="02-19T15:00", agency="STP"),
    Sent(week=8, at="02-20T08:30", agency="VPUB", kind="bare"),
    Sent(week=8, at="02-20T10:00", agency="SCT"),
    Sent(week=8, at="02-20T14:00", agency="SGDDT"),
    Sent(week=8, at="02-20T15:10", agency="BQLKKT"),
    Sent(week=8, at="02-20T16:00", agency="SYT"),
    Sent(week=8, at="02-21T08:00", agency="SNNPTNT", kind="xls", name="Báo cáo nhiệm vụ tuần 08.xls",
         state="rejected", planted=("A303",)),
    Sent(week=8, at="02-21T08:20", agency="HN", form_of=6, planted=("A310",)),
    Sent(week=8, at="02-21T09:00", agency="SNV"),
    Sent(week=8, at="02-21T10:00", agency="STC", state="superseded", planted=("A308",),
         instead={("2102", "progress"): 40, ("0403", "progress"): 75}),
    Sent(week=8, at="02-21T14:00", agency="PC"),
    Sent(week=8, at="02-21T14:30", agency="SXD", foreign=("0505",), planted=("M603 0505",)),
    Sent(week=8, at="02-21T15:00", agency="SNNMT", planted=("M606", "M605 2304")),
    Sent(week=8, at="02-21T15:30", agency="STC"),
    Sent(week=8, at="02-21T15:40", agency="SVHTTDL", kind="zip"),
    Sent(week=8, at="02-21T16:00", agency="QN", kind="own", name="QuyNhon_nhiem vu duoc giao_T8.xlsx",
         planted=("S201", "S206", "S207", "S211")),
    Sent(week=8, at="02-21T16:50", agency="SKHCN", timeliness="late", planted=("A305", "M606")),
    Sent(week=8, at="02-24T09:30", agency="TS", timeliness="late", planted=("A305",)),
    Sent(week=8, at="02-25T07:10", agency="AL", state="after_lock", timeliness="after_lock", planted=("A306",)),
]  # fmt: skip
FOREIGN = {
    "9999": {"content": "Sửa chữa nhà văn hóa thôn An Điềm", "narrative": "Đã san nền, xây móng nhà văn hóa thôn"},
    "0505": {"narrative": "Đã phối hợp kiểm tra 06 mỏ đá làm vật liệu xây dựng"},
}
DUMPED = {8: "TS"}  # everything of the cycle in the last hours before the lock


def period(week: int) -> str:
    return f"2025-W{week:02d}"
