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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nvbatch import __version__, durable
from nvbatch.form import Sheet
from nvbatch.register_rows import Rows
from nvbatch.register_sheets import Sheets, Trouble

_FORMAT = "2"
_KEPT = 8  # registers: the present one, that of the run before, and some that somebody goes back to
_QUICK = 1  # how hard zlib tries
_MARK = 32  # bytes of a SHA-256
_TEXTS, _FEW = b"T", b"F"  # how a column is kept
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
        try:
            sheets = unpack(self._place(sha256).read_bytes(), self._schema)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return sheets if sheets.sha256 == sha256 else None

    def used(self, sha256: str) -> None:
        """These sheets are still asked for: others go before them."""
        with contextlib.suppress(OSError):
            os.utime(self._place(sha256))

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


def digest_apart_from(sheets: Sheets, apart: Set[str]) -> str:
    """Equal only where all sheets but those say the same."""
    entries = sheets.entries
    if not isinstance(entries, _Squeezed):
        return digest_apart_from(unpack(pack(sheets), sheets.schema), apart)
    return entries.digest(key for key in sorted(entries) if key not in apart)


# --- bytes ----------------------------------------------------------------------------------------


def pack(sheets: Sheets) -> bytes:
    """Sheets as bytes: their digest, a line that says all but the cells, then column after column."""
    blocks = {
        key: {name: _squeeze(column) for name, column in rows.columns.items()} for key, rows in sheets.entries.items()
    }
    said = {
        "sha256": sheets.sha256,
        "letters": sheets.letters,
        "headers": sheets.header_rows,
        "troubles": [asdict(trouble) for trouble in sheets.troubles],
        "numbers": {key: _said_of(rows.numbers) for key, rows in sheets.entries.items()},
        "lengths": {key: {name: len(block) for name, block in columns.items()} for key, columns in blocks.items()},
    }
    body = b"".join((json.dumps(said).encode(), b"\n", *(b for columns in blocks.values() for b in columns.values())))
    return hashlib.sha256(body).digest() + body


def unpack(data: bytes, schema: tuple[Sheet, ...]) -> Sheets:
    """The sheets in bytes. Raises ValueError, KeyError or TypeError when something is amiss."""
    body = memoryview(data)[_MARK:]
    if data[:_MARK] != hashlib.sha256(body).digest():
        raise ValueError("not as it was written")
    begin = data.index(b"\n", _MARK) + 1
    said = json.loads(data[_MARK:begin])
    blocks: dict[str, dict[str, bytes]] = {}
    for key, lengths in said["lengths"].items():
        blocks[key] = {name: data[begin : (begin := begin + length)] for name, length in lengths.items()}
    return Sheets(
        entries=_Squeezed(blocks, said["numbers"]),
        letters=said["letters"],
        schema=schema,
        troubles=tuple(Trouble(**trouble) for trouble in said["troubles"]),
        header_rows=said["headers"],
        sha256=said["sha256"],
    )


class _Squeezed(Mapping[str, Rows]):
    """Sheet key → its rows, made from their squeezed form at each asking."""

    def __init__(self, blocks: Mapping[str, Mapping[str, bytes]], numbers: Mapping[str, list[int]]) -> None:
        self._blocks, self._numbers = blocks, numbers

    def __getitem__(self, key: str) -> Rows:
        columns = {sys.intern(name): _unsqueezed(block) for name, block in self._blocks[key].items()}
        return Rows(_numbers(self._numbers[key]), columns)

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def digest(self, keys: Iterable[str]) -> str:
        """Of what is squeezed: equal sheets give equal bytes."""
        told = hashlib.sha256()
        for key in keys:
            blocks = self._blocks[key]
            told.update(repr((key, self._numbers[key], [(name, len(b)) for name, b in blocks.items()])).encode())
            for block in blocks.values():
                told.update(block)
        return told.hexdigest()


# --- columns --------------------------------------------------------------------------------------


def _said_of(numbers: Sequence[int]) -> list[Any]:
    """Row numbers: mostly one after the other."""
    return ["to", numbers.start, numbers.stop] if isinstance(numbers, range) else ["are", *numbers]


def _numbers(said: Sequence[Any]) -> Sequence[int]:
    how, *numbers = said
    return range(*numbers) if how == "to" else tuple(numbers)


def _squeeze(column: Sequence[Any]) -> bytes:
    """Texts that hardly repeat themselves one after the other; else the different values, and where each stands."""
    different = dict.fromkeys(column)
    if len(different) * 2 > len(column) and set(map(type, different)) <= {str, type(None)}:
        together = _BETWEEN.join(["" if text is None else text for text in column])
        if together.count(_BETWEEN) == len(column) - 1 and "" not in different:
            return zlib.compress(_TEXTS + together.encode("utf-8", "surrogatepass"), _QUICK)
    number = {value: at for at, value in enumerate(different)}
    line = json.dumps([_plain(value) for value in different])
    where = array(_INDEX, [number[value] for value in column])
    return zlib.compress(b"".join((_FEW, line.encode(), b"\n", where.tobytes())), _QUICK)


def _unsqueezed(block: bytes) -> list[Any]:
    data = zlib.decompress(block)
    if data.startswith(_TEXTS):  # the readings of the tasks' workbooks hold equal texts: each is one object
        texts = list(map(sys.intern, data[len(_TEXTS) :].decode("utf-8", "surrogatepass").split(_BETWEEN)))
        return [text or None for text in texts] if "" in texts else texts
    line, _, where = data[len(_FEW) :].partition(b"\n")
    different = [_value(said) for said in json.loads(line)]
    if len(different) == 1:
        return different * (len(where) // array(_INDEX).itemsize)
    return list(map(different.__getitem__, array(_INDEX, where)))


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
