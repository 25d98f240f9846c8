"""Cases in (so_nho.py), sample folders out: register, configuration, mails as the agencies sent them, expected.md.

Run it as `make samples`. The same libraries give the same bytes: every date in the files is that of the case.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

import binh_dinh_2022_03  # noqa: E402
import binh_dinh_2025_05  # noqa: E402
import dong_thap_2021_04  # noqa: E402
import make_ba_to  # noqa: E402
import make_binh_dinh  # noqa: E402
import paper  # noqa: E402
import so_nho as case  # noqa: E402
from xlsxwriter.utility import xl_col_to_name  # noqa: E402

from nvbatch.form import load_form  # noqa: E402
from nvbatch.startup import write_register  # noqa: E402

ZONE = timezone(timedelta(hours=7))
DOMAIN = "tinhmau.example"
MAILBOX = f"tonghop@{DOMAIN}"
FORM = load_form()
LABELS = {column.key: column.label for column in FORM.tasks.columns}
Row = Mapping[str, Any]

CONFIG = """# Cấu hình của bộ mẫu «so-nho»: một tỉnh không có thật
[office]
parent = "ỦY BAN NHÂN DÂN TỈNH MẪU"
name = "VĂN PHÒNG"
place = "Mẫu Đông"
symbol = "VPUBND"
signer_authority = "KT. CHÁNH VĂN PHÒNG"
signer_title = "PHÓ CHÁNH VĂN PHÒNG"
signer_name = "Trịnh Văn Ký"
recipients = ["Chủ tịch, các PCT UBND tỉnh;", "CVP, các PCVP UBND tỉnh;", "Lưu: VT, KSTT."]

[reporting]
frequency = "week"
"""


def main() -> None:
    """Write sample_workbooks/<case>/<period>/ of every case anew."""
    write_period(
        "2025-W11",
        as_of=datetime(2025, 3, 14, 17, 0, tzinfo=ZONE),
        conference=None,
        mails=mails_of_the_first_week(),
    )
    write_period(
        "2025-W12",
        as_of=datetime(2025, 3, 24, 8, 0, tzinfo=ZONE),
        conference=date(2025, 3, 27),
        mails=mails_of_the_second_week(),
    )
    make_binh_dinh.main()
    make_ba_to.main()
    binh_dinh_2025_05.main()
    binh_dinh_2022_03.main()
    dong_thap_2021_04.main()


def write_period(period: str, *, as_of: datetime, conference: date | None, mails: Mapping[str, bytes]) -> None:
    folder = HERE / "so-nho" / period
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for old in inbox.iterdir():
        old.unlink()
    for name, data in mails.items():
        (inbox / name).write_bytes(data)
    (folder / "nvbatch.toml").write_text(CONFIG, encoding="utf-8")
    held = f"conference = {conference.isoformat()}\n" if conference else ""
    (folder / "case.toml").write_text(f"as_of = {as_of.isoformat()}\n{held}", encoding="utf-8")
    write_register(folder / "register.xlsx", register(period), created=as_of)
    (folder / "expected.md").write_text(expected(period), encoding="utf-8")


# --- what the Office knows ----------------------------------------------------------------------


def register(period: str) -> dict[str, list[dict[str, Any]]]:
    agencies = [
        {"agency_code": code, "name": name, "aliases": case.ALIASES[code], "level": level, "group": group,
         "head_name": head, "head_title": title, "email": f"{code.lower()}@{DOMAIN}"}
        for code, name, level, group, head, title, _focal, _position in case.AGENCIES
    ]  # fmt: skip
    focal = [
        {"agency_code": code, "full_name": person, "position": position, "unit": "Văn phòng",
         "phone": f"0000 000 {number:03d}", "email": address(code)}
        for number, (code, _n, _l, _g, _h, _t, person, position) in enumerate(case.AGENCIES, start=1)
    ]  # fmt: skip
    documents = [
        dict(zip(("doc_number", "doc_date", "issuer", "subject", "expected_tasks"), row, strict=True))
        for row in case.DOCUMENTS
    ]
    extensions = [
        {"task_code": code(short), "ordinal": ordinal, "new_deadline": day, "approval_doc": doc, "approved_on": on}
        for short, ordinal, day, doc, on in case.EXTENSIONS.get(period, [])
    ]
    return {
        "agencies": agencies,
        "focal_points": focal,
        "documents": documents,
        "tasks": [task for _short, task in tasks()],
        "extensions": extensions,
        "conferences": [{"held_on": date(2025, 3, 27), "title": "Hội nghị giao ban tháng 3/2025"}],
    }


def tasks() -> list[tuple[str, dict[str, Any]]]:
    dates = {number: day for number, day, *_rest in case.DOCUMENTS}
    made = []
    for line in case.TASKS.strip().splitlines():
        short, kind, document, content, deadline, product, growth = line.split("|")
        fixed = a_date(deadline)
        row = {"task_code": code(short), "task_class": kind, "assigned_by": "UBND tỉnh", "doc_number": document,
               "doc_date": dates[document], "content": content, "lead_agency": case.OWNER[short[:2]],
               "deadline": fixed, "deadline_text": None if fixed else deadline or None, "product": product,
               "growth_impact": growth or None, **case.STATES.get(short, {})}  # fmt: skip
        made.append((short, row))
    return made


def code(short: str) -> str:
    return f"NV-2025-{short}"


def address(agency: str) -> str:
    return f"daumoi.{agency.lower()}@{DOMAIN}"


def a_date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


# --- what the agencies sent ---------------------------------------------------------------------


def mails_of_the_first_week() -> dict[str, bytes]:
    week, rows = "2025-W11", case.W11
    full = {"change_kind": "Thay đổi thời hạn", "task_code": code("0108"), "content": "Tổng kết sớm hơn kế hoạch",
            "old_value": "31/12/2025", "new_value": "15/12/2025", "reason": "Phù hợp lịch họp Hội đồng thi đua",
            "proposal_doc": "17/TTr-SNV ngày 12/3/2025"}  # fmt: skip
    bare = {"change_kind": "Thay đổi thời hạn", "task_code": code("0207"), "content": "Lùi thời hạn",
            "old_value": "20/06/2025", "new_value": "30/09/2025", "reason": "Vướng đơn giá bồi thường",
            "proposal_doc": ""}  # fmt: skip
    thursday, friday = date(2025, 3, 13), date(2025, 3, 14)
    form = name_of
    return {
        "01-sxd-anh-doi-duoi.eml": mail("SXD", "2025-03-11T09:12:00", form("SXD", week), picture()),
        "02-la-gui-thay.eml": mail(
            "XA01", "2025-03-12T14:05:00", form("XA01", week), stamped("XA01", week, rows, date(2025, 3, 12)),
            sender="nguoi.la@thuchung.example"),
        "03-snv.eml": mail(
            "SNV", "2025-03-13T09:10:00", form("SNV", week), stamped("SNV", week, rows, thursday, changes=[full])),
        "04-snnmt-tu-lap.eml": mail(
            "SNNMT", "2025-03-13T16:00:00", "Báo cáo nhiệm vụ tuần 11.xls",
            paper.xls(OWN_SHEET, own_grid("SNNMT", rows, thursday))),
        "05-xa01.eml": mail("XA01", "2025-03-14T10:00:00", form("XA01", week), stamped("XA01", week, rows, friday)),
        "06-stc.eml": mail(
            "STC", "2025-03-14T15:00:00", form("STC", week), stamped("STC", week, rows, friday, changes=[bare])),
        "07-sxd-tre.eml": mail(
            "SXD", "2025-03-14T16:31:10", "bao-cao.zip",
            paper.zipped(form("SXD", week), stamped("SXD", week, rows, friday))),
    }  # fmt: skip


def mails_of_the_second_week() -> dict[str, bytes]:
    week, rows = "2025-W12", case.W12
    earlier = {**rows, "0201": {**rows["0201"], "progress": 70}}
    wednesday, thursday, friday = date(2025, 3, 19), date(2025, 3, 20), date(2025, 3, 21)
    return {
        "11-stc-lan-1.eml": mail(
            "STC", "2025-03-19T09:00:00", name_of("STC", week), stamped("STC", week, earlier, wednesday)),
        "12-snv.eml": mail("SNV", "2025-03-20T10:00:00", name_of("SNV", week), stamped("SNV", week, rows, thursday)),
        "13-snnmt-ods.eml": mail(
            "SNNMT", "2025-03-20T15:20:00", "Báo cáo nhiệm vụ tuần 12.ods",
            paper.ods(OWN_SHEET, own_grid("SNNMT", rows, thursday))),
        "14-stc-lan-2.eml": mail(
            "STC", "2025-03-21T11:00:00", name_of("STC", week), stamped("STC", week, rows, friday)),
        "15-xa01-sau-khoa.eml": mail(
            "XA01", "2025-03-24T07:30:00", name_of("XA01", week), stamped("XA01", week, rows, date(2025, 3, 24))),
    }  # fmt: skip


def name_of(agency: str, period: str) -> str:
    return f"BM01_{agency}_CHUNG_{period}.xlsx"


def filled(agency: str, rows: Mapping[str, Any], day: date) -> list[dict[str, Any]]:
    """The lines of an agency's sheet Nhiệm vụ: what the Office wrote and, beside it, what the agency typed."""
    known = dict(tasks())
    lines = []
    for short, said in rows.items():
        if case.OWNER.get(short[:2], "XA01") != agency:
            continue
        every = said if isinstance(said, list) else [said]
        lines.extend({**issued(short, known.get(short)), **typed(agency, one, day)} for one in every)
    return [{"no": number, **line} for number, line in enumerate(lines, start=1)]


def issued(short: str, task: Row | None) -> dict[str, Any]:
    if task is None:
        return {"task_code": code(short), "content": "Sửa chữa nhà văn hóa thôn 3"}
    document = f"{task['doc_number']} ngày {task['doc_date']:%d/%m/%Y}"
    deadline = task["deadline"] or task["deadline_text"]
    return {"task_code": task["task_code"], "task_class": task["task_class"], "assigning_doc": document,
            "content": task["content"], "deadline": deadline, "product": task["product"]}  # fmt: skip


def typed(agency: str, said: Row | None, day: date) -> dict[str, Any]:
    if said is None:
        return {}
    head = next(row[4] for row in case.AGENCIES if row[0] == agency)
    people = {"accountable_head": head, "supervisor": "Vũ Thị Phụ Trách", "assignee": "Phòng Tổng hợp, Tô Văn Làm"}
    return {**people, "updated_on": day, **said}


# --- workbooks as people make them --------------------------------------------------------------


def stamped(agency: str, period: str, rows: Mapping[str, Any], day: date, changes: Sequence[Row] = ()) -> bytes:
    """Our form BM01 as it comes back: hidden stamp, hidden key row, title block, data."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2025, 1, 1), "title": FORM.title})
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})

    def table(name: str, columns: Sequence[Any], lines: Iterable[Row], title: str) -> None:
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title)
        sheet.write_string(1, 0, f"Cơ quan: {agency_name(agency)} · Kỳ báo cáo: {period}")
        for at, column in enumerate(columns):
            sheet.write_string(3, at, column.key)
            sheet.write_string(4, at, column.label, bold)
            sheet.set_column(at, at, column.width)
        sheet.set_row(3, None, None, {"hidden": True})
        for row, line in enumerate(lines, start=5):
            for at, column in enumerate(columns):
                put(sheet, row, at, line.get(column.key), dated)
        sheet.freeze_panes(5, 2)

    info = book.add_worksheet(FORM.info.name)
    for row, (field, value) in enumerate(information(agency, period, day).items()):
        info.write_string(row, 0, FORM.info.column(field).label)
        put(info, row, 1, value, dated)
    info.set_column(0, 1, 28)
    table(FORM.tasks.name, FORM.tasks.columns, filled(agency, rows, day), FORM.title)
    table(FORM.changes.name, FORM.changes.columns, changes, "BIẾN ĐỘNG DANH MỤC NHIỆM VỤ")
    stamp = book.add_worksheet(FORM.stamp_sheet)
    stamp.very_hidden()
    mark = {"form": FORM.form, "version": FORM.version, "agency": agency, "program": "CHUNG", "period": period,
            "issued_at": f"{day - timedelta(days=7)}T08:00:00+07:00"}  # fmt: skip
    for row, field in enumerate(FORM.stamp_fields):
        stamp.write_string(row, 0, field)
        stamp.write_string(row, 1, mark[field])
    book.close()
    return buffer.getvalue()


def put(sheet: Any, row: int, column: int, value: Any, dated: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), dated)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, value)


def information(agency: str, period: str, day: date) -> dict[str, Any]:
    row = next(row for row in case.AGENCIES if row[0] == agency)
    return {"agency_code": agency, "agency_name": row[1], "period": period, "prepared_on": day, "focal_point": row[6],
            "position": row[7], "email": address(agency), "approved": "Có"}  # fmt: skip


# A department's own layout: other order, other words, sections, a number row, a total and signatures.
OWN = ("no", "task_code", "content", "assigning_doc", "deadline", "product", "accountable_head", "supervisor",
       "assignee", "narrative", "progress", "reported_status", "completed_on", "result", "result_doc", "updated_on",
       "requested_deadline", "extension_reason", "delay_cause_kind", "delay_reason", "explanation_doc",
       "confirmation")  # fmt: skip
OWN_SHEET = "Biểu tổng hợp"
OWN_WORDS = {
    "no": "TT",
    "narrative": "Tình hình thực hiện",
    "deadline": "Thời hạn hoàn thành",
    "result_doc": "Văn bản, sản phẩm",
    "assigning_doc": "Số, ký hiệu văn bản giao",
}


def own_grid(agency: str, rows: Mapping[str, Any], day: date) -> list[list[Any]]:
    lines = filled(agency, rows, day)
    table = [[line.get(key) for key in OWN] for line in lines]
    half = sum(line["task_code"] <= code("0304") for line in lines)
    return [
        ["UBND TỈNH MẪU", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [agency_name(agency).upper(), None, None, None, "Độc lập - Tự do - Hạnh phúc"],
        [],
        [f"TÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO (đến ngày {day:%d/%m/%Y})"],
        [OWN_WORDS.get(key, LABELS[key]) for key in OWN],
        [f"({number})" for number in range(1, len(OWN) + 1)],
        ["I", None, "Lĩnh vực nông nghiệp"],
        *table[:half],
        ["II", None, "Lĩnh vực đất đai, môi trường"],
        *table[half:],
        [None, None, f"Tổng cộng: {len(lines)} nhiệm vụ"],
        [],
        ["NGƯỜI LẬP BIỂU", None, None, None, "THỦ TRƯỞNG CƠ QUAN"],
    ]


def picture() -> bytes:
    """A scan that somebody renamed to .xlsx: the head of a PNG file is all that matters."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
        + bytes(900)
    )


def mail(agency: str, at: str, name: str, data: bytes, *, sender: str = "") -> bytes:
    """A mail as the Office's server filed it: its own Received line on top, the attachment as sent."""
    received = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    person = next(row[6] for row in case.AGENCIES if row[0] == agency)
    message = EmailMessage(policy=SMTP)
    message["Received"] = f"from mx.{DOMAIN} by mail.{DOMAIN} with LMTP; {format_datetime(received)}"
    message["From"] = f"{'' if sender else person} <{sender or address(agency)}>".strip()
    message["To"] = MAILBOX
    message["Subject"] = f"Báo cáo nhiệm vụ - {agency_name(agency)}"
    message["Date"] = format_datetime(received - timedelta(seconds=40))
    message["Message-ID"] = f"<{agency.lower()}.{received:%Y%m%d%H%M%S}@{DOMAIN}>"
    message.set_content(
        "Kính gửi Văn phòng UBND tỉnh,\n\nĐơn vị gửi báo cáo tuần trong tệp kèm theo.\n\nTrân trọng./.\n"
    )
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary(f"=_nvbatch_{received:%Y%m%d%H%M%S}")
    return message.as_bytes()


def agency_name(agency: str) -> str:
    return next(row[1] for row in case.AGENCIES if row[0] == agency)


# --- what must come of it -----------------------------------------------------------------------


def expected(period: str) -> str:
    first = period == "2025-W11"
    truth = case.TRUTH_W11 if first else case.TRUTH_W12
    files = case.FILES_W11 if first else case.FILES_W12
    flags = case.AGENCY_FLAGS_W11 if first else case.AGENCY_FLAGS_W12
    statuses = Counter(status for status, *_rest in truth.values())
    lines = [f"# so-nho, {period}: what must come of it", ""]
    lines += ["Written by `make samples` from the case's own decisions; a flag in brackets may be there or not.", ""]
    lines += ["## Totals", "", "| figure | value |", "|---|---|", f"| assigned | {len(truth)} |"]
    lines += [f"| {status} | {number} |" for status, number in sorted(statuses.items())]
    lines += [f"| not_aggregated | {sum(not aggregated for _s, _d, aggregated, *_r in truth.values())} |"]
    lines += [f"| recurring_met | {case.RECURRING_MET[period]} |"]
    lines += [
        "",
        "## Files",
        "",
        "| mail | file | agency | state | timeliness | findings |",
        "|---|---|---|---|---|---|",
    ]
    for name, (file, agency, state, timeliness, found) in files.items():
        places = [
            placed(finding, agency, case.W11 if first else case.W12, own=not file.startswith("BM01"))
            for finding in found
        ]
        lines.append(f"| {name} | {file} | {agency} | {state} | {timeliness} | {' · '.join(places)} |")
    office = " · ".join(placed(finding, "", {}, own=False) for finding in case.OFFICE_FINDINGS[period])
    lines += ["", f"Judged at as-of: {office}", ""]
    lines += ["## Agencies", "", "| agency | flags |", "|---|---|"]
    lines += [f"| {row[0]} | {flags.get(row[0], '')} |" for row in case.AGENCIES]
    lines += ["", "## Tasks", "", "| task | status | days | aggregated | flags |", "|---|---|---|---|---|"]
    for short, (status, days, aggregated, must, may) in truth.items():
        worn = " ".join([must, *(f"[{flag}]" for flag in may.split())]).strip()
        shown = "" if days is None else days
        lines.append(f"| {code(short)} | {status} | {shown} | {'yes' if aggregated else 'no'} | {worn} |")
    return "\n".join(lines) + "\n"


def placed(finding: str, agency: str, rows: Mapping[str, Any], *, own: bool) -> str:
    """«C404 0201 progress» with the whole task code and the cell, counted on the sheet as it was written."""
    rule, *where = finding.split()
    if not where:
        return rule
    if len(where) == 1:
        return f"{rule} {code(where[0])}"
    keys = OWN if own else FORM.tasks.keys
    grid = (
        own_grid(agency, rows, date.min)
        if own
        else [[]] * 5 + [[line.get(key) for key in keys] for line in filled(agency, rows, date.min)]
    )
    row = next(number for number, line in enumerate(grid, start=1) if code(where[0]) in line)
    return f"{rule} {code(where[0])} {xl_col_to_name(keys.index(where[1]))}{row}"


if __name__ == "__main__":
    main()
