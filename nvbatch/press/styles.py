"""Looks in, their numbers in a workbook and styles.xml out; each look is made once."""

from __future__ import annotations

from nvbatch.looks import FONT, PLAIN, Look
from nvbatch.press.markup import DECLARATION, attribute, given, number
from nvbatch.press.parts import MAIN

_OWN_NUMBERS = 164  # numbers of formats below are Excel's own
_THIN = '<{0} style="thin"><color rgb="FF{1}"/></{0}>'


class Styles:
    """Numbers are given in the order in which looks are first worn, so equal workbooks have equal styles."""

    def __init__(self) -> None:
        self._numbers: dict[Look, int] = {}
        self._fonts = _Pool(_font(PLAIN))
        self._fills = _Pool('<fill><patternFill patternType="none"/></fill>')
        self._fills.place('<fill><patternFill patternType="gray125"/></fill>')
        self._borders = _Pool("<border><left/><right/><top/><bottom/><diagonal/></border>")
        self._formats = _Pool()
        self._records = ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>']
        self._shades: list[str] = []
        self._written = (0, 0, "")  # how many records and shades the text beside them has

    def begin(self) -> Styles:
        """Styles that begin like these, and are written as these are while none is added."""
        made = Styles()
        made._numbers, made._records, made._shades = self._numbers.copy(), self._records.copy(), self._shades.copy()
        for ours, theirs in ((made._fonts, self._fonts), (made._fills, self._fills), (made._borders, self._borders),
                             (made._formats, self._formats)):  # fmt: skip
            ours.copy_of(theirs)
        made._written = (len(made._records), len(made._shades), self.xml())
        return made

    def number(self, look: Look) -> int:
        """The number that a look bears in the file."""
        known = self._numbers.get(look)
        if known is None:
            known = self._numbers[look] = len(self._records)
            self._records.append(self._record(look))
        return known

    def shade(self, fill: str) -> int:
        """The number of a bold shading for cells that meet a condition."""
        made = f'<dxf><font><b/></font><fill><patternFill><bgColor rgb="FF{fill}"/></patternFill></fill></dxf>'
        if made not in self._shades:
            self._shades.append(made)
        return self._shades.index(made)

    def xml(self) -> str:
        if (len(self._records), len(self._shades)) != self._written[:2]:
            self._written = (len(self._records), len(self._shades), self._xml())
        return self._written[2]

    def _xml(self) -> str:
        formats = _counted("numFmts", self._formats.made) if self._formats.made else ""
        return (
            f'{DECLARATION}<styleSheet xmlns="{MAIN}">{formats}{_counted("fonts", self._fonts.made)}'
            f"{_counted('fills', self._fills.made)}{_counted('borders', self._borders.made)}"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f"{_counted('cellXfs', self._records)}"
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            f"{_counted('dxfs', self._shades)}</styleSheet>"
        )

    def _record(self, look: Look) -> str:
        font, fill, border = self._fonts.place(_font(look)), 0, 0
        if look.fill:
            fill = self._fills.place(
                f'<fill><patternFill patternType="solid"><fgColor rgb="FF{look.fill}"/><bgColor indexed="64"/>'
                "</patternFill></fill>"
            )
        if look.border:
            sides = "".join(_THIN.format(side, look.border_color) for side in ("left", "right", "top", "bottom"))
            border = self._borders.place(f"<border>{sides}<diagonal/></border>")
        applied = ' applyNumberFormat="1"' if look.number else ""
        applied += ' applyFont="1"' + ' applyFill="1"' * bool(fill) + ' applyBorder="1"' * bool(border)
        applied += ' applyAlignment="1"' + ("" if look.locked else ' applyProtection="1"')
        protection = "" if look.locked else '<protection locked="0"/>'
        return (
            f'<xf numFmtId="{self._format(look.number)}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
            f"{given('quotePrefix', int(look.quoted))}{applied}>"
            f"{_alignment(look)}{protection}</xf>"
        )

    def _format(self, pattern: str) -> int:
        if not pattern:
            return 0
        at = len(self._formats.made) + _OWN_NUMBERS
        return (
            self._formats.place(f'<numFmt numFmtId="{at}" formatCode="{attribute(pattern)}"/>', pattern) + _OWN_NUMBERS
        )


class _Pool:
    """Pieces of XML by their place, each kept once."""

    def __init__(self, *first: str) -> None:
        self.made = list(first)
        self._places = {piece: at for at, piece in enumerate(first)}

    def copy_of(self, other: _Pool) -> None:
        self.made, self._places = other.made.copy(), other._places.copy()

    def place(self, piece: str, known_as: str = "") -> int:
        name = known_as or piece
        if name not in self._places:
            self._places[name] = len(self.made)
            self.made.append(piece)
        return self._places[name]


def _font(look: Look) -> str:
    marks = "<b/>" * look.bold + "<i/>" * look.italic + "<u/>" * look.underline
    return (
        f'<font>{marks}<sz val="{number(look.size)}"/><color rgb="FF{look.color}"/><name val="{FONT}"/>'
        '<family val="1"/></font>'
    )


def _alignment(look: Look) -> str:
    across = given("horizontal", look.align or ("left" if look.indent else ""))
    down = given("vertical", "" if look.valign == "bottom" else look.valign.removeprefix("v"))
    return f"<alignment{across}{down}{given('indent', look.indent)}{given('wrapText', int(look.wrap))}/>"


def _counted(name: str, pieces: list[str]) -> str:
    return f'<{name} count="{len(pieces)}">{"".join(pieces)}</{name}>'
