"""One cell in, one typed value out: dates, percentages, choices and text, each with the rule that it touched."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from nvbatch import viet
from nvbatch.form import Column

LIKE = 60  # of 100: less alike than this is no suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a cell means. ``rule`` is None when it was written as it should be.

    ``raw`` is the displayed text, given with every rule; ``understood`` says for people what it was taken for
    (C403, C405, C407) or what was probably meant (C406).
    """

    value: Any = None
    rule: str | None = None
    raw: str | None = None
    understood: str | None = None


BLANK = Value()


# --- text ---------------------------------------------------------------------------------------


def display(cell: Any) -> str:
    """A cell as a person would have written it: 12 (not 12.0), 0,85, 05/03/2025, Có / Không for truth values."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        clock = "" if not (cell.hour or cell.minute or cell.second) else cell.strftime(" %H:%M")
        return _date(cell.date()) + clock
    return _date(cell) if isinstance(cell, date) else str(cell)


def read_text(cell: Any, *, multiline: bool = False) -> Value:
    """Clean text or None. Control characters become U+FFFD (C410); text that starts like a formula is C411."""
    if not isinstance(cell, str):
        return Value(value=viet.clean(display(cell), multiline=multiline) or None)
    kept, changed = viet.sanitize(cell)
    text = viet.clean(kept, multiline=multiline)
    if not text:
        return BLANK
    rule = "C410" if changed else "C411" if is_formula_like(text) else None
    return Value(value=text, rule=rule, raw=text if rule else None)


def is_formula_like(text: str) -> bool:
    """Would a spreadsheet take this text for a formula? Signed numbers, telephone numbers and list bullets are none."""
    start = text.lstrip("\t\r\n \ufeff'")
    if start[:1] in ("=", "@"):
        return True
    if start[:1] not in ("+", "-") or _HARMLESS.fullmatch(start):
        return False
    return bool((_CALL if start[1:2].isspace() else _FORMULA).match(start, 1))


# what may follow a sign without being a formula: a number, a telephone number, dashes, a dated bullet
_HARMLESS = re.compile(r"[+-]\s*[\d.,\s()-]*%?|[-+]\s*\d{1,2}[/.]\d{1,2}\b(?!\s*[*^&]).*", re.DOTALL)
_CALL = re.compile(r"\s*(?:[=@]|[A-Za-z_.]{2,}[\w.]*\(|\w+\|.*!)", re.DOTALL)
_FORMULA = re.compile(_CALL.pattern + r"|[(+-]|\$?[A-Za-z]{1,3}\$?\d+\b|[\d.,]+\s*[-+*/^&]|\S+!\S", re.DOTALL)


# --- dates --------------------------------------------------------------------------------------

_PLAUSIBLE = (date(1900, 1, 1), date(2199, 12, 31))
_DMY = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_WORDS = re.compile(r"(?:ngay\s*)?(\d{1,2})\s*thang\s*(\d{1,2})\s*(?:[,/]?\s*nam\s*|/\s*)(\d{4})")
_CLOCK = re.compile(
    r"(?:[ t,]+|(?<=\d)\s*-\s*)\d{1,2}(?::|h|g| gio )\s*\d{0,2}(?::\d{2}(?:\.\d+)?)?(?: phut)?(?:z|[+-]\d{2}:?\d{2})?$"
)
_PREFIX = re.compile(r"^(?:ngay|hn|ha noi)[\s,:]+")


def read_date(cell: Any) -> Value:
    """A day. A real date is plain; a number or text that can be read is C403, anything else C402 without a value."""
    if isinstance(cell, datetime):
        return Value(value=cell.date())
    if isinstance(cell, date):
        return Value(value=cell)
    raw = viet.clean(viet.sanitize(display(cell))[0])
    if not raw:
        return BLANK
    day = None if isinstance(cell, bool) else _serial(cell) if isinstance(cell, (int, float)) else _text_date(raw)
    if day is None:
        return Value(rule="C402", raw=raw)
    return Value(value=day, rule="C403", raw=raw, understood=_date(day))


def _serial(number: float) -> date | None:
    """Excel's day number of the 1900 system, from 1930 on: smaller numbers are years, counts or slips."""
    if not math.isfinite(number) or not 10_959 <= number < 109_575:
        return None
    return date(1899, 12, 30) + timedelta(days=int(number))


def _text_date(raw: str) -> date | None:
    text = _PREFIX.sub("", _CLOCK.sub("", viet.fold(raw))).strip(" .,;")
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text):
        return _serial(float(text.replace(",", ".")))
    if found := _DMY.fullmatch(text):
        return _day(found[4], found[3], found[1])
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _WORDS.fullmatch(text):
        return _day(found[3], found[2], found[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    """A day that exists and can be meant; two-digit years are of this century; nothing is clamped."""
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if _PLAUSIBLE[0] <= found <= _PLAUSIBLE[1] else None


def _date(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


# --- percentages --------------------------------------------------------------------------------

_ABOUT = r"khoang|tren|duoi|hon|gan|uoc|tam|xap xi|toi thieu|it nhat|[~≈<>≥≤]=?"
_DONE = r"(?:da )?(?:hoan thanh|thuc hien|xong|dat)(?: duoc)?"
_PERCENT = re.compile(
    rf"(?P<about>(?:(?:{_ABOUT}|{_DONE})[\s:]*)*)"
    r"(?P<number>[+-]?\d+(?:[.,]\d+)?)\s*(?P<unit>%|phan tram)?\s*[.,;]?"
)
_OUTRIGHT = re.compile(r"dat\s*")


def read_percent(cell: Any, *, percent_format: bool = False) -> Value:
    """Percent points from 0 to 100. Readable but doubtful is C405; out of range or no number C404; never clamped.

    ``percent_format``: the cell's number format shows a percentage, so the stored 0.85 is written as 85%.
    """
    raw = viet.clean(viet.sanitize(display(cell))[0])
    if not raw:
        return BLANK
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return Value(rule="C404", raw=raw)
    if isinstance(cell, str):
        return _text_percent(raw)
    if not math.isfinite(cell):
        return Value(rule="C404", raw=raw)
    if percent_format:
        return _percent(round(float(cell) * 100, 10), _number(round(float(cell) * 100, 10)) + "%")
    return _bare_percent(float(cell), raw)


def _text_percent(raw: str) -> Value:
    found = _PERCENT.fullmatch(viet.fold(raw))
    if not found:
        return Value(rule="C404", raw=raw)
    number = float(found["number"].replace(",", "."))
    thousands = re.fullmatch(r"\d{1,3}\.\d{3}", found["number"])
    if thousands or (found["about"] and not _OUTRIGHT.fullmatch(found["about"])):
        return _percent(number, raw, doubtful=True)
    return _percent(number, raw) if found["unit"] else _bare_percent(number, raw)


def _bare_percent(number: float, raw: str) -> Value:
    """Without a percent sign 0,85 means 85 % and 1 may mean 1 % or 100 %."""
    if 0 < number < 1:
        return _percent(round(number * 100, 10), raw, doubtful=True)
    return _percent(number, raw, doubtful=number == 1)


def _percent(number: float, raw: str, *, doubtful: bool = False) -> Value:
    if not 0 <= number <= 100:
        return Value(value=number if math.isfinite(number) else None, rule="C404", raw=raw)
    number = number + 0.0  # no negative zero
    if doubtful:
        return Value(value=number, rule="C405", raw=raw, understood=f"{_number(number)}%")
    return Value(value=number)


def _number(number: float) -> str:
    if not math.isfinite(number):
        return str(number)
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return repr(round(number, 10)).replace(".", ",")


# --- choices ------------------------------------------------------------------------------------


def read_choice(cell: Any, column: Column) -> Value:
    """One of the column's choices: exact, unmistakable (C407), or else the text as written (C406, or plain if open)."""
    text = read_text(cell)
    if text.value is None or text.rule == "C410":
        return text
    if text.value in column.choices or not column.choices:
        return Value(value=text.value)
    meant = _unmistakable(text.value, column.choices)
    if meant is not None:
        return Value(value=meant, rule="C407", raw=text.value, understood=meant)
    if column.open:
        return text
    return Value(value=text.value, rule="C406", raw=text.value, understood=_nearest(text.value, column.choices))


def _unmistakable(text: str, choices: tuple[str, ...]) -> str | None:
    """The choice with the same key, else the only one with the same letters when the accents are missing."""
    for form in (lambda t: viet.key(t.strip(" .,;:")), _loose):
        same = [choice for choice in choices if form(choice) == form(text)]
        if len(same) == 1:
            return same[0]
    return None


def _loose(text: str) -> str:
    return re.sub(r"[\W_]+", "", viet.fold(text))


def _nearest(text: str, choices: tuple[str, ...]) -> str | None:
    """The choice that was probably meant: alike in letters, with a word in common, and not the opposite."""
    from rapidfuzz import fuzz, process

    words = _folded_words(text)
    fit = [choice for choice in choices if words & _folded_words(choice) and _compatible(words, _folded_words(choice))]
    best = process.extractOne(text, fit, scorer=fuzz.token_sort_ratio, processor=viet.fold, score_cutoff=LIKE)
    return best[0] if best else None


def _folded_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", viet.fold(text)))


def _compatible(words: frozenset[str], choice: frozenset[str]) -> bool:
    """«Chưa hoàn thành» is not «Đã hoàn thành», «Đã thực hiện» is not «Đang thực hiện», however alike they look."""
    if words.isdisjoint(_NOT) != choice.isdisjoint(_NOT):
        return False
    told, meant = words & _STAGES, choice & _STAGES
    return not (told and meant) or bool(told & meant)


_NOT = frozenset({"chua", "khong", "chang"})
_STAGES = frozenset({"da", "dang"})  # «đã», «đang»
