"""The fields of a line in, what a column of sheet Bản trình duyệt gathers of them out: words and live formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from nvbatch.form import Form
from nvbatch.formbook.layout import task_table
from nvbatch.formbook.live import ROW, Live
from nvbatch.model import Table

Parts = tuple[tuple[str, str], ...]  # what a column gathers: (field, words before it)
STATE_AT = 5
GATHERED: Mapping[int, Parts] = {
    3: (("supervisor", "Chỉ đạo: "), ("assignee", "Thực hiện: ")),
    4: (("narrative", ""),),
    6: (("result", ""), ("result_doc", "Văn bản: "), ("completed_on", "Hoàn thành ngày ")),
    7: (
        ("difficulty", "Vướng mắc: "),
        ("proposal", "Đề xuất: "),
        ("delay_reason", "Nguyên nhân chậm: "),
        ("requested_deadline", "Xin gia hạn đến "),
        ("note", "Ghi chú: "),
    ),
}
_STATE = ("progress", "reported_status")
_DATES = frozenset({"completed_on", "requested_deadline"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """One column. ``places``: the fields that are gathered; ``say``: their values → what the formula will show."""

    at: int
    places: tuple[int, ...]
    say: Callable[[Sequence[Any]], str]
    live: Live

    def words(self, shown: Sequence[Sequence[Any]]) -> list[str]:
        """What the formula will show on each line. ``shown``: the lines' values, column by column."""
        said = _Said(self.say)
        return [said[values] for values in zip(*(shown[place] for place in self.places), strict=True)]


class _Said(dict[tuple[Any, ...], str]):
    """What is gathered → its words; many lines say the same, or nothing."""

    def __init__(self, say: Callable[[Sequence[Any]], str]) -> None:
        super().__init__()
        self._say = say

    def __missing__(self, values: tuple[Any, ...]) -> str:
        made = self[values] = self._say(values)
        return made


def gatherings(form: Form) -> tuple[Gathering, ...]:
    """The columns, from left to right."""
    table, places = task_table(form), {key: at for at, key in enumerate(form.tasks.keys)}

    def column(at: int, keys: Sequence[str], say: Callable[[Sequence[Any]], str], formula: str) -> Gathering:
        return Gathering(at=at, places=tuple(places[key] for key in keys), say=say, live=Live(at, formula, text=True))

    made = {
        at: column(at, [key for key, _ in parts], partial(gather, parts), _gather_formula(parts, table))
        for at, parts in GATHERED.items()
    }
    made[STATE_AT] = column(STATE_AT, _STATE, _state, _state_formula(table))
    return tuple(made[at] for at in sorted(made))


def gather(parts: Parts, values: Sequence[Any]) -> str:
    """The filled fields under each other, each after its words: what the formula will show."""
    filled = zip(parts, values, strict=True)
    return "\n".join([before + _plain(value) for (_, before), value in filled if value not in (None, "")])


def _gather_formula(parts: Parts, table: Table) -> str:
    """Every filled part begins a new line; MID drops the first line break."""
    if len(parts) == 1 and not parts[0][1]:
        return f'{_cell(parts[0][0], table)}&""'  # text as it stands, nothing for a blank cell
    joined = "&".join(
        f'IF({_cell(key, table)}="","",CHAR(10)&{_quoted(before)}{_shown(key, table)})' for key, before in parts
    )
    return f"MID({joined},2,32000)"


def _quoted(words: str) -> str:
    return f'"{words}"&' if words else ""


def _state(values: Sequence[Any]) -> str:
    progress, status = values
    percent = f"{_plain(progress)}%" if isinstance(progress, int | float) else _plain(progress)
    return "\n".join(part for part in (percent, _plain(status)) if part)


def _state_formula(table: Table) -> str:
    progress, status = (_cell(key, table) for key in _STATE)
    return f'IF({progress}="","",{progress}&IF(ISNUMBER({progress}),"%","")&CHAR(10))&{status}'


def _cell(key: str, table: Table) -> str:
    return f"'{table.sheet}'!{table.cell(ROW, key)}"


def _shown(key: str, table: Table) -> str:
    """A date written out without TEXT(), whose pattern depends on the language of Excel."""
    cell = _cell(key, table)
    if key not in _DATES:
        return cell
    return f'IF(ISNUMBER({cell}),DAY({cell})&"/"&MONTH({cell})&"/"&YEAR({cell}),{cell})'


def _plain(value: Any) -> str:
    if value.__class__ is str:
        return str(value)
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}"
    return f"{value:g}".replace(".", ",") if isinstance(value, int | float) else str(value)
