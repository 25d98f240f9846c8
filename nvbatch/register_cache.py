"""Typed register sheets in, a file by what they were read from out, and back again: may be deleted at any time.

Never trusted: a file says its own digest, and what does not fit is as good as not there. Each sheet is squeezed for
itself and made anew from that whenever somebody asks for its rows: most runs need them once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import zlib
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch import __version__, durable
from nvbatch.form import Sheet
from nvbatch.register_rows import Rows
from nvbatch.register_sheets import Sheets, Trouble

_FORMAT = "1"
_KEPT = 8  # registers: the present one, that of the run before, and some that somebody goes back to
_QUICK = 1  # how hard zlib tries
_INDEX = "I"  # an array of places among the different values
_BETWEEN = "\x1f"  # between the texts of a column: no clean text holds it


class SheetCache:
    """A folder of registers as they were read. The key: their bytes, the schema, the program."""

    def __init__(self, folder: Path, schema: Sequence[Sheet]) -> None:
        self._folder, self._schema = folder, tuple(schema)
        self._circumstances = hashlib.sha256(
            f"{_FORMAT} {sys.byteorder} {__version__} {self._schema!r}".encode()
        ).hexdigest()[:16]

    def load(self, sha256: str) -> Sheets | None:
        """The sheets that were read from these bytes; None when they are not here, or not whole."""
        place = self._place(sha256)
        try:
            sheets = unpack(place.read_bytes(), self._schema)
            os.utime(place)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return sheets if sheets.sha256 == sha256 else None

    def keep(self, sheets: Sheets) -> Sheets:
        """Remember sheets; gives the same ones, squeezed. A disk that refuses costs no more than another reading."""
        data = pack(sheets)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            durable.write_bytes(self._place(sheets.sha256), data, lasting=False)
            self._sweep()
        return unpack(data, self._schema)

    def _place(self, sha256: str) -> Path:
        return self._folder / f"{sha256}-{self._circumstances}.sheets"

    def _sweep(self) -> None:
        found = sorted(self._folder.glob("*.sheets"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in found[_KEPT:]:
            path.unlink(missing_ok=True)


# --- bytes ----------------------------------------------------------------------------------------


def pack(sheets: Sheets) -> bytes:
    """Sheets as bytes: their digest, a line that says all but the rows, then the rows of each sheet."""
    blocks = {key: _squeeze(rows) for key, rows in sheets.entries.items()}
    said = {
        "sha256": sheets.sha256,
        "letters": sheets.letters,
        "headers": sheets.header_rows,
        "troubles": [asdict(trouble) for trouble in sheets.troubles],
        "blocks": {key: len(block) for key, block in blocks.items()},
    }
    body = b"\n".join((json.dumps(said).encode(), b"".join(blocks.values())))
    return hashlib.sha256(body).digest() + body


def unpack(data: bytes, schema: tuple[Sheet, ...]) -> Sheets:
    """The sheets in bytes. Raises ValueError, KeyError or TypeError when something is amiss."""
    told, body = data[:32], data[32:]
    if told != hashlib.sha256(body).digest():
        raise ValueError("not as it was written")
    line, _, rest = body.partition(b"\n")
    said = json.loads(line)
    blocks, begin = {}, 0
    for key, length in said["blocks"].items():
        blocks[key] = rest[begin : (begin := begin + length)]
    return Sheets(
        entries=_Squeezed(blocks),
        letters=said["letters"],
        schema=schema,
        troubles=tuple(Trouble(**trouble) for trouble in said["troubles"]),
        header_rows=said["headers"],
        sha256=said["sha256"],
    )


class _Squeezed(Mapping[str, Rows]):
    """Sheet key → its rows, made from their squeezed form at each asking."""

    def __init__(self, blocks: Mapping[str, bytes]) -> None:
        self._blocks = blocks

    def __getitem__(self, key: str) -> Rows:
        return _unsqueeze(self._blocks[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)


# --- rows -----------------------------------------------------------------------------------------


def _squeeze(rows: Rows) -> bytes:
    """A line of JSON, then a line for each column of texts that hardly repeat themselves."""
    texts: list[str] = []
    columns = {key: _pack_column(column, texts) for key, column in rows.columns.items()}
    numbers = rows.numbers
    span = [numbers.start, numbers.stop] if isinstance(numbers, range) else None
    line = json.dumps({"span": span, "numbers": None if span else list(numbers), "columns": columns})
    return zlib.compress("\n".join((line, *texts)).encode("utf-8", "surrogatepass"), _QUICK)


def _unsqueeze(block: bytes) -> Rows:
    line, *texts = zlib.decompress(block).decode("utf-8", "surrogatepass").split("\n")
    said, rest = json.loads(line), iter(texts)
    numbers = range(*said["span"]) if said["span"] else tuple(said["numbers"])
    return Rows(numbers, {sys.intern(key): _unpack_column(column, rest) for key, column in said["columns"].items()})


def _pack_column(column: Sequence[Any], texts: list[str]) -> Any:
    """{"of", "at"}: the different values, and which of them stands in each row; "": the texts that come next."""
    different = dict.fromkeys(column)
    if len(different) * 2 > len(column) and set(map(type, different)) <= {str, type(None)}:
        together = _BETWEEN.join(["" if text is None else text for text in column])
        if together.count(_BETWEEN) == len(column) - 1 and "\n" not in together and "" not in different:
            texts.append(together)
            return ""
    number = {value: at for at, value in enumerate(different)}
    at = array(_INDEX, [number[value] for value in column])
    return {"of": [_plain(value) for value in different], "at": b64encode(at.tobytes()).decode()}


def _unpack_column(packed: Any, texts: Iterator[str]) -> Sequence[Any]:
    if packed == "":
        return [text or None for text in next(texts).split(_BETWEEN)]
    of = [_value(value) for value in packed["of"]]
    return [of[at] for at in array(_INDEX, b64decode(packed["at"]))]


def _plain(value: Any) -> Any:
    """A value as JSON can say it: days, moments and lists by name."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"list": value} if isinstance(value, tuple) else value


def _value(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    ((kind, value),) = said.items()
    return _KINDS[kind](value)


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "list": tuple,
}
