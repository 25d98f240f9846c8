"""Where things are: one folder an office, by its names in the contract."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


class WorkspaceError(Exception):
    """No workspace, or a broken one; the text is Vietnamese."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """``until``: so many deeds of the journal count, for a look at what was known then; None: all."""

    root: Path
    until: int | None = None

    @property
    def config(self) -> Path:
        return self.root / "nvbatch.toml"

    @property
    def register(self) -> Path:
        return self.root / "register.xlsx"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def schemas(self) -> Path:
        return self.root / "schemas"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def signed(self) -> Path:
        return self.root / "phat-hanh"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def forms(self) -> Path:
        return self.root / "out" / "forms"

    @property
    def latest(self) -> Path:
        return self.root / "out" / "latest"


def find_workspace(given: Path | None, cwd: Path | None = None) -> Workspace:
    """``-w``, else $NVBATCH_WORKSPACE, else the nearest parent with nvbatch.toml. Raises WorkspaceError."""
    if given is None and os.environ.get("NVBATCH_WORKSPACE"):
        given = Path(os.environ["NVBATCH_WORKSPACE"])
    if given is not None:
        if not (given / "nvbatch.toml").is_file():
            raise WorkspaceError(
                f"Thư mục «{given}» không phải là không gian làm việc của nvbatch (thiếu nvbatch.toml). "
                f"Chạy «nvbatch init {given}» để tạo."
            )
        return Workspace(given.resolve())
    here = (cwd or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "nvbatch.toml").is_file():
            return Workspace(folder)
    raise WorkspaceError(
        "Không tìm thấy không gian làm việc. Chạy lệnh trong thư mục có nvbatch.toml, dùng -w THƯ_MỤC, "
        "hoặc tạo mới bằng «nvbatch init THƯ_MỤC»."
    )
