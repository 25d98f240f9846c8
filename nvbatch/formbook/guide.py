"""Schema and rule catalogue in, sheet Hướng dẫn out: how to fill, column by column, and what will be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from nvbatch.celltext import row_height
from nvbatch.form import Column, Form
from nvbatch.formbook import words
from nvbatch.formbook.approval import APPROVAL_SHEET
from nvbatch.formbook.cells import CLOSED_FILL, HARD_FILL, SOFT_FILL
from nvbatch.formbook.mends import MENDS_SHEET
from nvbatch.looks import BODY, CENTER, HEADER, INPUT_FILL, TITLE, TITLE_HEIGHT, Look
from nvbatch.model import SEVERITY_WORDS, Assignment, Severity
from nvbatch.press.book import Book
from nvbatch.press.sheet import Sheet
from nvbatch.rules.rule import Rule

GUIDE_SHEET = "Hướng dẫn"
WIDTHS = (24.0, 15.0, 62.0)
# Gates that speak of what an agency writes and sends; G is the Office's own register.
TOLD_GATES = "CRMHSFA"
NEVER_TOLD = frozenset({"A304", "A311", "F107"})  # the Office's own machinery
_SECTION = Look(bold=True, size=12, color="1F3864", valign="vcenter")
_BOLD_CENTER = replace(CENTER, bold=True)
_LINE_LOOKS = (replace(BODY, bold=True), CENTER, BODY)
_CONSEQUENCES: Mapping[Severity, str] = {
    Severity.FATAL: "Cả tệp chưa được tổng hợp. Văn phòng trả lại và nêu rõ lý do.",
    Severity.ERROR: "Dòng đó chưa được tổng hợp; số liệu đúng của lần trước được giữ nguyên cho đến khi sửa xong.",
    Severity.INCOMPLETE: "Dòng đó được ghi nhận nhưng chưa đưa vào kết quả tổng hợp; nhiệm vụ phải giải trình.",
    Severity.WARNING: "Vẫn được tổng hợp; đề nghị xem lại.",
    Severity.INFO: "Chỉ để biết, không phải sửa.",
}
_HOLE = re.compile(r"\{[a-z_]+\}")
_HOLE_AT_WORD = re.compile(r"(?<=\w)\{[a-z_]+\}")


def draw_guide(book: Book, assignment: Assignment, form: Form, rules: Iterable[Rule], *, made_at: datetime) -> Sheet:
    """Steps, colours, columns, checks; nothing is written twice: labels, hints and rules come from their source."""
    ws = book.sheet(GUIDE_SHEET, widths=WIDTHS)
    book.write_row(ws, 0, [f"HƯỚNG DẪN GHI BÁO CÁO (MẪU {form.form})"], TITLE, height=TITLE_HEIGHT)
    book.put(ws, 1, 0, assignment.agency.name, Look(bold=True))
    book.put(ws, 2, 0, f"Kỳ báo cáo: {words.period_words(assignment.period)}")
    book.put(ws, 3, 0, f"Gửi trước {words.moment(assignment.period.cutoff)}", Look(bold=True, color="9C0006"))
    unit = assignment.program.unit
    if unit:
        book.put(ws, 4, 0, f"Đơn vị theo dõi, nhận báo cáo và giải trình: {unit}")
    at = _steps(book, ws, 6 if unit else 5, assignment, form)
    at = _colours(book, ws, at + 1, assignment)
    at = _columns(book, ws, at + 1, f"3. Cách ghi trang «{form.tasks.name}»", form.tasks.columns)
    at = _columns(book, ws, at + 1, f"4. Cách ghi trang «{form.changes.name}»", form.changes.columns)
    at = _severities(book, ws, at + 1)
    at = _checks(book, ws, at + 1, rules)
    ws.page(made_at=made_at, area=(0, 0, at - 1, len(WIDTHS) - 1), portrait=True)
    ws.protect()
    return ws


def told(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that an agency can act on, in order of their gates."""
    heard = (r for r in rules if r.code[0] in TOLD_GATES and r.code not in NEVER_TOLD)
    return tuple(sorted(heard, key=lambda r: (TOLD_GATES.index(r.code[0]), r.code)))


def _steps(book: Book, ws: Sheet, at: int, assignment: Assignment, form: Form) -> int:
    book.put(ws, at, 0, "1. Các bước", _SECTION)
    for number, step in enumerate(_step_words(assignment, form), 1):
        at += 1
        book.put(ws, at, 0, f"Bước {number}", _BOLD_CENTER)
        _across(book, ws, at, step)
    return at + 1


def _step_words(assignment: Assignment, form: Form) -> tuple[str, ...]:
    info, tasks, changes, counter = form.info.name, form.tasks.name, form.changes.name, form.tasks.beside[0]
    folded = [column.label for column in form.tasks.columns if column.fold]
    mending = f"Xem trang «{MENDS_SHEET}»: bấm vào địa chỉ ô ở cột cuối để đến ngay chỗ cần sửa."
    return (
        *((mending,) if assignment.marked else ()),
        f"Trang «{info}»: ghi Ngày lập; kiểm tra họ tên, điện thoại, email của đầu mối.",
        f"Trang «{tasks}»: mỗi nhiệm vụ một dòng, chỉ điền các ô nền vàng. Cột «{counter}» ở cuối bảng cho "
        "biết dòng đó còn thiếu mấy ô bắt buộc; khi mọi dòng ghi «Đủ» là xong. Dòng để nguyên như lúc nhận được coi là "
        "chưa cập nhật.",
        f"Trang «{changes}»: chỉ ghi khi đề nghị thay đổi thời hạn, bỏ bớt, bổ sung nhiệm vụ hoặc chuyển cơ quan. "
        f"Không thêm dòng vào trang «{tasks}».",
        f"Trang «{APPROVAL_SHEET}» tự lấy nội dung đã điền: in ra (khổ A4 ngang) trình Thủ trưởng cơ quan. Sau khi "
        f"được duyệt, chọn «Có» ở dòng «{form.info.column('approved').label}» của trang «{info}».",
        "Lưu tệp (giữ nguyên dạng .xlsx) và gửi lại bằng cách trả lời thư của Văn phòng, từ địa chỉ email của đầu mối "
        f"đã đăng ký, trước {words.moment(assignment.period.cutoff)}.",
        "Không đổi tên trang, tên cột, không thêm hoặc trộn ô. Khi chép từ tệp khác sang, dùng «Dán giá trị» (Paste "
        "Values).",
        f"Các cột ít dùng (từ «{folded[0]}» đến «{folded[-1]}») được gom nhóm: bấm dấu [–] hoặc [+] phía trên bảng để "
        "thu gọn, mở ra. Nếu Excel báo trang đang khóa thì chọn Review › Unprotect Sheet (không có mật khẩu).",
    )


def _colours(book: Book, ws: Sheet, at: int, assignment: Assignment) -> int:
    book.put(ws, at, 0, "2. Màu ô và ký hiệu", _SECTION)
    shown = [
        (
            INPUT_FILL,
            "Nền vàng nhạt",
            "Cơ quan điền. Bấm vào ô để xem cách ghi; ô có mũi tên thì chọn trong danh sách.",
        ),
        ("", "Nền trắng", "Văn phòng đã ghi. Nếu chưa đúng, đề nghị ở trang «Biến động», không sửa trực tiếp."),
        (
            CLOSED_FILL,
            "Cả dòng nền xám",
            "Nhiệm vụ đã hoàn thành và được chấp nhận, đã dừng hoặc đã chuyển: không phải cập nhật.",
        ),
        (
            "",
            "Tên cột có dấu (*)",
            "Bắt buộc điền. Các cột khác điền khi có nội dung hoặc khi cách ghi dưới đây yêu cầu.",
        ),
    ]
    if assignment.marked:
        shown += [
            (HARD_FILL, "Nền cam đậm", "Phải sửa hoặc còn thiếu: đưa chuột vào ô để xem nội dung và cách sửa."),
            (SOFT_FILL, "Nền cam nhạt", "Nên xem lại: đưa chuột vào ô để xem lưu ý."),
        ]
    for fill, name, meaning in shown:
        at += 1
        book.put(ws, at, 0, name, replace(CENTER, fill=fill))
        _across(book, ws, at, meaning)
    return at + 1


def _columns(book: Book, ws: Sheet, at: int, title: str, columns: Sequence[Column]) -> int:
    book.put(ws, at, 0, title, _SECTION)
    at += 1
    book.write_row(ws, at, ["Cột", "Bắt buộc", "Cách ghi"], HEADER)
    for column in columns:
        if column.agency:
            at += 1
            _table_line(book, ws, at, (column.label, "Có" if column.required else "", _column_words(column)))
    return at + 1


def _column_words(column: Column) -> str:
    """The hint of the schema with the allowed values."""
    parts = [column.hint]
    if column.choices:
        parts.append(f"{'Gợi ý' if column.open else 'Giá trị'}: {' · '.join(column.choices)}.")
    if column.type == "date":
        parts.append("Ghi ngày/tháng/năm, ví dụ 30/11/2026.")
    return " ".join(part for part in parts if part)


def _severities(book: Book, ws: Sheet, at: int) -> int:
    book.put(ws, at, 0, "5. Mức độ của nội dung kiểm tra", _SECTION)
    for severity, meaning in _CONSEQUENCES.items():
        at += 1
        book.put(ws, at, 0, SEVERITY_WORDS[severity], _BOLD_CENTER)
        _across(book, ws, at, meaning)
    return at + 1


def _checks(book: Book, ws: Sheet, at: int, rules: Iterable[Rule]) -> int:
    heard = told(rules)
    if not heard:
        return at
    book.put(ws, at, 0, "6. Những nội dung Văn phòng kiểm tra", _SECTION)
    at += 1
    book.write_row(ws, at, ["Nội dung", "Mã, mức độ", "Cách sửa"], HEADER)
    for rule in heard:
        at += 1
        level = f"{rule.code}\n{SEVERITY_WORDS[rule.severity]}"
        _table_line(book, ws, at, (rule.title, level, general(rule)))
    return at + 1


def general(rule: Rule) -> str:
    """The mending hint of a rule without its particulars; where it is nothing but a particular, where to find it."""
    bare = _HOLE.sub("…", _HOLE_AT_WORD.sub("", rule.fix)).replace("….", "…").strip()
    if bare.strip("….,;: "):
        return bare
    return "Xem cách ghi của cột ở mục 3." if rule.code[0] == "C" else "Văn phòng nêu cách xử lý trong bản gửi lại."


def _table_line(book: Book, ws: Sheet, at: int, texts: tuple[str, str, str]) -> None:
    book.write_row(ws, at, texts, _LINE_LOOKS, height=row_height(zip(texts, WIDTHS, strict=True)))


def _across(book: Book, ws: Sheet, at: int, sentence: str) -> None:
    """A sentence over the two right columns (this sheet holds no data, so cells may be merged)."""
    ws.merge((at, 1, at, 2))
    book.put(ws, at, 1, sentence, BODY)
    book.put(ws, at, 2, None, BODY)
    ws.set_row(at, row_height([(sentence, WIDTHS[1] + WIDTHS[2])]))
