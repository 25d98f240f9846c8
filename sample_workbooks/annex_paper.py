"""The tasks of case ba-to-2024-05 in, the annex as its office typed it out: a Word document and the same in Excel."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ba_to as case
import paper

TITLE = ("PHỤ LỤC", "NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2024",
         "(Kèm theo Quyết định số 3690/QĐ-UBND ngày 20/12/2023 của Chủ tịch UBND huyện Ba Tơ)")  # fmt: skip
HEADER = (("STT", "Nhiệm vụ", "Cơ quan thực hiện", "", "Thời gian hoàn thành", "Sản phẩm,\nkết quả", "Ghi chú"),
          ("", "", "Chủ trì", "Phối hợp", "", "", ""))  # fmt: skip
NUMBERS = ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)")
AFTER = "Ghi chú: Các cơ quan, đơn vị báo cáo kết quả về Phòng Nội vụ trước ngày 25 của tháng cuối quý."
WIDTHS = (1.2, 7.5, 3.6, 3.4, 2.8, 2.8, 2.0)  # centimetres
SECOND_TABLE = 52  # the task with which the list goes on in a table of its own, under the same header


def lines() -> list[tuple[str, ...]]:
    """Rows as typed: sections, tasks, a second product on a row of its own, ditto marks."""
    found: list[tuple[str, ...]] = []
    section, above = "", ""
    for task in case.tasks():
        if task.section != section:
            section = task.section
            number, words = section.split("|")
            found.append((number, words))
        same = bool(task.coordinating) and task.coordinating == above
        above = task.coordinating
        products = task.product.split("; ")
        found.append((str(task.number), task.content, task.lead_words, "nt" if same else task.coordinating, task.phrase,
                      products[0], ""))  # fmt: skip
        found += [("", "", "", "", "", product, "") for product in products[1:]]
    return found


def word() -> bytes:
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    document.core_properties.created = document.core_properties.modified = datetime(2023, 12, 20, 8)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Times New Roman", Pt(12)
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    head = document.add_table(rows=1, cols=2)
    _type(
        head.rows[0],
        ("ỦY BAN NHÂN DÂN\nHUYỆN BA TƠ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"),
    )
    for line in TITLE:
        document.add_paragraph(line)
    every = lines()
    cut = next(at for at, line in enumerate(every) if line[0] == str(SECOND_TABLE))
    _table(document, every[:cut], Cm)
    document.add_paragraph("")
    _table(document, every[cut:], Cm)
    document.add_paragraph(AFTER)
    foot = document.add_table(rows=1, cols=2)
    _type(foot.rows[0], ("Nơi nhận:\n- Như trên;\n- Lưu: VT, PNV.", "CHỦ TỊCH\n\n\nPhạm Văn Ký"))
    buffer = io.BytesIO()
    document.save(buffer)
    return paper.dateless(buffer.getvalue())


def _table(document: Any, body: Sequence[tuple[str, ...]], cm: Any) -> None:
    """Header in two rows with merged cells, a row of column numbers, sections merged across."""
    table = document.add_table(rows=0, cols=len(NUMBERS), style="Table Grid")
    for line in (*HEADER, NUMBERS, *(line if len(line) == len(NUMBERS) else (*line, *[""] * 5) for line in body)):
        _type(table.add_row(), line)
    for column, width in enumerate(WIDTHS):
        table.columns[column].width = cm(width)
    rows = table.rows
    first, second = rows[0].cells, rows[1].cells
    first[2].merge(first[3])
    for column in (0, 1, 4, 5, 6):
        first[column].merge(second[column])
    for at, line in enumerate(body, start=3):
        if len(line) == 2:
            cells = rows[at].cells
            cells[1].merge(cells[-1])


def _type(row: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        if text:
            cell.text = text


def excel() -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2023, 12, 20, 8)})
    plain = book.add_format({"font_name": "Times New Roman", "text_wrap": True, "border": 1, "valign": "top"})
    sheet = book.add_worksheet("Phụ lục QĐ 3690")
    for at, line in enumerate(TITLE):
        sheet.merge_range(at, 0, at, 6, line, plain)
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width * 4.5)
    for row, texts in enumerate((*HEADER, NUMBERS), start=4):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, plain)
    sheet.merge_range(4, 2, 4, 3, HEADER[0][2], plain)
    for column in (0, 1, 4, 5, 6):
        sheet.merge_range(4, column, 5, column, HEADER[0][column], plain)
    row = 7
    for line in lines():
        if len(line) == 2:
            sheet.merge_range(row, 1, row, 6, line[1], plain)
        for column, text in enumerate(line[:1] if len(line) == 2 else line):
            if column == 0 and text.isdecimal():
                sheet.write_number(row, column, int(text), plain)
            elif text:
                sheet.write_string(row, column, text, plain)
        row += 1
    sheet.write_string(row, 1, f"Tổng cộng: {len(case.tasks())} nhiệm vụ", plain)
    sheet.write_string(row + 2, 0, AFTER)
    sheet.write_string(row + 4, 5, "CHỦ TỊCH")
    book.close()
    return buffer.getvalue()
