"""What the Office wrote in, remarks on it out: configuration, register, templates, schemas of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

from nvbatch.config import Config, ConfigError, load_config
from nvbatch.doctor.check import Check, Remark, broken, found, note
from nvbatch.form import load_annex_schema, load_form, load_register_schema, packaged
from nvbatch.memory import Recall
from nvbatch.model import Finding, Severity
from nvbatch.nearest import ask_for
from nvbatch.office import Office, open_office, open_periods
from nvbatch.outputs import open_elsewhere
from nvbatch.register_sheets import RegisterError
from nvbatch.workspace import Workspace

BLANK = ("place", "symbol", "signer_title", "recipients")  # what a document looks unfinished without
STATE_OF = {Severity.FATAL: broken, Severity.ERROR: broken, Severity.INCOMPLETE: note, Severity.WARNING: note}
READERS: Mapping[str, Callable[[Path, Path], object]] = {
    "bm01.v": lambda folder, path: load_form(folder, path.stem.removeprefix("bm01.v")),
    "register.v1.yaml": lambda folder, path: load_register_schema(folder),
    "annex.v1.yaml": lambda folder, path: load_annex_schema(folder),
}


def configuration(ws: Workspace) -> tuple[Check, Config | None]:
    """Every problem of nvbatch.toml at once; the configuration where it can be used."""
    title = _("Cấu hình")
    try:
        config = load_config(ws.config)
    except ConfigError as error:
        fix = _("Sửa khóa đã nêu trong {name}; ý nghĩa từng khóa ghi ở chú thích trong tệp.").format(
            name=ws.config.name
        )
        return found("config", title, [broken(line, fix) for line in str(error).splitlines()], well=""), None
    return found("config", title, _unsaid(config), well=_("nvbatch.toml dùng được")), config


def _unsaid(config: Config) -> Iterator[Remark]:
    lacking = [f"office.{key}" for key in BLANK if not getattr(config.office, key)]
    if lacking:
        text = _("Chưa ghi {keys}: văn bản để trống chỗ này").format(keys=", ".join(lacking))
        yield note(text, _("Bỏ dấu # ở đầu dòng trong nvbatch.toml rồi điền."))


def register(ws: Workspace, now: datetime) -> tuple[Check, Office | None]:
    """The register as a run at this moment would judge it, with sheet, cell and remedy of each finding."""
    title = _("Danh mục")
    try:
        office = open_office(ws)
    except RegisterError as error:
        return found("register", title, [broken(str(error))], well=""), None
    except ConfigError:
        return found("register", title, [note(_("Chưa xét được vì cấu hình chưa dùng được"))], well=""), None
    except Exception as error:  # a schema of the Office's own that breaks in its own way; `schemas` names it
        text = _("Chưa xét được ({kind}); xem mục Cấu trúc biểu mẫu").format(kind=type(error).__name__)
        return found("register", title, [broken(text)], well=""), None
    text = _("{agencies} cơ quan, {tasks} nhiệm vụ, {points} đầu mối")
    known = office.register
    well = text.format(agencies=len(known.agencies), tasks=len(known.tasks), points=len(known.focal_points))
    return found("register", title, [*_register(office, now)], well=well), office


def _register(office: Office, now: datetime) -> Iterator[Remark]:
    who = open_elsewhere(office.ws.register)
    if who is not None:
        text = _("register.xlsx đang mở ở máy khác hoặc chương trình khác{who}")
        yield note(text.format(who=f" ({who})" if who else ""), _("Lưu và đóng tệp trước khi chạy."))
    for sheet, rows in (("Cơ quan", office.register.agencies), ("Nhiệm vụ", office.register.tasks)):
        if not rows:
            fix = _("Mở register.xlsx, nhập trang «{sheet}»; trang «Hướng dẫn» nói mỗi trang dùng để làm gì.")
            yield note(_("Trang «{sheet}» chưa có dòng nào").format(sheet=sheet), fix.format(sheet=sheet))
    for finding in _findings(office, now):
        place = _place(finding, office)
        yield STATE_OF[finding.severity](f"{place}  {finding.rule}  {finding.message}", finding.fix)


def _findings(office: Office, now: datetime) -> list[Finding]:
    """What a run would say of the register alone: nothing that arrived is looked at."""
    from nvbatch.assembly import compute

    periods = open_periods(office, now, None)
    done = compute(office, (), Recall(register=office.register), as_of=now, periods=periods, conference=None)
    told = [f for f in done.snapshot.findings if f.file == office.ws.register.name and f.rule.startswith("G")]
    return [finding for finding in told if finding.severity in STATE_OF and not finding.waived]


def _place(finding: Finding, office: Office) -> str:
    """``trang!ô``; where a rule speaks of a row, the cell in it that it speaks of, else its first."""
    if finding.cell or not finding.row:
        return f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or ""
    key = next((key for key, name in office.sheets.names.items() if name == finding.sheet), "")
    letters = office.sheets.letters.get(key, {})
    letter = letters.get(finding.column or "") or next(iter(letters.values()), "")
    return f"{finding.sheet}!{letter}{finding.row}"


def templates(ws: Workspace) -> Check:
    """The Office's own templates, each against the names that it may use."""
    from nvbatch.briefing.templates import check_templates

    fix = _("Sửa tệp trong templates/, hoặc xóa đi để dùng mẫu có sẵn; xem docs/templates.md.")
    own = [path.name for path in _own(ws.templates)]
    well = _("Mẫu riêng: {names}").format(names=", ".join(own)) if own else _("Dùng mẫu có sẵn")
    remarks = [broken(text, fix) for text in check_templates(ws.templates)]
    return found("templates", _("Mẫu văn bản"), remarks, well=well)


def schemas(ws: Workspace) -> Check:
    """The Office's own schemas: known by name, and readable."""
    own = _own(ws.schemas)
    well = _("Mẫu riêng: {names}").format(names=", ".join(path.name for path in own)) if own else _("Dùng mẫu có sẵn")
    return found("schemas", _("Cấu trúc biểu mẫu"), [r for path in own for r in _schema(ws, path)], well=well)


def _schema(ws: Workspace, path: Path) -> Iterator[Remark]:
    read = next((reader for name, reader in READERS.items() if path.name.startswith(name)), None)
    if read is None:
        known = sorted(entry.name for entry in packaged("schemas", "register.v1.yaml").parent.glob("*.yaml"))
        text = _("schemas/{name}: không phải tên tệp được dùng.").format(name=path.name)
        yield note(text + ask_for(path.name, known))
        return
    try:
        read(ws.schemas, path)
    except Exception as error:  # a file of somebody's own making breaks in any way it likes
        yield _unreadable(path, error)


def _unreadable(path: Path, error: Exception) -> Remark:
    text = _("schemas/{name}: không đọc được ({kind})").format(name=path.name, kind=type(error).__name__)
    return broken(text, _("So với tệp cùng tên đi kèm nvbatch, hoặc xóa đi để dùng tệp có sẵn."))


def _own(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
