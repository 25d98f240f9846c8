"""The rule catalogue in, lines for a terminal and the page docs/rules.md out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from gettext import gettext as _
from typing import Any

from nvbatch.cli.rule_examples import EXAMPLES
from nvbatch.console import plain, table, tone
from nvbatch.model import FLAG_WORDS, SEVERITY_WORDS
from nvbatch.rules.catalogue import GATES
from nvbatch.rules.rule import Rule


def listed(rules: Iterable[Rule]) -> tuple[str, ...]:
    """One line a rule."""
    return table((_("Mã"), _("Mức"), _("Nội dung")), [(r.code, _(SEVERITY_WORDS[r.severity]), r.title) for r in rules])


def explained(rule: Rule) -> tuple[str, ...]:
    """All that a rule says of itself."""
    lines = [
        f"{tone(rule.code, 'head')}  {rule.title}",
        _("Mức: {severity}").format(severity=_(SEVERITY_WORDS[rule.severity])),
        _("Lời nhắn: {text}").format(text=rule.message),
        _("Cách sửa: {text}").format(text=rule.fix),
    ]
    example = EXAMPLES.get(rule.code)
    if example:
        lines += [_("Ví dụ: {text}").format(text=example.wrong), _("  nên là: {text}").format(text=example.right)]
    if rule.flag:
        lines.append(_("Đánh dấu: {flag}").format(flag=FLAG_WORDS.get(rule.flag, rule.flag)))
    if rule.source:
        lines.append(_("Căn cứ: {source}").format(source=", ".join(rule.source)))
    return tuple(lines)


def as_document(rule: Rule) -> dict[str, Any]:
    """A rule as JSON shows it."""
    told = {field.name: plain(getattr(rule, field.name)) for field in dataclasses.fields(rule)}
    example = EXAMPLES.get(rule.code)
    return {**told, "example": example._asdict() if example else None}


def page(rules: Iterable[Rule]) -> str:
    """docs/rules.md: the catalogue by gate. Generated: `make docs` writes it, a test compares."""
    every = list(rules)
    lines = ["# Danh mục quy tắc kiểm tra", "", "Trang này được tạo từ mã nguồn (`make docs`); không sửa tay.", ""]
    lines += [
        "| Mức | Hệ quả |",
        "|---|---|",
        *(f"| {SEVERITY_WORDS[s]} (`{s}`) | {COSTS[s]} |" for s in SEVERITY_WORDS),
    ]
    for letter, gate in GATES.items():
        lines += [
            "",
            f"## {letter} — {gate}",
            "",
            "| Mã | Mức | Quy tắc | Lời nhắn | Cách sửa | Căn cứ |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(rule) for rule in every if rule.code.startswith(letter)]
    return "\n".join(lines) + "\n"


HEADER = "| Mã | Mức | Quy tắc | Lời nhắn | Cách sửa | Căn cứ |"
COSTS = {
    "fatal": "tệp không được tổng hợp; được lưu lại và trả về kèm lý do",
    "error": "dòng bị giữ lại, số liệu gần nhất của nhiệm vụ vẫn dùng; dòng được trả về để sửa",
    "incomplete": "dòng được nhận, nhiệm vụ chưa được tổng hợp vì cập nhật chưa đầy đủ",
    "warning": "dòng được nhận; lưu ý với cơ quan và Văn phòng",
    "info": "chỉ ghi trong nhật ký và bản trả lại",
}


def _row(rule: Rule) -> str:
    title = rule.title + (f" → `{rule.flag}`" if rule.flag else "")
    cells = (rule.code, f"`{rule.severity}`", title, rule.message, rule.fix, ", ".join(rule.source))
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
