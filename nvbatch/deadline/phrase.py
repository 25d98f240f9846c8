"""The text of a deadline phrase in, the same text made easy to search out: lower case, with and without accents."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nvbatch import viet

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("∕⁄／\\", "/"),
        **dict.fromkeys("→⇒➔", ">"),
        **dict.fromkeys("ІӀІΙⅠⅰ", "I"),
        "і": "i",
        "Ⅱ": "II",
        "ⅱ": "II",
        "Ⅲ": "III",
        "ⅲ": "III",
        "Ⅳ": "IV",
        "ⅳ": "IV",
        "…": "...",
        "：": ":",
    }
)

CITED = "ʘ"  # stands for every character of a cited document: a word, but no word of the grammar
_LONGEST = 2000
_DOCUMENT = r"cong van|van ban|ke hoach|quyet dinh|thong bao|chi thi|nghi quyet|nghi dinh|thong tu|to trinh|ket luan"
# A cited document's own number and date are no deadline: "theo Kế hoạch số 45/KH-UBND ngày 10/01/2025".
_SYMBOL = r"(?:[a-z]+(?:-[a-z&]+)+|ubnd|hdnd|qd|kh|cv|tb|ct|ctr|nq|bc|ttr|nd|ttg|tu|tw|kl|hd)(?:/[a-z]+)?\b"
_DATED = r"(?:[\s,]*ngay\s*\d{1,2}\s*(?:[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{2,4})?|thang\s*\d{1,2}(?:\s*nam\s*\d{4})?))?"
_CITATION = re.compile(
    rf"(?:(?:{_DOCUMENT})\s+)?(?:so\s*:?\s*)?\b\d+\s*(?:/\s*(?:\d{{4}}\s*/\s*)?{_SYMBOL}|-[a-z]+/[a-z]+\b){_DATED}"
    rf"|(?:{_DOCUMENT})\s+so\s*:?\s*\d+\b(?!\s*[/-]){_DATED}"
)
_LABEL = re.compile(r"\W*(?:thoi (?:han|gian)|han)(?: (?:hoan thanh|xu ly|thuc hien))?\s*:")
_VISION = re.compile(r"[,;]?\s*(?:va\s+)?(?:tam nhin|dinh huong)\s+(?:den\s+)?(?:nam\s+)?\d{4}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """``toned`` and ``plain`` have the same length, so that a place found in one holds in the other."""

    toned: str
    plain: str

    def without(self, start: int, end: int, filler: str = " ") -> Phrase:
        """The phrase with a stretch blanked out, every other place unchanged."""
        gap = filler * (end - start)
        return Phrase(self.toned[:start] + gap + self.toned[end:], self.plain[:start] + gap + self.plain[end:])


def phrase(text: str) -> Phrase:
    """Searchable form of a phrase; numbers and dates of cited documents are blanked. A deadline is no essay."""
    shown = viet.clean(viet.clean(viet.sanitize(text[:_LONGEST])[0]).translate(_ALIKE))
    shown = re.sub(r"\s*/\s*(?:/\s*)+", "/", shown)
    shown = re.sub(r"\b(\d{1,2}),(\d{1,2}),(\d{4})\b", r"\1/\2/\3", shown)
    toned = "".join(low if len(low := c.lower()) == 1 else c for c in shown)
    found = Phrase(toned, "".join(low if len(low := viet.bare(c)) == 1 else c for c in toned))
    if label := _LABEL.match(found.plain):
        found = Phrase(found.toned[label.end() :].strip(), found.plain[label.end() :].strip())
    for pattern in (_CITATION, _VISION):
        for match in pattern.finditer(found.plain):
            found = found.without(*match.span(), filler=CITED)
    return found
