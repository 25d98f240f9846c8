"""More than sixty treacherous texts in; whether each came out of master, return, Word and mail as it went in, out."""

from __future__ import annotations

import email
import email.policy
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from nvbatch.workspace import Workspace
from tests.sheet_factory import header, task, xlsx
from tests.torture.report import Report
from tests.torture.town import MONDAY, code_of, lay, receipts, town

PAYLOADS = (
    "=1+1", "=HYPERLINK(\"http://x.example\",\"bấm\")", "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1",
    "=IMPORTXML(\"http://x.example\")", "{=1+1}", "'=1+1", "#N/A", "#REF!", "#VALUE!", "TRUE", "1E5", "0123", "1/2",
    "{{ 7*7 }}", "{% for x in y %}", "{# không #}", "${7*7}", "<%= 7*7 %>", "{{ config }}", "{%p if 1 %}", "{{r x }}",
    "{{ ''.__class__ }}", "#{7*7}", "{{", "}}", "{%", "%s %d %(x)s", "{0} {x}", "<b>đậm</b>", "<w:p>", "</w:t></w:r>",
    "a < b & c > d", "&lt;&amp;&#60;", "<!-- -->", "<![CDATA[x]]>", "]]>", "<?xml?>", "<!DOCTYPE x>", "\"nháy\" 'đơn'",
    "_x000B_", "_x0041_", "_xD83D_", "x\x00y", "x\x07y", "x\x0by", "x\x1by", "x\ud800y", "x\ufffey", "x\uffffy",
    "\u202eđảo", "\u200bkhông", "\u00adgạch", "😀 cười", "𠀀𠀁", "e\u0302\u0323 rời", "Đ\u0300", "\u2028dòng",
    "http://x.example/a?b=c", "xem mailto:a@b.example", "xem file:///etc/passwd", "\\\\may\\chia-se",
    "xem internal:Sheet1!A1",
    "C:\\Windows\\x.exe", "a\r\nBcc: ke.gian@x.example", "a\nb\nc", "../../../etc/passwd", "'; DROP TABLE x;--",
    "%0d%0aBcc:", "=?utf-8?b?PGI+?=", "=" * 300, "(" * 500, "Ơ" * 2000,
)  # fmt: skip
LIVE = ("1+1", "cmd|", "x.example", "IMPORTXML", "SUM(1)", "7*7", "đề nghị", "đã làm")  # ours hold none of these
TAIL = " đã làm xong việc này trong kỳ"
AGENCY = "SNV"


def texts(folder: Path) -> Report:
    """One agency whose tasks each bear a payload in the narrative and in the proposal."""
    report = Report("texts")
    report.points = len(PAYLOADS) * 4
    ws = _play(folder / "ws")
    run = ws.out / "2025-W11-001"
    report.wrong += _record(run)
    report.wrong += [wrong for path in sorted(run.rglob("*.xlsx")) for wrong in _workbook(path)]
    report.wrong += [wrong for path in sorted(run.rglob("*.docx")) for wrong in _document(path)]
    report.wrong += [wrong for path in sorted(run.rglob("*.eml")) for wrong in _mail(path)]
    report.wrong += _comes_back(run)
    if not all(any(run.rglob(kind)) for kind in ("*.docx", "Tong-hop*.xlsx", "SNV*.xlsx", "*.eml")):
        report.wrong.append("an output is missing")
    return report


def _play(root: Path) -> Workspace:
    from nvbatch.cli.entry import main

    ws = town(root, tasks=len(PAYLOADS))
    rows = [
        task(
            task_code=code_of(AGENCY, number), narrative=payload + TAIL, difficulty="Thiếu vốn " + payload,
            proposal=payload + " đề nghị bố trí", escalate_to="UBND tỉnh", deadline=None,
        )
        for number, payload in enumerate(map(_typeable, PAYLOADS), start=1)
    ]  # fmt: skip
    book = xlsx({"Nhiệm vụ": [header(), *rows], "Thông tin": [["Mã cơ quan", AGENCY]]})
    lay(ws, "SNV.xlsx", book)
    receipts(ws, {"SNV.xlsx": "2025-03-12T09:00:00+07:00"})
    assert main(["run", "-w", str(root), "--as-of", MONDAY.isoformat()]) == 0
    return ws


def _typeable(payload: str) -> str:
    """No writer can write a lone surrogate as UTF-8; Excel's own escape says the same."""
    return re.sub("[\ud800-\udfff\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", payload)


def bare(text: str) -> str:
    """What must survive: every visible character; spaces, and what cannot be kept at all, do not count."""
    text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c)[0] != "C" and c != "\ufffd")


def _record(run: Path) -> Iterator[str]:
    (sent,) = json.loads((run / "run.json").read_bytes())["submissions"]
    if sent["rows_read"] != len(PAYLOADS) or sent["rows_read"] != sent["rows_merged"] + sent["rows_held"]:
        yield f"rows: {sent['rows_read']} read, {sent['rows_merged']} merged, {sent['rows_held']} held"


def _workbook(path: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(path)
    wanted = {bare(p + TAIL): p for p in PAYLOADS}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and any(mark in str(cell.value) for mark in LIVE):
                    yield f"{path.name} {sheet.title}!{cell.coordinate}: a formula"
                if cell.hyperlink is not None and cell.hyperlink.target and "x.example" in cell.hyperlink.target:
                    yield f"{path.name} {sheet.title}!{cell.coordinate}: a link"
                if isinstance(cell.value, str):
                    wanted.pop(bare(cell.value), None)
    if path.name.startswith("Tong-hop"):
        yield from (f"{path.name}: {payload!r} is not there as it was" for payload in wanted.values())


def _document(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        links = [name for name in package.namelist() if name.endswith(".rels") and b"x.example" in package.read(name)]
        text = "".join(_texts(package.read("word/document.xml").decode("utf-8")))
    if links:
        yield f"{path.name}: a link"
    if re.search(r"(?<![\d*])49(?![\d*])\s*đề nghị", text):
        yield f"{path.name}: a template was run"
    if path.name == "Bao-cao-tong-hop.docx":
        yield from _all_in(path.name, text)


def _all_in(name: str, text: str) -> Iterator[str]:
    """Of each proposal as much as is shown stands there as it was; nothing after it is lost."""
    shown = bare(text)
    for payload in PAYLOADS:
        if bare(payload)[:40] not in shown:
            yield f"{name}: {payload[:40]!r} is not there as it was"


def _texts(xml: str) -> Iterator[str]:
    for found in re.finditer(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml):
        yield found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


def _mail(path: Path) -> Iterator[str]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    if message["Bcc"] or "ke.gian" in str(message["To"]) + str(message["Cc"]) + str(message["Subject"]):
        yield f"{path.name}: a header was smuggled in"
    if message.defects:
        yield f"{path.name}: {message.defects}"


def _comes_back(run: Path) -> Iterator[str]:
    """The return, read as a workbook, says what the agency wrote."""
    for path in (run / "phan-hoi").glob(f"{AGENCY}-*.xlsx"):
        book = openpyxl.load_workbook(path)
        seen = {bare(str(cell)) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
        joined = "".join(seen)
        for payload in PAYLOADS:
            if bare(payload + TAIL) not in seen and bare(payload + TAIL) not in joined:
                yield f"{path.name}: {payload[:40]!r} is not there as it was"
