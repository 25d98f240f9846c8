"""The code itself in, the English pages of docs/reference out: commands, configuration, formats, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from nvbatch.cli.config_words import KEYS, SECTIONS, UNUSED
from nvbatch.console import speak
from nvbatch.form import Column, Form, Sheet, load_form, load_register_schema, packaged

GENERATED = "Generated from the code by `make docs`; do not edit."
_WIDTH = 100
_RULES_FROM = "rules.from"


def pages() -> Mapping[str, str]:
    """File name in docs/reference → its text."""
    speak("en")
    return {
        "commands.md": "\n".join(_commands()) + "\n",
        "config.md": "\n".join(_config()) + "\n",
        "formats.md": "\n".join(_formats()) + "\n",
        "json.md": "\n".join(_json()) + "\n",
    }


def write(folder: Path) -> None:
    """Write every page anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


# --- commands -----------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    from nvbatch.cli.commands import nvbatch

    yield from ("# Commands", "", GENERATED, "")
    yield "Exit status: 0 done · 1 `check`, `verify`, `doctor` found something to mend · 2 usage or configuration ·"
    yield "3 done in part, named on stderr · 4 another run holds the workspace · 130 interrupted, nothing half-written."
    settings = {**nvbatch.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    top = click.Context(nvbatch, info_name="nvbatch", **settings)
    for context in _each(nvbatch, top):
        yield from ("", f"## {context.command_path}", "", "```", context.command.get_help(context), "```")


def _each(group: click.Group, above: click.Context) -> Iterator[click.Context]:
    yield above
    for name, command in group.commands.items():
        below = click.Context(command, info_name=name, parent=above, terminal_width=_WIDTH, max_content_width=_WIDTH)
        if isinstance(command, click.Group):
            yield from _each(command, below)
        else:
            yield below


# --- nvbatch.toml -------------------------------------------------------------------------------


def _config() -> Iterator[str]:
    from nvbatch.config import Config

    yield from ("# nvbatch.toml", "", GENERATED, "")
    yield "Every key is optional but `office.name`; an unknown key is an error that names the nearest known one."
    for section, keys in config_keys(Config).items():
        yield from ("", f"## {section}", "", SECTIONS[section], "", "| key | default | meaning |", "|---|---|---|")
        yield from (f"| `{key}` | {_default(value)} | {_meaning(section, key)} |" for key, value in keys.items())


def config_keys(model: Any, path: str = "") -> dict[str, dict[str, Any]]:
    """Section → key → default, in the order of the model; keys that one of the two servers does not use left out."""
    from pydantic import BaseModel

    from nvbatch.config import RulesFrom

    found: dict[str, dict[str, Any]] = {}
    for name, field in model.model_fields.items():
        label, inner = field.alias or name, field.annotation
        where = f"{path}.{label}".lstrip(".")
        if where == _RULES_FROM:
            found[where] = dict.fromkeys(RulesFrom.model_fields)
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= config_keys(inner, where)
        elif where not in UNUSED:
            found.setdefault(path, {})[label] = None if field.is_required() else field.get_default()
    return found


def _meaning(section: str, key: str) -> str:
    if section == _RULES_FROM and key != "date":
        other = next(known for known in KEYS if known.endswith(f".{key}") and not known.startswith(_RULES_FROM))
        return f"As `{other}`."
    return KEYS[f"{section}.{key}"]


def _default(value: Any) -> str:
    if value is None:
        return "–"
    if hasattr(value, "strftime"):
        return f'`"{value:%H:%M}"`'
    shown = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return f"`{shown}`"


# --- register.xlsx and BM01 ---------------------------------------------------------------------


def _formats() -> Iterator[str]:
    form = load_form()
    yield from ("# Formats", "", GENERATED, "")
    yield "Labels are matched after folding (case, spacing, line breaks, NFC/NFD, tone placement, a trailing `(*)`)."
    yield from ("", "## register.xlsx", "")
    for sheet in load_register_schema():
        yield from _sheet(sheet, f"### Sheet *{sheet.name}* (`{sheet.key}`)", people=False)
    yield from _bm01(form)


def _bm01(form: Form) -> Iterator[str]:
    yield from (
        f"## Form {form.form}, version {form.version}",
        "",
        "`L`: written and locked by the Office. `E`: filled by the agency.",
        "",
    )
    for sheet in (form.info, form.tasks, form.changes):
        yield from _sheet(sheet, f"### Sheet *{sheet.name}*", people=True)
    fields = ", ".join(f"`{field}`" for field in form.stamp_fields)
    yield from (f"### Hidden sheet `{form.stamp_sheet}`", "", f"The form's mark: {fields}.")


def _sheet(sheet: Sheet, title: str, *, people: bool) -> Iterator[str]:
    yield from (title, "", f"| label | key | type | required |{' by |' if people else ''} choices |")
    yield "|---|---|---|---|" + ("---|" if people else "") + "---|"
    for column in sheet.columns:
        by = ["E" if column.agency else "L"] if people else []
        needed = "*" if column.required else ""
        cells = (column.label, f"`{column.key}`", column.type, needed, *by, _choices(column))
        yield "| " + " | ".join(cells) + " |"
    yield ""


def _choices(column: Column) -> str:
    return " / ".join(column.choices) + (" (or other words)" if column.choices and column.open else "")


# --- JSON ---------------------------------------------------------------------------------------


def _json() -> Iterator[str]:
    yield from ("# What --json prints", "", GENERATED, "")
    yield "One JSON document on stdout, also on failure (then the one of *error*); people read stderr. Each document is"
    yield "described by a JSON schema (draft 2020-12) in `schemas/commands/`, which the tests hold against real runs."
    for path in sorted(packaged("schemas", "commands").glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        yield from ("", f"## {path.stem}", "", schema["description"], "", "| field | type | meaning |", "|---|---|---|")
        yield from _fields(schema, schema, "")


def _fields(schema: Mapping[str, Any], whole: Mapping[str, Any], above: str) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        there = _resolved(field, whole)
        said = field.get("description") or there.get("description", "")
        yield f"| `{above}{name}` | {_type(there)} | {said} |"
        items = _resolved(there.get("items", {}), whole)
        if there.get("properties"):
            yield from _fields(there, whole, f"{above}{name}.")
        elif items.get("properties"):
            yield from _fields(items, whole, f"{above}{name}[].")


def _resolved(field: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(field.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = whole["$defs"][name] if name else field
    return found


def _type(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " / ".join(str(value) for value in field["enum"])
    kinds = field.get("type", "object or null" if "anyOf" in field else "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
