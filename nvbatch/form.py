"""The one schema file seen as values: form BM01 and the register, read from short YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from nvbatch import viet


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field. ``type``: text, long, code, choice, date, percent, deadline, list, int, time, datetime, mark."""

    key: str
    label: str
    type: str = "text"
    by: str = "office"  # who fills it: office (locked) or agency
    required: bool = False
    must_exist: bool = False
    choices: tuple[str, ...] = ()
    open: bool = False  # the list only proposes
    aliases: tuple[str, ...] = ()
    width: float = 14
    fold: bool = False
    clear: str | None = None
    hint: str = ""
    min: float | None = None
    max: float | None = None
    min_chars: str | None = None

    @property
    def agency(self) -> bool:
        return self.by == "agency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]
    key: str = ""
    required: bool = False
    beside: tuple[str, ...] = ()  # labels of columns that stand beside the form and are no field of it
    purpose: str = ""  # what the sheet is for, for its guide

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One version of form BM01. ``source`` is the digest of the YAML, part of every cache key.

    An older version says how it goes on: ``carried`` maps its keys to present ones where they differ, ``words`` maps
    (its key →) the words of its lists to those of today.
    """

    form: str
    version: str
    title: str
    info: Sheet
    tasks: Sheet
    changes: Sheet
    stamp_sheet: str
    stamp_fields: tuple[str, ...]
    placeholders: frozenset[str]  # keys (viet.key) of narratives that say nothing
    source: str
    carried: Mapping[str, str] = field(default_factory=dict, hash=False)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    @property
    def agency_keys(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.tasks.columns if c.agency)

    @property
    def required_keys(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.tasks.columns if c.required)

    @property
    def people_keys(self) -> tuple[str, ...]:
        """The fields that a new form is prefilled with."""
        return ("accountable_head", "supervisor", "assignee")


CURRENT = ("bm01", "1")
COUNTER = "Còn thiếu"  # what stands beside a table when its schema names nothing else


def load_form(overrides: Path | None = None, version: str | None = None) -> Form:
    """The form of a version (default: the current one); a file in ``overrides`` wins over the packaged one."""
    return _form(_text(f"{CURRENT[0]}.v{version or CURRENT[1]}.yaml", overrides))


def known_versions(overrides: Path | None = None) -> tuple[str, ...]:
    """Versions of BM01 that can be read, oldest first."""
    names = {p.name for p in _packaged("schemas").iterdir()}
    if overrides and overrides.is_dir():
        names |= {p.name for p in overrides.iterdir()}
    found = (n.removeprefix("bm01.v").removesuffix(".yaml") for n in names if n.startswith("bm01.v"))
    return tuple(sorted(found, key=lambda v: [int(x) for x in v.split(".") if x.isdigit()]))


def load_register_schema(overrides: Path | None = None) -> tuple[Sheet, ...]:
    """The sheets of register.xlsx in the order in which ``init`` writes them."""
    return _register(_text("register.v1.yaml", overrides))


def load_annex_schema(overrides: Path | None = None) -> Sheet:
    """The columns that the table of an annex may have, with the wordings of their headers."""
    return _annex(_text("annex.v1.yaml", overrides))


def packaged(kind: str, name: str, overrides: Path | None = None) -> Path:
    """Path of a packaged file of ``templates`` or ``schemas``; the workspace's own one wins."""
    if overrides is not None and (overrides / name).is_file():
        return overrides / name
    return Path(str(_packaged(kind) / name))


def _packaged(kind: str) -> Any:
    inside = resources.files("nvbatch") / kind
    if inside.is_dir():  # in the wheel
        return inside
    return Path(__file__).resolve().parent.parent / kind  # in a checkout


def _text(name: str, overrides: Path | None) -> str:
    return packaged("schemas", name, overrides).read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def _form(text: str) -> Form:
    import hashlib

    data = _said(text)
    return Form(
        form=data["form"],
        version=str(data["version"]),
        title=data["title"],
        info=Sheet(name=data["info"]["sheet"], columns=tuple(_column(c) for c in data["info"]["fields"])),
        tasks=_sheet(data["tasks"]),
        changes=_sheet(data["changes"]),
        stamp_sheet=data["stamp"]["sheet"],
        stamp_fields=tuple(data["stamp"]["fields"]),
        placeholders=frozenset(viet.key(str(p)) for p in data.get("placeholders", ())),
        source=hashlib.sha256(text.encode()).hexdigest()[:16],
        carried=data.get("carried", {}),
        words=data.get("values", {}),
    )


@lru_cache(maxsize=4)
def _register(text: str) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(
            name=s["name"],
            key=s["key"],
            required=s.get("required", False),
            purpose=s.get("purpose", ""),
            columns=tuple(_column(c) for c in s["columns"]),
        )
        for s in _said(text)["sheets"]
    )


@lru_cache(maxsize=4)
def _annex(text: str) -> Sheet:
    return _sheet(_said(text)["tasks"])


def _said(text: str) -> Any:
    """What a YAML text says; by libyaml, where it is there, in a tenth of the time."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _sheet(data: Mapping[str, Any]) -> Sheet:
    columns = tuple(_column(c) for c in data["columns"])
    return Sheet(name=data["sheet"], columns=columns, beside=tuple(data.get("beside", (COUNTER,))))


def _column(data: Mapping[str, Any]) -> Column:
    fields = dict(data)
    for many in ("choices", "aliases"):
        fields[many] = tuple(fields.get(many, ()))
    return Column(**fields)
