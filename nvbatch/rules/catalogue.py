"""The rule catalogue: looks through the rule modules, gives every rule by its code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from nvbatch.rules import arrival, cell, file, history, office, register, row, structure
from nvbatch.rules.rule import Rule

MODULES: tuple[ModuleType, ...] = (file, structure, arrival, cell, row, register, history, office)
GATES: Mapping[str, str] = {
    "F": "Tệp",
    "S": "Cấu trúc",
    "A": "Người gửi và thời điểm",
    "C": "Ô dữ liệu",
    "R": "Dòng nhiệm vụ",
    "M": "Đối chiếu danh mục",
    "H": "Đối chiếu các kỳ trước",
    "G": "Danh mục và toàn bộ",
}


def _look(modules: tuple[ModuleType, ...]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for module in modules:
        for name, thing in vars(module).items():
            rule = thing if isinstance(thing, Rule) else getattr(thing, "rule", None)
            if not isinstance(rule, Rule) or name.startswith("_"):
                continue
            if found.setdefault(rule.code, rule) is not rule:
                raise AssertionError(f"two rules wear the code {rule.code}")
    return found


def _order(code: str) -> tuple[int, str]:
    return "FSACRMHG".index(code[0]), code


RULES: Mapping[str, Rule] = MappingProxyType(dict(sorted(_look(MODULES).items(), key=lambda item: _order(item[0]))))
