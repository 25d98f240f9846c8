"""Tables of an annex in; its tasks as they are written out, and every row that could not be placed, with the reason.

Headings, numbers of columns, totals, notes and signatures are no tasks; several products of one task on several rows
are one task; several tables under one header (or a table that goes on without one) are one list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nvbatch import viet
from nvbatch.annex_columns import Columns, Line, find_columns, lines, merged_downwards, repeats_header
from nvbatch.annex_tables import Part
from nvbatch.annex_task import Annex, AnnexTask, Remark
from nvbatch.annex_words import (
    ARABIC,
    BULLET,
    EMPTY,
    GOES_ON,
    HEADED,
    NESTED,
    ROMAN,
    headed,
    is_ditto,
    joined,
    parted,
    short,
)  # fmt: skip
from nvbatch.form import Sheet
from nvbatch.rowkinds import numbers_columns, remarks, signs_off, sums_up

_BESIDE = ("lead_agency", "coordinating_agencies", "deadline_text", "product")


def read_annex(parts: Sequence[Part], sheet: Sheet) -> Annex:
    """All parts as one list of tasks. ``tables`` is 0 where no part holds a list."""
    state = _State()
    title: list[str] = []
    tables, known = 0, None
    for part in parts:
        columns = find_columns(part.grid, sheet)
        if columns is None and known is not None and _goes_on(part, known):
            below, columns = 0, replace(known, header_row=0, first_row=0)
        elif columns is None:
            state.skipped(part, listed=known is not None)
            title += [*part.above, *_texts(part)] if known is None else []
            continue
        else:
            below = columns.header_row
            title += [*part.above, *_texts(part, until=columns.first_row)] if known is None else []
            known = columns
        tables += 1
        state.headings += [Remark(place=part.place, row=None, text=text, why="dòng chữ giữa các bảng")
                           for text in part.above if tables > 1]  # fmt: skip
        _Walk(state, part, columns).read(lines(part.grid, columns, below=below))
    return Annex(
        tasks=tuple(state.tasks),
        remarks=tuple(state.remarks),
        title=tuple(title),
        headings=tuple(state.headings),
        stated=state.stated,
        tables=tables,
    )


def _goes_on(part: Part, columns: Columns) -> bool:
    """Has a table without a header the shape of the list before it (and is it no block of signatures)?"""
    width = max((len(cells) for _, cells in part.grid.rows), default=0)
    texts = _texts(part)
    return width == columns.width and width > 2 and not any(signs_off(viet.clean(text)) for text in texts)


def _texts(part: Part, until: int | None = None) -> list[str]:
    rows = [cells for number, cells in part.grid.rows if until is None or number < until]
    return [viet.clean(cell) for cells in rows for cell in cells if isinstance(cell, str) and cell.strip()]


@dataclass(slots=True)
class _State:
    """What goes on from table to table."""

    tasks: list[AnnexTask] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    headings: list[Remark] = field(default_factory=list)
    section: list[str] = field(default_factory=list)
    default_lead: str = ""
    stated: int | None = None
    numbered: bool = False

    def skipped(self, part: Part, *, listed: bool) -> None:
        """A table with several columns and rows that is no list is named; title and signature blocks are not."""
        wide = [cells for _, cells in part.grid.rows if sum(bool(str(cell).strip()) for cell in cells) >= 3]
        if len(wide) >= 2:
            why = "bảng không có tiêu đề cột «Nhiệm vụ» cùng cơ quan, thời hạn hoặc sản phẩm"
            self.remarks.append(Remark(place=part.place, row=None, text=short(_texts(part)), why=why))


class _Walk:
    """Goes down one table."""

    def __init__(self, state: _State, part: Part, columns: Columns) -> None:
        self.state = state
        self.part = part
        self.columns = columns
        self.ended = False
        self.open = False  # may a row without number go on with the task above?

    def read(self, rows: Sequence[Line]) -> None:
        rows = _without_dittos(rows)
        self.state.numbered |= sum(bool(ARABIC.fullmatch(_no(line))) for line in rows) >= 2
        for key, label in (("deadline_text", "thời hạn"), ("product", "sản phẩm")):
            for top, bottom in merged_downwards(self.part.grid, self.columns, key):
                why = f"ô {label} gộp nhiều dòng ({top}–{bottom}): chỉ ghi cho dòng đầu"
                self.remark(next((line for line in rows if line.row == top), None), why)
        for at, line in enumerate(rows):
            self._row(line, rows[at + 1 :])

    def _row(self, line: Line, following: Sequence[Line]) -> None:
        first = viet.clean(line.texts[0])
        if repeats_header(line, self.columns) or numbers_columns(line.cells):
            return
        if sums_up(first) or (line.texts[1:] and sums_up(viet.clean(line.texts[1]))):
            self.state.stated = _stated(line) or self.state.stated
            return
        whole = _has(line, "content") and (_has(line, "lead_agency") or _has(line, "deadline_text"))
        if remarks(first) or (not whole and any(signs_off(viet.clean(text)) for text in line.texts)):
            self.ended = self.ended or not remarks(first)
            return
        if self.ended and not whole:
            return
        self.ended = False
        if self._is_heading(line, following):
            self._heading(line)
        elif not line.own("content"):
            self._without_content(line)
        else:
            self._with_content(line, following)

    # --- headings -------------------------------------------------------------------------------

    def _is_heading(self, line: Line, following: Sequence[Line]) -> bool:
        number, content = _no(line), line.own("content")
        beside = [key for key in _BESIDE if line.own(key)]
        if line.wide and len(line.texts) <= 2:
            return True
        if len(line.texts) == 1:
            text = viet.clean(line.texts[0])
            if beside or (self.open and (line.own("note") or line.own("leader") or GOES_ON.match(text))):
                return False
            return not ARABIC.fullmatch(text) and not NESTED.fullmatch(text)
        if ROMAN.fullmatch(number) and content:
            return not beside or (beside == ["lead_agency"] and self.state.numbered)
        if beside or not content or not number:
            return bool(content) and not number and not beside and not GOES_ON.match(content)
        return _is_above(number, next((rest for rest in following if not repeats_header(rest, self.columns)), None))

    def _heading(self, line: Line) -> None:
        text = " ".join(dict.fromkeys(viet.clean(text) for text in line.texts))
        self.state.headings.append(Remark(place=self.part.place, row=line.row, text=text, why="đề mục"))
        top = bool(ROMAN.fullmatch(_no(line)) or HEADED.match(text))
        self.state.section = [text] if top else [*self.state.section[:1], text]
        lead = line.own("lead_agency")
        self.state.default_lead = lead if lead and lead != text else headed(text)
        self.open = False

    # --- tasks ----------------------------------------------------------------------------------

    def _without_content(self, line: Line) -> None:
        """Another product of the task above, or something that cannot be placed."""
        if self.open and any(line.own(key) for key in (*_BESIDE, "note", "leader")):
            self._go_on(line)
            return
        if line.values.get("content") and "content" in line.filled and self.open:
            return  # nothing of its own in a row of a merged cell
        if not (len(line.texts) == 1 and ARABIC.fullmatch(line.texts[0])):
            self.remark(line, "dòng không có nội dung nhiệm vụ")
        else:
            self.remark(line, "chỉ có số thứ tự, không có nội dung")

    def _with_content(self, line: Line, following: Sequence[Line]) -> None:
        numbered = bool(_no(line)) and not BULLET.fullmatch(_no(line)) and "no" not in line.filled
        part_of_above = self.open and self.state.numbered and not numbered and not line.own("lead_agency")
        if part_of_above:
            self._go_on(line)
        else:
            self._task(line)

    def _task(self, line: Line) -> None:
        lead, coordinating = parted(_said(line, "lead_agency"), _said(line, "coordinating_agencies"))
        task = AnnexTask(
            place=self.part.place,
            rows=(line.row,),
            number=_no(line),
            section=tuple(self.state.section),
            content=line.values["content"],
            lead=lead or self.state.default_lead,
            coordinating=coordinating,
            deadline=_said(line, "deadline_text"),
            product=_said(line, "product"),
            leader=_said(line, "leader"),
            note=line.values.get("note", ""),
        )
        if not lead and self.state.default_lead:
            self.remark(line, f"ô cơ quan chủ trì để trống: lấy theo đề mục «{self.state.default_lead}»")
        if line.struck:
            self.remark(line, "nội dung có chữ bị gạch ngang: kiểm tra nhiệm vụ có bị bỏ không")
        self.state.tasks.append(task)
        self.open = True

    def _go_on(self, line: Line) -> None:
        """Join the row to the task above; a row with an agency and a deadline of its own is a task of its own."""
        above = self.state.tasks[-1]
        lead, coordinating = parted(_said_own(line, "lead_agency"), _said_own(line, "coordinating_agencies"))
        deadline = _said_own(line, "deadline_text")
        other_lead = bool(lead) and viet.key(lead) not in viet.key(above.lead)
        if other_lead and deadline and viet.key(deadline) != viet.key(above.deadline):
            self._task(replace(line, values={**line.values, "content": above.content, "no": above.number}))
            return
        self.state.tasks[-1] = replace(
            above,
            rows=(*above.rows, line.row),
            content=joined(above.content, line.own("content"), "\n"),
            lead=joined(above.lead, lead, "; "),
            coordinating=joined(above.coordinating, coordinating, "; "),
            deadline=joined(above.deadline, deadline, "; "),
            product=joined(above.product, _said_own(line, "product"), "; "),
            leader=joined(above.leader, _said_own(line, "leader"), "; "),
            note=joined(above.note, line.own("note"), "; "),
        )

    def remark(self, line: Line | None, why: str) -> None:
        row, texts = (line.row, line.texts) if line else (None, ())
        self.state.remarks.append(Remark(place=self.part.place, row=row, text=short(texts), why=why))


def _no(line: Line) -> str:
    return viet.clean(line.values.get("no", "")) if "no" not in line.filled else ""


def _has(line: Line, key: str) -> bool:
    return bool(line.own(key))


def _said(line: Line, key: str) -> str:
    """A cell's text; dashes that only say «nothing» are nothing."""
    text = line.values.get(key, "")
    return "" if EMPTY.fullmatch(text) else text


def _said_own(line: Line, key: str) -> str:
    return "" if key in line.filled else _said(line, key)


def _is_above(number: str, following: Line | None) -> bool:
    """Is a row with number and content only a heading of the rows that follow (1 before 1.1, 2 before a new 1)?"""
    if following is None:
        return False
    base, after = number.strip(" ().,"), _no(following).strip(" ()")
    if re.match(rf"{re.escape(base)}[.,]\d", after):
        return True
    if not after or BULLET.fullmatch(after + ("" if after in "-+*•–●○" else ")")):
        return bool(following.own("lead_agency"))
    return after.strip(".)") == "1" and base != "0"


def _without_dittos(rows: Sequence[Line]) -> list[Line]:
    """«nt», «như trên» and ditto marks stand for the cell above."""
    found: list[Line] = []
    for line in rows:
        above = found[-1].values if found else {}
        changed = {key: above.get(key, "") for key in (*_BESIDE, "leader") if is_ditto(line.values.get(key, ""))}
        found.append(replace(line, values={**line.values, **changed}) if changed else line)
    return found


def _stated(line: Line) -> int | None:
    found = [int(number) for text in line.texts for number in re.findall(r"(?<![\d.,/])\d{1,4}(?![\d.,/])", text)]
    return found[0] if len(found) == 1 else None
