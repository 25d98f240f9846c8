"""Gate G: the register and the whole office; a task, an agency or the register in, hits out.

Functions of ``ON_CASE`` look at one :class:`Case`; the others at what their arguments say. ``office_findings.py`` gives
the hits their places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from datetime import date, timedelta

from nvbatch import focal_points, viet
from nvbatch.calendar import period_name
from nvbatch.model import DONE, OPEN, Extension, FocalPoint, Period, RegisterChange, Status, Task, Waiver
from nvbatch.register import GENERAL, Register
from nvbatch.rules.rule import Hit, rule
from nvbatch.rules.task import Case, CaseRule, Sign, asked_of

# --- agencies -----------------------------------------------------------------------------------


@rule(
    "G801",
    "error",
    title="Đầu mối không đúng số lượng",
    message="{agency} {what}.",
    fix="Bổ sung hoặc kết thúc hiệu lực ở trang «Đầu mối» để mỗi chương trình có đúng một đầu mối.",
    source=("R22", "R26"),
)
def one_focal_point_a_program(points: tuple[FocalPoint, ...], programs: Collection[str]) -> Iterable[Hit]:
    """``points``: the agency's of the day; ``programs``: those in which it leads tasks."""
    lacking = focal_points.uncovered(points, programs)
    if lacking:
        what = "chưa cử đầu mối" + (f" cho chương trình {', '.join(lacking)}" if points else "")
        yield Hit(value="0", expected="1", args={"what": what})
    for program in focal_points.crowded(points):
        same = [p for p in points if (p.program or GENERAL) == program]
        what = f"có {len(same)} đầu mối cùng lúc cho chương trình {program}"
        yield Hit(row=same[-1].row, value=str(len(same)), expected="1", args={"what": what})


@rule(
    "G802",
    "warning",
    title="Đầu mối chưa đúng cấp",
    message="Đầu mối của {agency} {what}.",
    fix="Đề nghị cơ quan cử lãnh đạo cấp phòng (Trưởng phòng, Phó Trưởng phòng, Chánh hoặc Phó Chánh Văn phòng) "
    "và cập nhật trang «Đầu mối».",
    source=("R22",),
    flag="focal_point_level",
)
def general_focal_point_leads_a_division(points: tuple[FocalPoint, ...]) -> Iterable[Hit]:
    for point in focal_points.general(points):
        if not focal_points.is_division_leader(point.position):
            said = f"có chức vụ «{point.position}», chưa phải lãnh đạo cấp phòng"
            what = said if point.position else "chưa ghi chức vụ"
            yield Hit(row=point.row, column="position", value=point.position, args={"what": what})


@rule(
    "G810",
    "warning",
    title="Chưa nộp báo cáo",
    message="{agency} chưa gửi báo cáo kỳ {expected}.",
    fix="Gửi báo cáo theo biểu mẫu BM01 của kỳ.",
    source=("R40", "8.12"),
)
def agency_sends_what_it_owes(unsent: Sequence[Period]) -> Iterable[Hit]:
    """``unsent``: present periods of programmes in which it owes a report and has no counting file."""
    keys = tuple(dict.fromkeys(period.key for period in unsent))
    if keys:
        yield Hit(expected=", ".join(keys), args={"expected": ", ".join(map(period_name, keys))})


# --- tasks --------------------------------------------------------------------------------------


@rule(
    "G803",
    "error",
    title="Nhiệm vụ chưa có cơ quan tiếp nhận",
    message="Cơ quan chủ trì «{value}» đã kết thúc hoạt động từ ngày {expected} mà chưa có cơ quan nào nhận nhiệm vụ.",
    fix="Ghi bàn giao ở trang «Bàn giao» (cơ quan nhận, ngày hiệu lực, biên bản).",
    source=("R13",),
    flag="no_receiving_agency",
)
@asked_of(OPEN | {Status.RECURRING}, Sign.ORPHANED)
def unfinished_task_has_a_living_lead(c: Case) -> Iterable[Hit]:
    ended = c.lead.valid_to if c.lead else None
    if c.lead is not None and ended is not None:
        since = ended + timedelta(days=1)
        yield Hit(column="lead_agency", value=c.lead.name, expected=f"{since:%d/%m/%Y}")


@rule(
    "G804",
    "warning",
    title="Có sản phẩm nhưng không có thời hạn",
    message="Nhiệm vụ yêu cầu sản phẩm «{value}» nhưng không có thời hạn.",
    fix="Xác định thời hạn hoàn thành và ghi vào trang «Nhiệm vụ».",
    source=("R19",),
    flag="product_without_deadline",
)
@asked_of({Status.OPEN_NO_DEADLINE, Status.DONE_NO_DEADLINE})
def product_has_a_deadline(c: Case) -> Iterable[Hit]:
    if c.task.product and c.due.deadline is None:
        yield Hit(column="product", value=c.task.product)


@rule(
    "G806",
    "warning",
    title="Thời hạn chưa rõ",
    message="Thời hạn ghi «{value}» chưa rõ. {expected}.",
    fix="Nếu hiểu chưa đúng, ghi ngày cụ thể vào cột «Thời hạn» của trang «Nhiệm vụ».",
    source=("8.2",),
    flag="ambiguous_deadline",
)
@asked_of(OPEN | DONE, Sign.UNCLEAR)  # a recurring task has no day that could be unclear
def deadline_is_plain(c: Case) -> Iterable[Hit]:
    """Contract 8.2: "trước ngày D" is ambiguous only when completed exactly on D; an extension ends the ambiguity."""
    reading = c.due.reading
    if reading is None:
        return
    if reading.kind == "BEFORE" and not reading.assumed:
        on_the_day = c.row is not None and c.row.get("completed_on") == (reading.named or reading.on)
        if not (c.done and on_the_day):
            return
    yield Hit(column="deadline_text", value=c.task.deadline_text, expected=reading.explanation)


# --- the register -------------------------------------------------------------------------------


@rule(
    "G805",
    "warning",
    title="Số nhiệm vụ lệch với số của văn bản giao",
    message="{what}: đã nhập {value} nhiệm vụ, số phải có là {expected}.",
    fix="Đối chiếu phụ lục của văn bản, bổ sung nhiệm vụ còn thiếu hoặc sửa «Số nhiệm vụ».",
    source=("R07",),
)
def control_totals_hold(register: Register) -> Iterable[Hit]:
    """A document's tasks, and a programme's; a collective row counts once."""
    by_number: dict[str, list[tuple[date | None, int]]] = {}
    if any(document.expected_tasks is not None for document in register.documents):
        for (number, day), n in count_by_document(register.tasks.values()).items():
            by_number.setdefault(_number_key(number), []).append((day, n))
    for document in register.documents:
        counted = by_number.get(_number_key(document.number), ())
        found = sum(n for day, n in counted if day is None or document.doc_date in (None, day))
        yield from _total("Văn bản giao", document.row, f"Văn bản {document.number}", found, document.expected_tasks)
    for program in register.programs.values():
        if program.expected_tasks is not None:
            mine = count_by_document(t for t in register.tasks.values() if t.program == program.code)
            what = f"Chương trình {program.code}"
            yield from _total("Chương trình", program.row, what, mine.total(), program.expected_tasks)


def _total(sheet: str, row: int, what: str, found: int, expected: int | None) -> Iterator[Hit]:
    if expected not in (None, found):
        yield Hit(
            sheet=sheet, row=row, column="expected_tasks", value=str(found), expected=str(expected), args={"what": what}
        )


def count_by_document(tasks: Iterable[Task]) -> Counter[tuple[str, date | None]]:
    """Tasks of each document, a collective parent counted once."""
    counted = {(t.parent or t.code): (t.doc_number, t.doc_date) for t in tasks}
    return Counter(counted.values())


def _number_key(number: str) -> str:
    return viet.key(number).replace(" ", "")


@rule(
    "G807",
    "error",
    title="Danh mục trùng hoặc không khớp",
    message="Sổ đăng ký, trang «{sheet}»: {what}.",
    fix="{advice}.",
    source=("8.1",),
)
def register_rows_fit(register: Register, loaded: Iterable[Hit], today: date) -> Iterable[Hit]:
    """``loaded``: what stood wrong when the register was read. A task leaves the Office or changes hands, not both."""
    yield from loaded
    handed = {move.task_code for move in register.handovers if move.effective_on <= today}
    for task in register.tasks.values():
        if task.state == "Chuyển" and not handed.isdisjoint({task.code, task.parent}):
            yield Hit(
                sheet="Nhiệm vụ",
                row=task.row,
                column="state",
                task=task.code,
                agency=task.lead_agency,
                value=task.state,
                args={
                    "what": f"nhiệm vụ {task.code} vừa ghi «Chuyển» vừa có dòng bàn giao",
                    "advice": "Chỉ giữ một: «Chuyển» khi nhiệm vụ rời khỏi Văn phòng này, "
                    "trang «Bàn giao» khi chuyển giữa các cơ quan",
                },
            )


@rule(
    "G808",
    "error",
    title="Gia hạn quá số lần hoặc thiếu văn bản",
    message="{what}.",
    fix="Kiểm tra trang «Gia hạn»: số lần cho phép là {expected}, mỗi lần phải có văn bản và ngày chấp thuận.",
    source=("R74",),
)
def extensions_are_approved_and_few(given: Sequence[Extension], today: date, allowed: int) -> Iterable[Hit]:
    """``given``: those of one task. What is approved later than today is not known yet."""
    granted = [e for e in given if e.approval_doc and e.approved_on and e.approved_on <= today]
    for e in given:
        if not e.approval_doc or e.approved_on is None:
            gap, column = ("văn bản", "approval_doc") if not e.approval_doc else ("ngày", "approved_on")
            which = f"Gia hạn lần {e.ordinal}" if e.ordinal else "Một lần gia hạn"
            what = f"{which} của nhiệm vụ {e.task_code} chưa ghi {gap} chấp thuận nên chưa được tính"
            yield Hit(row=e.row, column=column, expected=str(allowed), args={"what": what})
    if len(granted) > allowed:
        what = f"Nhiệm vụ {granted[0].task_code} đã được gia hạn {len(granted)} lần, quá số lần cho phép ({allowed})"
        yield Hit(row=granted[-1].row, value=str(len(granted)), expected=str(allowed), args={"what": what})


@rule(
    "G809",
    "warning",
    title="Miễn trừ hết hiệu lực hoặc không dùng đến",
    message="Miễn trừ quy tắc {value}{scope} {what}.",
    fix="Xóa dòng đó ở trang «Miễn trừ» hoặc gia hạn kèm lý do, người duyệt.",
    source=("3",),
)
def waivers_are_in_force_and_used(waivers: Iterable[Waiver], used: Set[Waiver], today: date) -> Iterable[Hit]:
    """``used``: those that a finding of this run needed."""
    rows: dict[tuple[str, str | None, int], list[Waiver]] = {}  # a row on a collective task is one waiver a member
    for waiver in waivers:
        rows.setdefault((waiver.rule, waiver.agency, waiver.row), []).append(waiver)
    for waiver, *others in rows.values():
        expired = waiver.expires_on < today
        if not expired and not used.isdisjoint([waiver, *others]):
            continue
        until = f"chỉ có hiệu lực đến hết ngày {waiver.expires_on:%d/%m/%Y}"
        scope = (f" cho {waiver.agency}" if waiver.agency else "") + (
            f" đối với nhiệm vụ {waiver.task_code}" if waiver.task_code and not others else ""
        )
        what = until if expired else "chưa được dùng đến trong lần chạy này"
        yield Hit(row=waiver.row, value=waiver.rule, args={"what": what, "scope": scope})


@rule(
    "G811",
    "error",
    title="Mã nhiệm vụ biến mất khỏi danh mục",
    message="Nhiệm vụ {task} đã có ở lần chạy trước, nay không còn trong trang «Nhiệm vụ»; "
    "vẫn được tính theo dòng cuối cùng đã biết.",
    fix="Nhập lại dòng nhiệm vụ; nếu dừng hoặc chuyển thì ghi «Dừng» hoặc «Chuyển» kèm văn bản chấp thuận.",
    source=("R21",),
)
def known_codes_stay(vanished: Iterable[str], register: Register) -> Iterable[Hit]:
    for code in vanished:
        task = register.tasks.get(code)
        yield Hit(task=code, agency=task.lead_agency if task else None)


@rule(
    "G812",
    "info",
    title="Danh mục thay đổi so với lần chạy trước",
    message="{what}.",
    fix="Không phải sửa nếu thay đổi là đúng chủ ý.",
    source=("R10",),
)
def changes_are_told(changes: Iterable[RegisterChange]) -> Iterable[Hit]:
    for change in changes:
        where = f"Trang «{change.sheet}»"
        private = change.old == change.new  # a telephone number or an address: that it changed is enough
        values = "đã thay đổi" if private else f"từ «{change.old}» thành «{change.new}»"
        said = f"{where}, {change.key}, cột «{change.column}»: {values}"
        whole = f"{where}: {'thêm' if change.row else 'bỏ'} dòng {change.key}"
        yield Hit(
            sheet=change.sheet,
            row=change.row or None,
            column=change.field,
            task=change.task,
            agency=change.agency,
            value=change.old,
            expected=change.new,
            args={"what": said if change.field else whole},
        )


ON_CASE: tuple[CaseRule, ...] = (unfinished_task_has_a_living_lead, product_has_a_deadline, deadline_is_plain)
