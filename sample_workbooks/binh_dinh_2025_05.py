"""Case binh-dinh-2025-05: three programmes with three rhythms, five clears, focal points (directive S1).

Persons and figures are invented. The first moment is Saturday 31/5/2025 after the monthly cut-off, the second the
Friday of the week after. Offices, tasks, what is said of them and what must come of each: binh_dinh_2025_05.txt.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from case_folders import write
from case_frame import Act, Case, Sent, focal_point
from tale import offices

TALE = Path(__file__).with_suffix(".txt")
OFFICES = offices(TALE)
CONFIG = """# Cấu hình của bộ mẫu «binh-dinh-2025-05»; người ký là nhân vật hư cấu
[office]
parent = "ỦY BAN NHÂN DÂN TỈNH BÌNH ĐỊNH"
name = "VĂN PHÒNG"
place = "Bình Định"
symbol = "VPUBND"
signer_authority = "CHÁNH VĂN PHÒNG"
signer_name = "Đặng Khải Nguyên"
recipients = ["Thường trực Tỉnh ủy (b/c);", "CT, các PCT UBND tỉnh;", "Lưu: VT, CCKS."]

[reporting]
cutoff = "16:30"
week_day = "friday"
"""
W22, W23 = "2025-W22", "2025-W23"
CASE = Case(
    name="binh-dinh-2025-05",
    domain="binhdinh.example",
    year=2025,
    config=CONFIG,
    offices=OFFICES,
    acts=(Act(period=W22, as_of="2025-05-31T17:00:00"), Act(period=W23, as_of="2025-06-06T17:00:00")),
    documents={  # one task of the Party's decision was never entered: G805
        "A": ("1841-QĐ/TU", date(2025, 5, 15), "Ban Thường vụ Tỉnh ủy",
              "Danh mục nhiệm vụ thực hiện mô hình điểm Nghị quyết số 57-NQ/TW, Đề án 06", 24),
        "B": ("3912/UBND-CCKS", date(2025, 5, 16), "Chủ tịch UBND tỉnh", "Triển khai Danh mục nhiệm vụ", 4),
        "C": ("4020/UBND-TH", date(2025, 5, 22), "UBND tỉnh", "Một số việc cần làm ngay", 5),
    },
    programs=(
        {"program": "DA06", "name": "Đề án 06", "frequency": "Ngày", "cutoff": "16:30",
         "unit": "Trung tâm Phục vụ hành chính công"},
        {"program": "NQ57", "name": "Nghị quyết số 57-NQ/TW", "frequency": "Tuần", "cutoff": "16:30",
         "unit": "Phòng Kiểm soát thủ tục hành chính"},
        {"program": "CDSD", "name": "Chuyển đổi số trong cơ quan đảng", "frequency": "Tháng", "cutoff": "16:30",
         "unit": "Phòng Hành chính - Quản trị"},
    ),
    sent=(
        Sent(act=1, label="d28", agency="SYT", program="DA06", period="2025-05-28", at="2025-05-28T16:02:00",
             listed=False),
        Sent(act=1, label="d29", agency="CAT", program="DA06", period="2025-05-29", at="2025-05-29T15:40:00",
             listed=False),
        Sent(act=1, label="w22", agency="BQLKKT", program="NQ57", period=W22, at="2025-05-30T08:15:00",
             state="quarantined", planted=("A301",)),
        Sent(act=1, label="w22", agency="VPUB", program="NQ57", period=W22, at="2025-05-30T10:00:00"),
        Sent(act=1, label="w22", agency="SGDDT", program="NQ57", period=W22, at="2025-05-30T11:05:00", kind="own",
             planted=("S201",), codeless=("0701",)),
        Sent(act=1, label="w22", agency="SKHCN", program="NQ57", period=W22, at="2025-05-30T14:00:00"),
        Sent(act=1, label="w22", agency="DHQN", program="NQ57", period=W22, at="2025-05-30T14:20:00"),
        Sent(act=1, label="d30", agency="SYT", program="DA06", period="2025-05-30", at="2025-05-30T15:30:00"),
        Sent(act=1, label="w22", agency="STC", program="NQ57", period=W22, at="2025-05-30T16:29:40"),
        Sent(act=1, label="w22", agency="SNV", program="NQ57", period=W22, at="2025-05-30T16:30:00",
             timeliness="late", planted=("A305",)),
        Sent(act=1, label="d30", agency="CAT", program="DA06", period="2025-05-30", at="2025-05-30T16:31:15",
             timeliness="late", planted=("A305",)),
        Sent(act=1, label="m5", agency="SYT", program="CDSD", period="2025-05", at="2025-05-31T16:00:00"),
        Sent(act=1, label="m5", agency="SNV", program="CDSD", period="2025-05", at="2025-05-31T16:30:00",
             sender="daumoi.snv.cdsd@binhdinh.example", person="Tiết Hoàng Yến", timeliness="late", planted=("A305",)),
        Sent(act=2, label="m5", agency="SKHCN", program="CDSD", period="2025-05", at="2025-06-02T09:00:00",
             timeliness="late", planted=("A305",)),
        Sent(act=2, label="w23a", agency="SKHCN", program="NQ57", period=W23, at="2025-06-05T10:00:00",
             state="superseded", planted=("A308",)),
        Sent(act=2, label="d05", agency="CAT", program="DA06", period="2025-06-05", at="2025-06-05T16:00:00",
             listed=False),
        Sent(act=2, label="w23", agency="BQLKKT", program="NQ57", period=W23, at="2025-06-06T08:30:00"),
        Sent(act=2, label="w23", agency="VPUB", program="NQ57", period=W23, at="2025-06-06T09:00:00"),
        Sent(act=2, label="w23", agency="SGDDT", program="NQ57", period=W23, at="2025-06-06T10:30:00", kind="ods",
             planted=("F105", "S201")),
        Sent(act=2, label="w23", agency="SKHCN", program="NQ57", period=W23, at="2025-06-06T11:00:00"),
        Sent(act=2, label="w23", agency="STC", program="NQ57", period=W23, at="2025-06-06T14:00:00"),
        Sent(act=2, label="w23", agency="STC", program="NQ57", period=W23, at="2025-06-06T15:00:00", kind="again",
             state="duplicate", planted=("F107",)),
        Sent(act=2, label="w23", agency="SNV", program="NQ57", period=W23, at="2025-06-06T15:20:00"),
        Sent(act=2, label="d06", agency="SYT", program="DA06", period="2025-06-06", at="2025-06-06T16:10:00"),
    ),
    agency_flags={
        1: {"SKHCN": "not_submitted", "SNV": "late", "CAT": "not_submitted late no_focal_point",
            "BQLKKT": "not_submitted no_focal_point", "DHQN": "focal_point_level"},
        2: {"SKHCN": "late", "SNV": "late", "CAT": "not_submitted no_focal_point",
            "DHQN": "not_submitted focal_point_level"},
    },
    office_findings={
        1: ("G805", "G801 CAT", "G801 BQLKKT", "G802 DHQN"),
        2: ("G805", "G801 CAT", "G802 DHQN"),
    },
)  # fmt: skip


def _points(act: int) -> list[dict[str, object]]:
    """Nominated by programme; the industrial zones' board named nobody until 02/6/2025, the police nobody for NQ57."""
    found = []
    for office in OFFICES:
        if office.code == "BQLKKT":
            found += [focal_point(CASE, office.code, valid_from=date(2025, 6, 2))] if act == 2 else []
        elif office.code == "CAT":
            found.append(focal_point(CASE, office.code, program="DA06", unit="Phòng Cảnh sát quản lý hành chính"))
        elif office.code == "SNV":
            found.append(focal_point(CASE, office.code, program="NQ57"))
            second = {"full_name": "Tiết Hoàng Yến", "position": "Phó Trưởng phòng"}
            found.append(focal_point(CASE, "SNV", program="CDSD", email="daumoi.snv.cdsd@binhdinh.example", **second))
        else:
            found.append(focal_point(CASE, office.code))
    return found


def main() -> None:
    """Write sample_workbooks/binh-dinh-2025-05/<period>/ anew."""
    from dataclasses import replace

    write(replace(CASE, focal_points={1: _points(1), 2: _points(2)}), TALE)
