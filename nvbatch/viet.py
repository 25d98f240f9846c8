"""Vietnamese text: cleaned for showing, keyed for comparing, folded for suggesting."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def clean(text: str, *, multiline: bool = False) -> str:
    """Text fit to show: NFC, no invisible characters, single spaces, trimmed."""
    text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()


def key(text: str) -> str:
    """Accent-aware comparison key: equal for the same words in another case, spacing or tone placement."""
    return clean(text).casefold()


def fold(text: str) -> str:
    """Accent-free key, only good for suggesting."""
    bare = "".join(c for c in unicodedata.normalize("NFD", key(text)) if not unicodedata.combining(c))
    return bare.replace("đ", "d")


def label_key(text: str) -> str:
    """Key of a header label: :func:`key` without a trailing "(*)"."""
    return key(re.sub(r"\(\s*\*\s*\)\s*$", "", clean(text)))
