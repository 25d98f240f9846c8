"""An annex and a workspace in; its tasks stand in register.xlsx afterwards, and everything doubtful is told, out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nvbatch import durable
from nvbatch.annex import Plan, plan
from nvbatch.annex_place import Wish
from nvbatch.annex_rows import read_annex
from nvbatch.annex_tables import AnnexError, read_parts
from nvbatch.archive import Archive
from nvbatch.config import ConfigError
from nvbatch.form import load_annex_schema, load_register_schema
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.office import Office, open_office
from nvbatch.outputs import open_elsewhere
from nvbatch.register_load import load_register
from nvbatch.register_sheets import RegisterError
from nvbatch.register_write import demand_kept, with_rows, write_beside
from nvbatch.workspace import Workspace

DEED = "annex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of it. ``beside``: the workbook was written under this name because register.xlsx was not free."""

    plan: Plan
    tables: int
    written: bool
    beside: Path | None = None
    busy: str = ""  # Vietnamese: who has the register open
    before: str | None = None  # sha256 of the register as it was, in the archive


def import_annex(ws: Workspace, path: Path, wish: Wish, *, now: datetime, dry_run: bool = False) -> Imported:
    """Read the annex and add what the register lacks. Raises AnnexError, ConfigError, RegisterError, Held."""
    if dry_run:
        found, tables = _planned(open_office(ws), path, wish)
        return Imported(plan=found, tables=tables, written=False)
    with hold(ws):
        office = open_office(ws)
        found, tables = _planned(office, path, wish)
        if not found.new and found.document is None:
            return Imported(plan=found, tables=tables, written=False)
        return _write(office, path, wish, found, tables, now)


def _planned(office: Office, path: Path, wish: Wish) -> tuple[Plan, int]:
    _demand_program(office, wish)
    schema = load_annex_schema(office.ws.schemas)
    annex = read_annex(read_parts(path, office.config.intake, schema), schema)
    if not annex.tables:
        names = "«Nhiệm vụ», «Cơ quan chủ trì», «Thời gian hoàn thành», «Sản phẩm»"
        raise AnnexError(
            f"{path.name}: không thấy bảng nhiệm vụ. Bảng cần có dòng tiêu đề với các cột như {names}; "
            "cách gọi khác của cơ quan thì thêm vào schemas/annex.v1.yaml."
        )
    if not office.sheets.letters.get("documents"):
        raise RegisterError("Sổ đăng ký không có trang «Văn bản giao»: thêm trang này theo mẫu của «nvbatch init».")
    found = plan(
        annex,
        wish,
        register=office.register,
        sheets=office.sheets,
        config=office.config,
        calendar=office.calendar,
        used=_codes_of_earlier_runs(office),
    )
    return found, len({task.task.place for task in found.tasks})


def _demand_program(office: Office, wish: Wish) -> None:
    known = office.register.programs
    if wish.program is not None and wish.program not in known:
        raise ConfigError(f"Không có chương trình «{wish.program}». Các chương trình: {', '.join(sorted(known))}.")


def _codes_of_earlier_runs(office: Office) -> Iterator[str]:
    """Codes that vanished from the register still count (G811): they are never given to another task."""
    last: dict[str, Any] | None = None
    for deed in Journal(office.ws).deeds("run"):
        yield from deed.get("vanished", {})
        last = dict(deed)
    if last is None:
        return
    try:
        archived = Archive(office.ws).path(last["register"])
        known, _, _ = load_register(archived, office.config, office.ws.schemas, office.ws.cache)
    except (RegisterError, ValueError, KeyError):
        return
    yield from (*known.tasks, *known.parents)


def _write(office: Office, path: Path, wish: Wish, found: Plan, tables: int, now: datetime) -> Imported:
    """The new workbook is made and read back beside the register before it takes its name."""
    ws = office.ws
    rows = {
        "tasks": [planned.values for planned in found.new],
        "documents": [found.document] if found.document else [],
    }
    data = ws.register.read_bytes()
    made = with_rows(data, rows, office.sheets)
    trial = ws.register.with_name(f"{durable.TEMPORARY}{secrets.token_hex(8)}.xlsx")
    try:
        durable.write_bytes(trial, made)
        demand_kept(trial, office.sheets, rows, load_register_schema(ws.schemas))
    finally:
        trial.unlink(missing_ok=True)
    archive = Archive(ws)
    before = archive.put(data)
    beside, busy = _place(ws.register, made)
    if beside is None:
        Journal(ws).append(
            DEED,
            at=now,
            annex=archive.put_file(path),
            name=path.name,
            doc_number=wish.document.number,
            doc_date=wish.document.doc_date,
            codes=[planned.code for planned in found.new],
            before=before,
            after=archive.put(made),
        )
    return Imported(plan=found, tables=tables, written=beside is None, beside=beside, busy=busy, before=before)


def _place(register: Path, made: bytes) -> tuple[Path | None, str]:
    """Under its own name; beside it where somebody has the register open, so that neither work is lost."""
    holder = open_elsewhere(register)
    if holder is None:
        try:
            durable.write_bytes(register, made)
        except PermissionError:
            holder = ""
        else:
            return None, ""
    return write_beside(register, made), holder
