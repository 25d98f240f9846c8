"""Good files of every container in, thousands of damaged ones made of them; what died, hung or stayed silent, out."""

from __future__ import annotations

import hashlib
import io
import random
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from nvbatch.child import Death
from nvbatch.config import Intake
from nvbatch.intake.opener import UNREADABLE, Opener
from nvbatch.reader import Reader
from tests.mail_factory import make_zip
from tests.outlook_factory import attachment, compound, message
from tests.sheet_factory import csv_text, header, ods, task, xls, xlsx
from tests.torture.report import Report
from tests.torture.town import mail

SLOW = 20.0  # seconds
BITS = (b"-", b"99999999999", b'r="XFD1048576"', b"<", b"&", b"\x00", b'"', b"A0", b"1e999", b"\xff" * 8, b"\r\n\r\n")


def mutants(*, each: int, seed: int, more: Iterable[Path] = ()) -> Report:
    """``each`` damaged files of every container, through the same children as a run's. ``more``: good files besides."""
    report = Report("damaged files")
    chance = random.Random(seed)
    limits = Intake()
    with tempfile.TemporaryDirectory() as name, Reader(limits, None) as reader, Opener(limits) as opener:
        folder = Path(name)
        for kind, good in (_good() | {f"b{path.suffix}": path.read_bytes() for path in more}).items():
            for number in range(each):
                data = _mutated(good, chance)
                report.points += 1
                report.wrong += [
                    f"{kind} {number} (seed {seed}): {wrong}" for wrong in _try(kind, data, folder, reader, opener)
                ]
    return report


def _good() -> dict[str, bytes]:
    sheets = {
        "Nhiệm vụ": [header(), *[task(task_code=f"NV-{n}") for n in range(8)]],
        "Thông tin": [["Mã cơ quan", "A"]],
    }
    book = xlsx(sheets)
    return {
        "a.xlsx": book,
        "a.xls": xls(sheets),
        "a.ods": ods(sheets),
        "a.csv": csv_text(sheets["Nhiệm vụ"]).encode(),
        "a.eml": mail("snv@tinhmau.example", book),
        "a.msg": compound(message(attachment("a.xlsx", book))),
        "a.zip": make_zip({"a.xlsx": book, "b.xls": xls(sheets)}),
    }


def _mutated(good: bytes, chance: random.Random) -> bytes:
    if good.startswith(b"PK") and chance.random() < 0.75:
        return _with_a_damaged_part(good, chance)
    data = bytearray(good)
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.15:
        del data[chance.randrange(len(data)) :]
    return bytes(data)


def _with_a_damaged_part(good: bytes, chance: random.Random) -> bytes:
    """The package itself stays well: what is damaged is inside one part."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        victim = chance.choice(old.infolist()).filename
        for part in old.infolist():
            data = bytearray(old.read(part))
            if part.filename == victim and data:
                for _ in range(chance.randint(1, 6)):
                    _damage(data, chance)
            new.writestr(part.filename, bytes(data))
    return stream.getvalue()


def _damage(data: bytearray, chance: random.Random) -> None:
    at, how = chance.randrange(len(data) or 1), chance.random()
    if how < 0.4 and data:
        data[at] = chance.randrange(256)
    elif how < 0.6:
        del data[at : at + chance.randint(1, 60)]
    elif how < 0.8:
        other = chance.randrange(len(data) or 1)
        data[at:at] = data[other : other + chance.randint(1, 200)]
    else:
        data[at:at] = chance.choice(BITS)


def _try(kind: str, data: bytes, folder: Path, reader: Reader, opener: Opener) -> Iterator[str]:
    path, out = folder / kind, folder / "reading.json"
    path.write_bytes(data)
    out.unlink(missing_ok=True)
    sha, began = hashlib.sha256(data).hexdigest(), time.monotonic()
    if kind.endswith((".eml", ".msg", ".zip")):
        index, _ = opener.open(path, kind, sha, folder / "parts")
        said = [str(entry["what"]) for entry in index["entries"]]
        if any(UNREADABLE in what or "chương trình đọc gặp lỗi" in what for what in said):
            yield f"the opener died or failed: {said}"
        answer = opener.worker.ask({"do": "envelope", "path": str(path), "name": kind, "zone": "Asia/Ho_Chi_Minh"})
        if isinstance(answer, Death) or "envelope" not in answer:
            yield f"no envelope: {answer}"
    else:
        reading = reader.read(path, name=kind, sha256=sha, out=out)
        said = [f"{n.args.get('what', '')} {n.args.get('reference', '')}" for n in reading.notes if n.rule == "F101"]
        if any("gặp lỗi" in what for what in said):
            yield f"our own fault: {said}"
        if reading.tasks is None and not reading.notes:
            yield "no answer"
    if time.monotonic() - began > SLOW:
        yield f"{time.monotonic() - began:.0f} s"
