"""A Word paragraph in, the automatic number or bullet that Word shows before it out («1.», «II», «-»)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from nvbatch.word_xml import w

_BULLET = "-"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_DEEPEST = 9  # levels of a list in Word


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    shape: str
    text: str


class Numbers:
    """Counts the automatic lists of one document; :meth:`label` must be asked once a paragraph, in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._list_of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._styles = _numbered_styles(styles)
        if numbering is not None:
            self._learn(numbering)

    def label(self, paragraph: etree._Element) -> str:
        """The number or bullet, empty for an ordinary paragraph."""
        number, level = self._list(paragraph)
        shapes = self._levels.get(self._list_of.get(number, ""), {})
        if level not in shapes:
            return ""
        counters = self._counters.setdefault(self._list_of[number], [None] * _DEEPEST)
        for at, start in self._restarts.pop(number, {}).items():
            counters[at] = start - 1
        before = counters[level]
        counters[level] = shapes[level].start if before is None else before + 1
        counters[level + 1 :] = [None] * (_DEEPEST - level - 1)
        return _written(shapes, level, counters)

    def _list(self, paragraph: etree._Element) -> tuple[str, int]:
        properties = paragraph.find(w("pPr"))
        if properties is None:
            return "", 0
        number, level = _numbered(properties)
        style = properties.find(w("pStyle"))
        by_style = self._styles.get(style.get(w("val"), ""), ("", None)) if style is not None else ("", None)
        return (by_style[0] if number is None else number), level if level is not None else by_style[1] or 0

    def _learn(self, numbering: etree._Element) -> None:
        for abstract in numbering.iter(w("abstractNum")):
            levels = {_whole(level.get(w("ilvl"))): _level(level) for level in abstract.iter(w("lvl"))}
            self._levels[abstract.get(w("abstractNumId"), "")] = {k: v for k, v in levels.items() if k < _DEEPEST}
        for each in numbering.iter(w("num")):
            number = each.get(w("numId"), "")
            self._list_of[number] = _value(each, "abstractNumId")
            self._restarts[number] = {
                _whole(change.get(w("ilvl"))): _whole(_value(change, "startOverride"))
                for change in each.iter(w("lvlOverride"))
                if change.find(w("startOverride")) is not None and _whole(change.get(w("ilvl"))) < _DEEPEST
            }


def _numbered_styles(styles: etree._Element | None) -> dict[str, tuple[str, int | None]]:
    """Style → its list and level, inherited from the style that it is based on."""
    if styles is None:
        return {}
    own, parents = {}, {}
    for style in styles.iter(w("style")):
        name = style.get(w("styleId"), "")
        properties = style.find(w("pPr"))
        number, level = _numbered(properties) if properties is not None else (None, None)
        parents[name] = _value(style, "basedOn")
        if number is not None:
            own[name] = (number, level)
    found = {}
    for name in parents:
        seen, at = {name}, name
        while at not in own and parents.get(at) and parents[at] not in seen:
            at = parents[at]
            seen.add(at)
        if at in own:
            found[name] = own[at]
    return found


def _numbered(properties: etree._Element) -> tuple[str | None, int | None]:
    mark = properties.find(w("numPr"))
    if mark is None:
        return None, None
    level = _value(mark, "ilvl")
    return _value(mark, "numId") or None, min(_whole(level), _DEEPEST - 1) if level else None


def _level(node: etree._Element) -> _Level:
    return _Level(_whole(_value(node, "start") or "1"), _value(node, "numFmt") or "decimal", _value(node, "lvlText"))


def _value(node: etree._Element, name: str) -> str:
    found = node.find(w(name))
    return str(found.get(w("val"), "")) if found is not None else ""


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _written(shapes: dict[int, _Level], level: int, counters: list[int | None]) -> str:
    if shapes[level].shape == "bullet":
        return _BULLET
    text = shapes[level].text
    for at in range(level + 1):
        shape = shapes.get(at, shapes[level])
        now = counters[at]
        text = text.replace(f"%{at + 1}", _shaped(shape.start if now is None else now, shape.shape))
    return text.strip()


def _shaped(number: int, shape: str) -> str:
    if shape in ("upperRoman", "lowerRoman"):
        return _roman(number).upper() if shape == "upperRoman" else _roman(number)
    if shape in ("upperLetter", "lowerLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if shape == "upperLetter" else letter
    if shape == "none":
        return ""
    return f"{number:02d}" if shape == "decimalZero" else str(number)


def _roman(number: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        while number >= worth and len(text) < 20:
            text, number = text + letters, number - worth
    return text
