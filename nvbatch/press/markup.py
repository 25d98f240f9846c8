"""Text in, XML text and attribute values out; a string's mark-up as the shared string table keeps it."""

from __future__ import annotations

import re

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Readers take "_x0041_" for an escaped letter; with its first underscore escaped it stays what it is.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def escape(value: str) -> str:
    """Text between tags."""
    if "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    return value.replace(">", "&gt;") if ">" in value else value


def attribute(value: str) -> str:
    """Text between double quotes."""
    return escape(value).replace('"', "&quot;").replace("\n", "&#xA;").replace("\t", "&#x9;")


def given(name: str, value: object) -> str:
    """`` name="value"``, or nothing where there is no value; the value needs no escape."""
    return f' {name}="{value}"' if value else ""


def string(value: str) -> str:
    """``<t>`` of a text that was made fit for a cell (:func:`nvbatch.celltext.text`); outer spaces are kept."""
    shown = escape(value)
    if "_x" in shown:
        shown = _ESCAPE.sub("_x005F_", shown)
    return f"<t>{shown}</t>" if value == value.strip() else f'<t xml:space="preserve">{shown}</t>'


def number(value: float) -> str:
    """A number without a needless «.0»."""
    return str(value) if type(value) is int else f"{value:.16g}"
