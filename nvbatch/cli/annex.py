"""The command import-annex: an annex in, its tasks in the register and what must be looked at on the screen out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nvbatch.cli.frame import DONE, PARTLY, Ask, Command, Day, argument, option
from nvbatch.console import day, table, tone

if TYPE_CHECKING:
    from nvbatch.annex import Plan, Planned
    from nvbatch.annex_import import Imported
    from nvbatch.annex_task import Remark

CLASSES = ("Trọng tâm", "Thường xuyên")
_EACH = 3  # so many remarks of one kind are told one by one
_CONTENT = 60  # so much of a task's text stands in a line


@click.command(
    "import-annex",
    cls=Command,
    help="Đưa nhiệm vụ của phụ lục (Word, Excel) vào register.xlsx: cấp mã, đọc thời hạn, đối chiếu số lượng.",
)
@argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--doc-number", required=True, help="Số, ký hiệu của văn bản giao nhiệm vụ, ví dụ 3690/QĐ-UBND.")
@option("--doc-date", required=True, type=Day(), help="Ngày ban hành văn bản, ví dụ 2023-12-20.")
@option("--expected", type=click.IntRange(min=0), help="Số nhiệm vụ phải có theo văn bản, để đối chiếu.")
@option("--class", "task_class", type=click.Choice(CLASSES), default=CLASSES[0], show_default=True,
        help="Loại nhiệm vụ.")  # fmt: skip
@option("--program", metavar="CODE", help="Chương trình của các nhiệm vụ; không ghi là CHUNG.")
@option("--issuer", help="Cơ quan ban hành văn bản, cũng là cấp giao.")
@option("--subject", help="Trích yếu của văn bản.")
@option("--year", type=click.IntRange(2000, 2199), help="Năm của các thời hạn không ghi năm («Quý II»).")
@option("--dry-run", is_flag=True, help="Chỉ cho xem, không ghi gì.")
def import_annex(
    ask: Ask,
    file: Path,
    doc_number: str,
    doc_date: date,
    expected: int | None,
    task_class: str,
    program: str | None,
    issuer: str | None,
    subject: str | None,
    year: int | None,
    dry_run: bool,
) -> int:
    from nvbatch.annex_import import import_annex as bring
    from nvbatch.annex_place import Wish
    from nvbatch.annex_tables import AnnexError
    from nvbatch.model import AssigningDocument
    from nvbatch.viet import clean

    number = clean(doc_number)
    if not number:
        raise click.UsageError(_("Hãy ghi số, ký hiệu văn bản ở --doc-number."))
    document = AssigningDocument(
        number=number, doc_date=doc_date, issuer=issuer, subject=subject, expected_tasks=expected
    )
    wish = Wish(document=document, task_class=task_class, program=program, year=year)
    try:
        done = bring(ask.workspace, file, wish, now=ask.now, dry_run=dry_run)
    except AnnexError as problem:
        raise click.ClickException(str(problem)) from None
    _show(ask, done, dry_run=dry_run)
    status = PARTLY if done.beside else DONE
    ask.console.give({"exit": status, **_document(done, dry_run=dry_run)})
    return status


def _show(ask: Ask, done: Imported, *, dry_run: bool) -> None:
    say, found = ask.console.say, done.plan
    if found.new:
        header = (_("Mã"), _("Nội dung"), _("Chủ trì"), _("Thời hạn"))
        say(*table(header, [_row(planned) for planned in found.new]), "")
    _list(ask, _("Thời hạn cần xem lại:"), [_deadline(planned) for planned in found.deadlines])
    _list(ask, _("Cần xem lại:"), _grouped(found.doubts))
    _list(ask, _("Dòng hiểu là đề mục, không phải nhiệm vụ:"), [_doubt(remark) for remark in found.headings])
    if found.total:
        say(tone(f"G805  {found.total}", "warn"))
    say(tone(_closing(done, dry_run=dry_run), "good"))
    if done.beside:
        ask.console.warn(tone(_busy(done), "bad"))


def _closing(done: Imported, *, dry_run: bool) -> str:
    found = done.plan
    text = (
        _("Phụ lục có {all} nhiệm vụ: sẽ thêm {new}, đã có từ trước {old}. Chưa ghi gì (--dry-run).")
        if dry_run
        else _("Phụ lục có {all} nhiệm vụ: thêm {new}, đã có từ trước {old}.")
    )
    said = text.format(all=len(found.tasks), new=len(found.new), old=len(found.tasks) - len(found.new))
    if found.expected is not None and not found.total:
        said += " " + _("Đủ {expected} nhiệm vụ theo văn bản.").format(expected=found.expected)
    return said


def _busy(done: Imported) -> str:
    assert done.beside is not None
    who = f" ({done.busy})" if done.busy else ""
    text = _(
        "register.xlsx đang mở ở chương trình khác{who}, nên không ghi vào đó. Bản có thêm nhiệm vụ là «{name}»: "
        "đóng register.xlsx rồi chạy lại lệnh này."
    )
    return text.format(who=who, name=done.beside.name)


def _list(ask: Ask, title: str, lines: list[str]) -> None:
    if lines:
        ask.console.say(tone(title, "head"), *(f"  {line}" for line in lines), "")


def _row(planned: Planned) -> tuple[str, ...]:
    values = planned.values
    shown = values["content"].replace("\n", " ")
    text = shown if len(shown) <= _CONTENT else shown[:_CONTENT] + "…"
    deadline = day(values["deadline"]) if "deadline" in values else values.get("deadline_text", "")
    return planned.code, text, values.get("lead_agency", ""), deadline


def _deadline(planned: Planned) -> str:
    return f"{planned.code}  «{planned.reading.text}» → {planned.reading.explanation}"


def _doubt(remark: Remark) -> str:
    place = _place(remark)
    return f"{place}: {remark.text} — {remark.why}" if remark.text else f"{place}: {remark.why}"


def _place(remark: Remark) -> str:
    return remark.place if remark.row is None else f"{remark.place}, {_('dòng')} {remark.row}"


def _grouped(remarks: Sequence[Remark]) -> list[str]:
    """A line a remark; many of one kind (an unknown agency in twenty rows) are one line with their number."""
    groups: dict[str, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(remark.why, []).append(remark)
    few = [_doubt(remark) for group in groups.values() if len(group) <= _EACH for remark in group]
    many = [
        _("{why}: {n} chỗ, đầu tiên ở {place}").format(why=why, n=len(group), place=_place(group[0]))
        for why, group in groups.items()
        if len(group) > _EACH
    ]
    return [*few, *many]


def _document(done: Imported, *, dry_run: bool) -> dict[str, Any]:
    found: Plan = done.plan
    return {
        "dry_run": dry_run,
        "written": done.written,
        "read": len(found.tasks),
        "added": [planned.values for planned in found.new],
        "already": [planned.code for planned in found.tasks if planned.already],
        "expected": found.expected,
        "control_total": {"rule": "G805", "message": found.total} if found.total else None,
        "document_added": found.document,
        "deadlines": [
            {"task": p.code, "text": p.reading.text, "kind": p.reading.kind, "on": p.reading.on,
             "ambiguous": p.reading.ambiguous, "explanation": p.reading.explanation}
            for p in found.deadlines
        ],
        "doubts": found.doubts,
        "headings": found.headings,
        "beside": done.beside,
        "register_before": done.before,
    }  # fmt: skip
