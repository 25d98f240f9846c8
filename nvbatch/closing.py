"""Runs that stand on the disk in; published, compared, exported, verified: the memory of the Office."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nvbatch import durable, viet
from nvbatch.archive import Archive
from nvbatch.config import ConfigError
from nvbatch.journal import Journal
from nvbatch.lock import hold
from nvbatch.model import FLAG_WORDS, STATUS_WORDS, Status
from nvbatch.nearest import ask_for
from nvbatch.outputs import MANIFEST, latest_run
from nvbatch.workspace import Workspace

RECORD = "run.json"
HEAD = 16_384  # bytes of run.json in which what is said of the run itself stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    run_id: str
    period: str
    already: bool  # it had been published before: nothing changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs between two runs: what (task code or figure), field, one value, the other."""

    what: str
    field: str
    first: str
    second: str


def read_record(ws: Workspace, run_id: str | None = None) -> dict[str, Any]:
    """run.json of a run (default: the newest complete one). Raises ConfigError in Vietnamese."""
    name = run_id or latest_run(ws)
    if name is None:
        raise ConfigError("Chưa có lần chạy nào. Chạy «nvbatch run» trước.")
    if name != Path(name).name or not (ws.out / name / RECORD).is_file():
        known = sorted(p.parent.name for p in ws.out.glob(f"*/{RECORD}")) if ws.out.is_dir() else []
        raise ConfigError(
            f"Không có lần chạy «{name}».{ask_for(name, known)} Các lần chạy: {', '.join(known) or 'chưa có'}."
        )
    data: dict[str, Any] = json.loads((ws.out / name / RECORD).read_text(encoding="utf-8"))
    return data


def publish(ws: Workspace, run_id: str, *, now: datetime) -> Published:
    """Close a period with a run: its figures are frozen, later runs of the period only correct them."""
    with hold(ws):
        record = read_record(ws, run_id)
        run = record["run"]
        main = _main(run["periods"])
        if run["provisional"]:
            raise ConfigError(f"Lần chạy «{run['id']}» là số liệu tạm tính (kỳ chưa chốt), không công bố được.")
        if run["id"].startswith("thu-"):
            raise ConfigError(f"Lần chạy «{run['id']}» là bản chạy thử, không công bố được.")
        earlier = [d["run"] for d in Journal(ws).deeds("published") if d["period"] == main["key"]]
        if earlier and earlier[-1] != run["id"]:
            raise ConfigError(
                f"Kỳ {main['key']} đã công bố theo lần chạy «{earlier[-1]}»; số liệu đã được giữ cố định. "
                "Lần chạy sau ghi rõ «điều chỉnh so với số đã công bố»."
            )
        if not earlier:
            _refuse_differing(ws.out / run["id"], record)
            Journal(ws).append(
                "published", at=now, run=run["id"], period=main["key"], kind=main["kind"], as_of=run["as_of"],
                totals=record["totals"],
            )  # fmt: skip
        durable.sweep(ws.out / run["id"])
        _mark_published(ws.out / run["id"], record)
    return Published(run_id=run["id"], period=main["key"], already=bool(earlier))


def _refuse_differing(folder: Path, record: Mapping[str, Any]) -> None:
    """Figures are frozen only when every document of the run states them."""
    from nvbatch.reconcile import differences

    found = differences(folder, [o["path"] for o in record["outputs"]], record["totals"])
    if found:
        raise ConfigError(
            f"Lần chạy «{record['run']['id']}» có văn bản không khớp số liệu, không công bố được: {'; '.join(found)}. "
            "Chạy lại «nvbatch run» rồi công bố lần chạy mới."
        )


def finish_publishing(ws: Workspace, run_id: str | None = None) -> None:
    """Complete what a `publish` that died had begun, by default the last one. Only for the holder of the workspace."""
    noted = [d["run"] for d in Journal(ws).deeds("published")]
    name = run_id or (noted[-1] if noted else None)
    if name is not None and (ws.out / name / MANIFEST).is_file():
        durable.sweep(ws.out / name)
        if not _is_marked(ws.out / name):
            _mark_published(ws.out / name, read_record(ws, name))


def _is_marked(folder: Path) -> bool:
    with (folder / RECORD).open("rb") as stream:
        told = b'"published": true' in stream.read(HEAD)
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    return told and any(e["path"] == RECORD and e["sha256"] == durable.sha256_of(folder / RECORD) for e in files)


def _main(periods: Mapping[str, Any]) -> Mapping[str, Any]:
    main: Mapping[str, Any] = periods.get("CHUNG") or next(iter(periods.values()))
    return main


def _mark_published(folder: Path, record: dict[str, Any]) -> None:
    """run.json says so from now on; the manifest follows. Doing it twice changes nothing."""
    from nvbatch.stages.record import text_of

    record["run"]["published"] = True
    durable.write_text(folder / RECORD, "".join(text_of(record)))
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        if entry["path"] == RECORD:
            entry["bytes"] = (folder / RECORD).stat().st_size
            entry["sha256"] = durable.sha256_of(folder / RECORD)
    durable.write_text(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def compare(ws: Workspace, first: str, second: str) -> tuple[Difference, ...]:
    """What changed from one run to another: figures first, then tasks by code."""
    one, two = read_record(ws, first), read_record(ws, second)
    return (*_figures(one["totals"], two["totals"]), *_tasks(one["tasks"], two["tasks"]))


def _figures(one: Mapping[str, Any], two: Mapping[str, Any]) -> Iterator[Difference]:
    plain = {"assigned": "Được giao", "not_aggregated": "Chưa tổng hợp", "carried_over": "Chuyển tiếp"}
    for key, word in plain.items():
        if one[key] != two[key]:
            yield Difference(what="Tổng số", field=word, first=str(one[key]), second=str(two[key]))
    for status in Status:
        was, now = one["by_status"].get(status, 0), two["by_status"].get(status, 0)
        if was != now:
            yield Difference(what="Tổng số", field=STATUS_WORDS[status], first=str(was), second=str(now))


def _tasks(one: list[Any], two: list[Any]) -> Iterator[Difference]:
    before, after = {t["code"]: t for t in one}, {t["code"]: t for t in two}
    fields = {"status": "Tình trạng", "deadline": "Thời hạn", "lead_agency": "Cơ quan chủ trì", "flags": "Cảnh báo"}
    for code in sorted(before.keys() | after.keys()):
        if code not in before or code not in after:
            there = code in before
            first, second = ("có", "không") if there else ("không", "có")
            yield Difference(what=code, field="Nhiệm vụ", first=first, second=second)
            continue
        for field, word in fields.items():
            if before[code][field] != after[code][field]:
                first, second = _say(before[code][field]), _say(after[code][field])
                yield Difference(what=code, field=word, first=first, second=second)


def _say(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(FLAG_WORDS.get(flag, flag) for flag in value)
    return str(STATUS_WORDS.get(value, value)) if value is not None else "–"


def export(ws: Workspace, period: str, *, now: datetime) -> Path:
    """out/luu-tru/<period>.zip: the period's published (else newest) run, what was received for it, the register."""
    with hold(ws):
        run_id = _run_of(ws, period)
        record = read_record(ws, run_id)
        target = ws.out / "luu-tru" / f"{period}.zip"
        durable.make_folder(target.parent)
        with durable.new_file(target) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
            for path, name in _members(ws, run_id, record):
                bundle.write(path, name)
        Journal(ws).append("exported", at=now, period=period, run=run_id)
    return target


def _run_of(ws: Workspace, period: str) -> str:
    published = [d["run"] for d in Journal(ws).deeds("published") if d["period"] == period]
    if published:
        return str(published[-1])
    made = [d["run"] for d in Journal(ws).deeds("run") if (ws.out / d["run"] / RECORD).is_file()]
    for run_id in reversed(made):
        if any(p["key"] == period for p in read_record(ws, run_id)["run"]["periods"].values()):
            return str(run_id)
    raise ConfigError(f"Chưa có lần chạy nào của kỳ «{period}» để đưa vào lưu trữ.")


def _members(ws: Workspace, run_id: str, record: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    folder = ws.out / run_id
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield path, f"{run_id}/{path.relative_to(folder).as_posix()}"
    archive, taken = Archive(ws), set()
    for s in record["submissions"]:
        sha = s["container_sha256"] or s["sha256"]
        if sha not in taken and archive.has(sha):
            taken.add(sha)
            name = sha if s["container_sha256"] else viet.file_name(s["file"])
            yield archive.path(sha), f"nhan/{s['id']}/{name}"
    register = [d["register"] for d in Journal(ws).deeds("run") if d["run"] == run_id]
    if register and archive.has(register[-1]):
        yield archive.path(register[-1]), "register.xlsx"
