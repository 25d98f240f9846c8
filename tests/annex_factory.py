"""Rows of text and merged areas in, the same annex as a Word document or an Excel workbook out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = Sequence[str]
HEADER: Line = ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành", "Sản phẩm", "Ghi chú")
TITLE = ("PHỤ LỤC", "NHIỆM VỤ NĂM 2025", "(Kèm theo Kế hoạch số 7/KH-UBND ngày 05/01/2025 của UBND tỉnh)")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """``merged``: first row, first column, last row, last column of the table, from 0."""

    rows: Sequence[Line]
    merged: Sequence[tuple[int, int, int, int]] = ()
    title: Sequence[str] = TITLE
    after: Sequence[str] = ()


def word(path: Path, paper: Paper, *more: Paper, change: Callable[[Any], None] = lambda document: None) -> Path:
    """A .docx; every further paper is a further table. ``change`` may still alter the python-docx document."""
    from docx import Document

    document = Document()
    for each in (paper, *more):
        for line in each.title:
            document.add_paragraph(line)
        table = document.add_table(rows=0, cols=max(len(row) for row in each.rows))
        for row in each.rows:
            for cell, text in zip(table.add_row().cells, row, strict=False):
                cell.text = text
        for top, left, bottom, right in each.merged:
            texts = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = texts
        for line in each.after:
            document.add_paragraph(line)
    change(document)
    document.save(str(path))
    return path


def excel(path: Path, paper: Paper) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet, plain = book.add_worksheet("Phụ lục"), book.add_format({"text_wrap": True})
        for at, line in enumerate(paper.title):
            sheet.write_string(at, 0, line)
        top = len(paper.title) + 1
        for first, left, last, right in paper.merged:
            sheet.merge_range(top + first, left, top + last, right, "", plain)
        for at, row in enumerate(paper.rows, start=top):
            for column, text in enumerate(row):
                if text.isdecimal():
                    sheet.write_number(at, column, int(text))
                elif text:
                    sheet.write_string(at, column, text)
        for at, line in enumerate(paper.after, start=top + len(paper.rows) + 1):
            sheet.write_string(at, 0, line)
    return path
