"""Text in an encoding of the 1990s (TCVN3, VNI) or read by the wrong code page in, the same text in Unicode out.

Which encoding a text is in only its font says for sure (DOMAIN 4.3): «Tù do» is good Unicode and «Tự do» in TCVN3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, partial
from itertools import groupby

Run = tuple[str, str]  # text, font name ("" when it has none of its own)


class Script(StrEnum):
    """An encoding in which a letter is drawn by its font alone; the value is its name for people."""

    TCVN3 = "TCVN3 (ABC)"
    VNI = "VNI-Windows"


_TCVN3_FONT = re.compile(r"\.?vn(?!i)[a-z]", re.IGNORECASE)
_VNI_FONT = re.compile(r"vni[-\s]", re.IGNORECASE)
_CAPITALS_FONT = re.compile(r".*(?:H|(?i:time|arial|narrow|book)h)\s*")
OLD_FONT = re.compile(rb'rFont val="\.?(?:vn(?!i)|vni[- ])', re.IGNORECASE)  # a run's font in the XML of an .xlsx
# Letters that Vietnamese has in Unicode and neither old encoding can show: whoever typed them typed Unicode.
UNICODE_LETTERS = "ăđĩũơưĂĐĨŨƠƯ\u0300-\u0303\u0309\u0323\u1ea0-\u1ef9"  # ranges, for a pattern
_UNICODE_LETTER = re.compile(f"[{UNICODE_LETTERS}]")


def script_of(font: str) -> Script | None:
    """The encoding that a font draws, None for a font of today."""
    if _TCVN3_FONT.match(font):
        return Script.TCVN3
    return Script.VNI if _VNI_FONT.match(font) else None


def convert(text: str, script: Script) -> str:
    """Text of an old encoding in Unicode (NFC). What the encoding does not know stays as it is."""
    if script is Script.TCVN3:
        return text.translate(_TCVN3)
    return _VNI_LETTER.sub(lambda found: _VNI[found[0]], text)


def converted(runs: Sequence[Run]) -> str:
    """Runs of text, each in its font, as one Unicode text. Fonts whose name ends in H draw capitals."""
    parts = []
    for font, same in groupby(runs, key=lambda run: run[1]):
        text = "".join(run[0] for run in same)
        script = script_of(font)
        if script is not None and not is_unicode(text):
            text = convert(text, script)
            text = text.upper() if script is Script.TCVN3 and _CAPITALS_FONT.fullmatch(font) else text
        parts.append(text)
    return "".join(parts)


def is_unicode(text: str) -> bool:
    """Does a text hold Vietnamese letters that only Unicode has?"""
    return _UNICODE_LETTER.search(text) is not None


def of_old_letters(texts: Iterable[str]) -> list[str]:
    """Those of many texts that hold letters with accents, but none that only Unicode has."""
    search = _UNICODE_LETTER.search
    return [text for text in texts if not text.isascii() and search(text) is None]


def is_surely(text: str, script: Script) -> bool:
    """Does a text make no sense as it stands, and good Vietnamese when converted? At least two words must say so."""
    if text.isascii() or is_unicode(text):
        return False
    say, otherwise = _SAID[script], 0
    for word in text.split():
        said = say(word)
        if said is None:
            return False
        otherwise += said == _OTHERWISE
    return otherwise >= 2


_SAME, _ALSO, _OTHERWISE = range(3)


def _said(script: Script, word: str) -> int | None:
    """What an encoding makes of a word: the same, good Vietnamese of such, of what was none, or nothing good (None)."""
    new = convert(word, script)
    if new == word:
        return _SAME
    if not _is_word(new):
        return None
    return _ALSO if _is_word(word) else _OTHERWISE


_SAID = {script: lru_cache(maxsize=8192)(partial(_said, script)) for script in Script}  # a language has few words


def suspected(texts: Iterable[str]) -> dict[Script, list[str]]:
    """Texts without a font that surely are in an old encoding, by encoding."""
    found: dict[Script, list[str]] = {}
    for text in texts:
        if _SIGN.search(text):
            for script in Script:
                if is_surely(text, script):
                    found.setdefault(script, []).append(text)
                    break
    return found


# --- UTF-8 read as Windows-1252 ("Sá»Ÿ Y táº¿") ---------------------------------------------------

_JUMBLE = re.compile("[\u00c3\u00c4\u00c6\u00e1][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_VIETNAMESE = re.compile("[à-ãè-êìíò-õùúýÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")


def jumbled(text: str) -> bool:
    """May a text hold UTF-8 that was read as Windows-1252? False is sure."""
    return not text.isascii() and _JUMBLE.search(text) is not None


def unjumbled(text: str) -> str | None:
    """The text that was meant when UTF-8 was read as Windows-1252; None for any other text."""
    if not jumbled(text):
        return None
    try:
        meant = b"".join(_windows_byte(char) for char in text).decode("utf-8")
    except UnicodeError:
        return None
    return meant if _VIETNAMESE.search(meant) else None


def _windows_byte(char: str) -> bytes:
    """Its byte in Windows-1252; the five bytes that it leaves undefined come through as control characters."""
    return bytes((ord(char),)) if char < "\u0100" else char.encode("cp1252")


# --- TCVN3: one character a letter ----------------------------------------------------------------

_TCVN3_ROWS = {  # first character → letters from there on
    "\u00a1": "ĂÂÊÔƠƯĐăâêôơưđ",
    "\u00b5": "àảãáạ",
    "\u00bb": "ằẳẵắ",
    "\u00c6": "ặầẩẫấậè",
    "\u00ce": "ẻẽéẹềểễếệìỉ",
    "\u00dc": "ĩíịò",
    "\u00e1": "ỏõóọồổỗốộờởỡớợù",
    "\u00f1": "ủũúụừửữứựỳỷỹýỵ",
}
_TCVN3: Mapping[int, str] = {
    ord(first) + step: letter for first, letters in _TCVN3_ROWS.items() for step, letter in enumerate(letters)
}

# --- VNI-Windows: a letter and its mark, some letters alone -----------------------------------------

_VNI_TONES = dict(zip("øûõùï", "\u0300\u0309\u0303\u0301\u0323", strict=True))
_VNI_MARKED = {  # letter: mark → what both mean
    "a": dict(zip("âàåãáäêèúüéë", "âầẩẫấậăằẳẵắặ", strict=True)),
    "e": dict(zip("âàåãáä", "êềểễếệ", strict=True)),
    "o": dict(zip("âàåãáä", "ôồổỗốộ", strict=True)),
}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni() -> dict[str, str]:
    """Every sequence in small letters, in capitals, and a capital with a small mark."""
    small = dict(_VNI_ALONE)
    for base in "aeiouyôö":
        letter = _VNI_ALONE.get(base, base)
        small |= {base + mark: unicodedata.normalize("NFC", letter + tone) for mark, tone in _VNI_TONES.items()}
        small |= {base + mark: meant for mark, meant in _VNI_MARKED.get(base, {}).items()}
    capitals = {sequence.upper(): letter.upper() for sequence, letter in small.items()}
    mixed = {s[0].upper() + s[1]: letter.upper() for s, letter in small.items() if len(s) == 2}
    return small | mixed | capitals


_VNI: Mapping[str, str] = _vni()
_VNI_LETTER = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

# Signs in a text that make a closer look worth while.
_SIGN = re.compile("[A-Za-z§®][\u00a1-\u00bf\u00d7\u00f7]|[AEOUYaeouyÔÖôö][ØÛÕÙÏøûõùïâàåãáäêèúüéëÂÀÅÃÁÄÊÈÚÜÉË]|[ñÑö§®]")

# --- what a Vietnamese syllable looks like --------------------------------------------------------

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONSET = "ngh|ng|nh|th|tr|ch|kh|ph|gh|gi|qu|[bcdđghklmnprstvx]"
_RHYMES = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|e|ec|em|en|eng|eo|"
    "ep|et|ê|êch|êm|ên|ênh|êp|êt|êu|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu|im|in|inh|ip|it|iu|o|oa|oac|oach|"
    "oai|oan|oang|oanh|oao|oat|oay|oăc|oăm|oăn|oăng|oăt|oc|oe|oen|oeo|oet|oi|om|on|ong|op|ot|ô|ôc|ôi|ôm|ôn|"
    "ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp|ơt|u|ua|uân|uâng|uât|uây|uc|ui|uê|uêch|uênh|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|"
    "uơ|up|ut|uy|uya|uych|uyên|uyêt|uynh|uyt|uyu|ư|ưa|ưc|ưi|ưm|ưng|ưt|ưu|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu|y|"
    "yêm|yên|yêng|yêt|yêu|iê"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RHYMES})")
_PUNCTUATION = ".,;:!?()[]{}\"'“”‘’…/-–+*%0123456789"


@lru_cache(maxsize=8192)
def _is_word(text: str) -> bool:
    """Could each part of it be a Vietnamese syllable, with at most one tone?"""
    parts = [part for part in re.split(r"[-/–.,;:()\d]+", text.strip(_PUNCTUATION)) if part]
    return bool(parts) and all(_is_syllable(part) for part in parts)


def _is_syllable(word: str) -> bool:
    marks = unicodedata.normalize("NFD", word.casefold())
    bare = unicodedata.normalize("NFC", _TONES.sub("", marks))
    return len(_TONES.findall(marks)) <= 1 and _SYLLABLE.fullmatch(bare) is not None
