"""A run's files in, one folder out that appears whole: built aside, listed, made durable, renamed, named latest."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from nvbatch import durable
from nvbatch.model import Output
from nvbatch.workspace import Workspace

MANIFEST = "manifest.json"
UNFINISHED = f"{durable.TEMPORARY}run-"
OTHER_NAMES = 50  # how many «… (2)», «… (3)» are tried before giving up


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a file went. ``note`` is Vietnamese when that is not where it was meant to go."""

    path: Path
    note: str = ""


class RunFolder:
    """``with RunFolder(workspace, run_id) as run:`` write into ``run.folder``, then ``run.commit(outputs)``.

    Without a commit, or when the block raises, nothing of it is ever seen under ``out/<run_id>``.
    """

    def __init__(self, workspace: Workspace, run_id: str) -> None:
        if not run_id or run_id != Path(run_id).name or run_id.startswith("."):
            raise ValueError(f"not a run id: {run_id!r}")
        self.workspace, self.run_id = workspace, run_id
        self.final = workspace.out / run_id
        self.folder = workspace.out / f"{UNFINISHED}{run_id}"

    def __enter__(self) -> RunFolder:
        durable.make_folder(self.workspace.out)
        _sweep(self.workspace.out)
        sweep_elsewhere(self.workspace)
        self.folder.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            _remove(self.folder)

    def commit(self, outputs: Iterable[Output] = (), *, latest: bool = True, **facts: Any) -> Path:
        """Write the manifest, make all durable, let the folder appear, and name it in out/latest last.

        Raises FileExistsError when a run of this id is already there: a finished run is never touched.
        """
        if self.final.exists():
            raise FileExistsError(self.run_id)
        _sweep(self.folder)
        with ThreadPoolExecutor(max_workers=1) as beside:  # reckons while the disk is waited for
            manifest = beside.submit(_manifest, self.folder, self.run_id, tuple(outputs), facts)
            durable.sync_tree(self.folder)
        durable.write_text(self.folder / MANIFEST, manifest.result())
        durable.appear(self.folder, self.final)
        durable.sync_folder(self.workspace.out)
        if latest:
            name_latest(self.workspace, self.run_id)
        return self.final


def sweep_elsewhere(workspace: Workspace) -> None:
    """Unfinished files in cache, forms, journal and beside the register. Only for the holder of the workspace."""
    for folder in (workspace.root, workspace.journal, workspace.out / "luu-tru"):
        durable.sweep(folder)
    for folder in (workspace.cache, workspace.forms):
        durable.sweep_below(folder)


def name_latest(workspace: Workspace, run_id: str) -> None:
    """out/latest names the newest complete run."""
    durable.write_text(workspace.latest, run_id + "\n")


def latest_run(workspace: Workspace) -> str | None:
    """The run that out/latest names, if it is there."""
    try:
        run_id = workspace.latest.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    named = bool(run_id) and run_id == Path(run_id).name
    return run_id if named and (workspace.out / run_id).is_dir() else None


def place(made: Path, wanted: Path) -> Placed:
    """Move a finished file to its name. When that one is open in Excel, it goes beside it as «… (2)», and says so."""
    durable.make_folder(wanted.parent)
    durable.sync_file(made)
    for number in range(1, OTHER_NAMES + 1):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
        if number > 1 and path.exists():
            continue
        try:
            made.replace(path)
        except PermissionError:
            continue
        durable.sync_folder(path.parent)
        return Placed(path, "" if number == 1 else _beside(wanted, path))
    raise PermissionError(wanted.name)


def open_elsewhere(path: Path) -> str | None:
    """Who has a workbook open, from the little file that Excel or LibreOffice leaves beside it; None when nobody."""
    for owner in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        try:
            data = owner.read_bytes()
        except OSError:
            continue
        if owner.name.startswith("~$"):  # Excel: length, then the name
            return data[1 : 1 + data[0]].decode("utf-8", "replace").strip("\x00 ") if data else ""
        names = data.decode("utf-8", "replace").split(",")[:2]  # LibreOffice: full name, login, machine, …
        return next((name for name in names if name), "")
    return None


def broken(folder: Path) -> tuple[str, ...]:
    """What of a run no longer is as its manifest says, in Vietnamese (for `verify`)."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return (f"{folder.name}: không đọc được {MANIFEST}",)
    listed = {entry["path"]: entry["sha256"] for entry in files}
    found = {path: durable.sha256_of(folder / path) for path in _files(folder)}
    wrong = [f"{folder.name}/{path}: tệp bị thiếu" for path in sorted(listed.keys() - found.keys())]
    wrong += [
        f"{folder.name}/{path}: tệp đã bị thay đổi"
        for path in sorted(found)
        if listed.get(path, found[path]) != found[path]
    ]
    wrong += [f"{folder.name}/{path}: tệp không có trong {MANIFEST}" for path in sorted(found.keys() - listed.keys())]
    return tuple(wrong)


def _manifest(folder: Path, run_id: str, outputs: Iterable[Output], facts: dict[str, Any]) -> str:
    kinds = {output.path: output.kind for output in outputs}
    files = [
        {
            "path": path,
            "kind": kinds.get(path, ""),
            "bytes": (folder / path).stat().st_size,
            "sha256": durable.sha256_of(folder / path),
        }
        for path in _files(folder)
    ]
    return json.dumps({"run": run_id, **facts, "files": files}, ensure_ascii=False, indent=1) + "\n"


def _files(folder: Path) -> list[str]:
    """Every file below a run's folder but the manifest, with `/` between the parts, in order."""
    found = []
    for place, _, names in os.walk(folder):
        below = Path(place).relative_to(folder).as_posix()
        beside = "" if below == "." else f"{below}/"
        ours = (name for name in names if not name.startswith(("~$", durable.TEMPORARY)))
        found += [f"{beside}{name}" for name in ours if os.path.isfile(f"{place}/{name}")]  # noqa: PTH113 (quick)
    return sorted(path for path in found if path != MANIFEST)


def _beside(wanted: Path, path: Path) -> str:
    who = open_elsewhere(wanted)
    by = f" (người mở: {who})" if who else ""
    return f"Tệp «{wanted.name}» đang mở ở chương trình khác{by} nên kết quả được ghi vào «{path.name}»."


def _sweep(folder: Path) -> None:
    """What runs that died, or a stage that could not tidy up, left behind. Only for the holder of the workspace."""
    durable.sweep(folder)
    for entry in folder.iterdir():
        if entry.name.startswith(durable.TEMPORARY) and entry.is_dir():
            _remove(entry)


def _remove(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.rglob("*"):
            if os.name == "nt" and path.is_file():
                path.chmod(0o644)
        shutil.rmtree(folder)
