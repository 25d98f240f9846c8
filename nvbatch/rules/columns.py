"""How a rule looks at a frame's columns: filled, keyed, named in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nvbatch import viet

if TYPE_CHECKING:
    import pandas as pd

DONE = "Đã hoàn thành"
NOT_STARTED = "Chưa thực hiện"
EXTENSION = "Đề nghị gia hạn"
DISPUTED = "Chưa thống nhất"

# Punctuation that carries no word: "Đang thực hiện." says as little as "đang thực hiện".
_EDGES = " .,;:!-–—…·*/"


def shown(value: Any) -> str:
    """A typed value as people write it: 30/11/2025, 85, text."""
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 10)).replace(".", ",")
    return str(value)


@lru_cache(maxsize=65_536)
def said(text: str) -> str:
    """Comparison key of what a text says, without the punctuation around it."""
    return viet.key(text).strip(_EDGES)


def keys(column: pd.Series) -> pd.Series:
    """:func:`said` of every text, each different text looked at once."""
    return column.map({text: said(text) for text in column.dropna().unique()}).astype(object)


def filled(column: pd.Series, placeholders: frozenset[str] = frozenset()) -> pd.Series:
    """Is something said there? "-", "không" and the like (the form's placeholders) say nothing."""
    said_there = column.notna()
    if placeholders and said_there.any():
        texts = column[said_there]
        longest = max(map(len, placeholders)) + len(_EDGES)
        short = texts[texts.map(len) <= longest]
        empty = set(map(str.strip, placeholders)) | {""}
        said_there[short.index[keys(short).isin(empty)]] = False
    return said_there


def same_text(left: str | None, right: str | None) -> bool:
    """The same words, whatever the case, spacing, tone placement or closing punctuation."""
    return said(left or "") == said(right or "")


def labels(names: Mapping[str, str], keys_: tuple[str, ...]) -> str:
    """Field keys as their labels in «…», for messages."""
    return ", ".join(f"«{names.get(key, key)}»" for key in keys_)


def as_date(moment: Any) -> date | None:
    """A frame's timestamp (or NaT) as a plain date."""
    return None if moment is None or moment != moment else moment.date()
