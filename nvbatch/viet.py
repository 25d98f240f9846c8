"""Vietnamese text: cleaned for showing, keyed for comparing, folded for suggesting."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePosixPath

REPLACEMENT = "\ufffd"

_HIDDEN: dict[int, None] = dict.fromkeys(
    (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F)
)
_HIDDEN |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFE00, 0xFE10)])
_HIDDEN |= dict.fromkeys(range(0xE0000, 0xE0080))  # tag characters: text that nobody sees
_LOOKALIKES = str.maketrans("ÐƉð", "ĐĐđ")
_CYRILLIC = str.maketrans("АВЕЅІЈКМНОРСТХУаеѕіјорстухԁһ", "ABESIJKMHOPCTXYaesijopctyxdh")
_SUSPECT = frozenset(map(chr, [*_HIDDEN, *_LOOKALIKES]))
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_SPACES = re.compile(r"\s+")
_INLINE = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_WORDS = re.compile(r"[^\W\d_]+")
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ODD_RANGES = (  # as in _UNKEPT and _CYRILLIC_LETTER
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xD800, 0xDFFF), (0xFDD0, 0xFDEF)),
    *((0xFFFE, 0xFFFF), (0x400, 0x52F)),
)
_ODD = "".join((*sorted(c for c in _SUSPECT if c <= "\uffff"), *(f"{chr(a)}-{chr(b)}" for a, b in _ODD_RANGES)))
_ODD_LETTER = re.compile(f"[{_ODD}]")
_ODD_TAG = re.compile("[\U000e0000-\U000e007f]")  # apart from the others: each pattern alone is fast
_STAR = re.compile(r"\(\s*\*\s*\)\s*$")


def clean(text: str, *, multiline: bool = False) -> str:
    """Text fit to show: NFC, no invisible characters, look-alikes mended, single spaces, trimmed.

    With ``multiline`` line breaks stay (as ``\\n``, never more than one empty line), else they are spaces.
    """
    if not text.isascii():
        if not _SUSPECT.isdisjoint(text):
            text = text.translate(_HIDDEN).translate(_LOOKALIKES)
        text = unicodedata.normalize("NFC", text)
        if _CYRILLIC_LETTER.search(text):
            text = unicodedata.normalize("NFC", _WORDS.sub(_mend_word, text))
    if not multiline:
        return " ".join(text.split())
    lines = (_INLINE.sub(" ", line).strip() for line in _BREAKS.sub("\n", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_plain(text: str) -> bool:
    """Would :func:`sanitize` and :func:`clean` change nothing but spaces, here and in every part of the text?"""
    if text.isascii():
        return not _ODD_LETTER.search(text)
    return unicodedata.is_normalized("NFC", text) and not (_ODD_LETTER.search(text) or _ODD_TAG.search(text))


def key(text: str) -> str:
    """Accent-aware comparison key: equal for the same words in another case, spacing, tone placement or i/y."""
    folded = unicodedata.normalize("NFC", clean(text).casefold())
    return folded if folded.isascii() else _WORDS.sub(lambda word: _word_key(word[0]), folded)


def fold(text: str) -> str:
    """Accent-free key, only good for suggesting."""
    return "".join(map(bare, clean(text).casefold()))


@lru_cache(maxsize=1024)
def bare(letter: str) -> str:
    """A letter without its marks: ``ệ`` → ``e``, ``đ`` → ``d``."""
    if letter.isascii():
        return letter
    marks = unicodedata.normalize("NFD", letter)
    return "".join(c for c in marks if not unicodedata.combining(c)).replace("đ", "d").replace("Đ", "D")


def label_key(text: str) -> str:
    """Key of a header label: :func:`key` without a trailing "(*)"."""
    return key(_STAR.sub("", clean(text)))


def sort_key(text: str) -> tuple[tuple[tuple[tuple[tuple[int, str], ...], tuple[int, ...]], ...], str]:
    """Vietnamese dictionary order, word by word: letters (a ă â … d đ …), then tones; numbers by their value."""
    shown = clean(text)
    return tuple(_sort_word(word) for word in key(shown).split(" ")), shown


@lru_cache(maxsize=8192)
def _sort_word(word: str) -> tuple[tuple[tuple[int, str], ...], tuple[int, ...]]:
    ranks: list[tuple[int, str]] = []
    tones: list[int] = []
    for part in re.findall(r"\d{1,18}|\D", word):
        letter, tone = _split_tone(part)
        ranks.append((int(part), "") if part.isdecimal() else _rank(letter))
        tones.append(tone)
    return tuple(ranks), tuple(tones)


def sanitize(text: str) -> tuple[str, bool]:
    """Characters that no workbook or XML can keep become U+FFFD; says whether any did. Tab and line breaks stay."""
    kept = _UNKEPT.sub(REPLACEMENT, text)
    return kept, kept != text


def file_name(text: str, fallback: str = "tep") -> str:
    """A safe human file name of at most 100 characters that keeps its extension; never empty, never a path."""
    name = sanitize(unicodedata.normalize("NFC", text))[0].translate(_HIDDEN).replace(REPLACEMENT, "_")
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]', "_", _SPACES.sub(" ", name))
    name = "".join("_" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") else c for c in name).strip(" .")
    suffix = PurePosixPath(name).suffix
    if len(suffix) > 10 or suffix == name:
        suffix = ""
    stem = name[: len(name) - len(suffix)].rstrip(" .") or fallback
    if _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = "_" + stem
    return _shorten(stem, 100 - len(suffix)) + suffix


_RESERVED = re.compile(r"(?i)con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]")


def _shorten(stem: str, length: int) -> str:
    """Cut between characters, never before a combining mark; file systems count bytes besides (at most 255)."""
    cut = stem[:length]
    while len(cut.encode("utf-8", "replace")) > 230:
        cut = cut[:-1]
    while 1 < len(cut) < len(stem) and unicodedata.combining(stem[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip(" .") or cut


def _mend_word(found: re.Match[str]) -> str:
    """Cyrillic look-alikes become Latin, but only in a word that holds Latin letters as well."""
    word = found[0]
    if not _CYRILLIC_LETTER.search(word):
        return word
    decomposed = unicodedata.normalize("NFD", word)
    if not any(c.isascii() and c.isalpha() for c in decomposed):
        return word
    return unicodedata.normalize("NFC", decomposed.translate(_CYRILLIC))


# --- syllables: tone placement and i/y ----------------------------------------------------------

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: their order in the dictionary
_OPEN = re.compile(r"(?P<head>[^aeiouyăâêôơư]*)(?P<glide>[ou])(?P<main>[aey])")
_IY = re.compile(r"(?P<head>b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|ph|qu|r|s|t|th|tr|v|x)(?P<main>[iy])")


@lru_cache(maxsize=8192)
def _word_key(word: str) -> str:
    """Old and new tone placement (hòa, hoà) and final i/y (lí, lý) give the same word; other words stay as they are."""
    letters, tone = _split_word(word)
    if not tone:
        return word
    if _IY.fullmatch(letters):
        return unicodedata.normalize("NFC", letters[:-1] + "i" + tone)
    if _OPEN.fullmatch(letters):
        return unicodedata.normalize("NFC", letters + tone)
    return word


def _split_word(word: str) -> tuple[str, str]:
    """A word without its tone, and the tone; words with no tone or with several keep everything."""
    marks = unicodedata.normalize("NFD", word)
    tones = [c for c in marks if c in _TONES]
    if len(tones) != 1:
        return word, ""
    return unicodedata.normalize("NFC", marks.replace(tones[0], "")), tones[0]


def _split_tone(letter: str) -> tuple[str, int]:
    rest, tone = _split_word(letter)
    return rest, _TONES.index(tone) + 1 if tone else 0


_ALPHABET = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=1)}
_LETTERS = 0x110000  # digits sort by value before every letter; separators come first


def _rank(letter: str) -> tuple[int, str]:
    if letter in _ALPHABET:
        return _LETTERS + _ALPHABET[letter], ""
    if letter.isalpha():
        return _LETTERS + 100, letter
    return -1, letter
