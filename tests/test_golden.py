"""Golden outputs of the sample cases as text: a change of what people read is seen in a diff."""

from __future__ import annotations

import email
import email.policy
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import Plays
from lxml import etree

from nvbatch.demo import Act, cases
from nvbatch.run import RunResult

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SMALL = "so-nho"
MARKED = "STC-"  # one marked return a period shows what all look like
Golden = Callable[[str, str], None]


@pytest.mark.parametrize("case", cases())
def test_what_people_read_is_as_it_was(case: str, plays: Plays, golden: Golden) -> None:
    seen_mails: set[str] = set()
    for act, result in shown(plays, case):
        assert result.failures == ()
        for output in result.outputs:
            path, name = result.folder / output.path, f"{case}/{act.period}/{output.path}"
            if output.kind == "return" and not path.name.startswith(MARKED):
                continue
            if path.suffix == ".xlsx":
                golden(f"{name}.txt", "\n".join(workbook_lines(path)) + "\n")
            elif path.suffix == ".docx":
                golden(f"{name}.txt", "\n".join(document_lines(path)) + "\n")
            elif path.suffix == ".eml":
                if case == SMALL or path.name.split("-")[0] not in seen_mails:  # of a large case one of each kind
                    seen_mails.add(path.name.split("-")[0])
                    golden(f"{name}.txt", "\n".join(mail_lines(path)) + "\n")
            elif path.suffix == ".txt":
                golden(name, path.read_text(encoding="utf-8-sig"))


@pytest.mark.parametrize("case", cases())
def test_what_machines_read_is_as_it_was(case: str, plays: Plays, golden: Golden) -> None:
    for act, result in shown(plays, case):
        record = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
        for once in ("generated_at", "version"):
            record["run"].pop(once)
        golden(f"{case}/{act.period}/run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def shown(plays: Plays, case: str) -> tuple[tuple[Act, RunResult], ...]:
    """Every period of the small case; of a large one the last, which leans on all before it."""
    return plays(case) if case == SMALL else plays(case)[-1:]


def workbook_lines(path: Path) -> Iterator[str]:
    """Sheet by visible sheet, one line a row that holds anything: ``row: A=… | C=…``, comments behind their cell."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        yield f"== {sheet.title}"
        for row in sheet.iter_rows():
            cells = [f"{cell.column_letter}={_shown(cell)}" for cell in row if cell.value is not None]
            if cells:
                yield f"{row[0].row}: " + " | ".join(cells)


def document_lines(path: Path) -> Iterator[str]:
    """Every paragraph's text in reading order, table cells joined by a bar."""
    with zipfile.ZipFile(path) as package:
        body = etree.fromstring(package.read("word/document.xml"))[0]
    for block in body:
        if block.tag == f"{W}tbl":
            for row in block.iter(f"{W}tr"):
                yield " | ".join(_text(cell) for cell in row.iter(f"{W}tc"))
        elif text := _text(block):
            yield text


def mail_lines(path: Path) -> Iterator[str]:
    """The head that a reader sees, the names of what is attached, and the text."""
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    for name in ("To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted"):
        if mail[name]:
            yield f"{name}: {mail[name]}"
    yield from (f"[{part.get_filename()}]" for part in mail.iter_attachments())
    body = mail.get_body()
    assert body is not None
    yield ""
    yield from body.get_content().splitlines()


def _text(element: Any) -> str:
    """Runs as they stand; a line break or a new paragraph as « / »."""
    breaks = {f"{W}br", f"{W}p", f"{W}tab"}
    pieces = (piece.text or "" if piece.tag == f"{W}t" else "\n" for piece in element.iter(f"{W}t", *breaks))
    return " / ".join(line.strip() for line in "".join(pieces).split("\n") if line.strip())


def _shown(cell: Any) -> str:
    value = cell.value
    if isinstance(value, (date, datetime)):
        value = value.isoformat()
    note = f" «{cell.comment.text}»" if cell.comment else ""
    return f"{value}{note}".replace("\n", "⏎")
