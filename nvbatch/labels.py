"""A header as someone typed it in, the field of the form that it means (and how surely) out. Never by position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from nvbatch import viet
from nvbatch.form import Column, Sheet

EXACT, SAME_WORDS, ALIAS, ADDED, SAME_CORE = 1.0, 0.97, 0.95, 0.93, 0.9
_ENOUGH = 0.7  # share of common words below which two labels are different labels
_SPELLING = 90  # the same for letters, for typing errors
_REMEMBERED = 20_000  # headers kept in mind before starting anew
_MARGIN = 0.02  # nearer than this to another field: not recognised at all
_LONGEST = 160  # a longer text is no header
_TONES = frozenset("\u0300\u0309\u0303\u0301\u0323")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORD = re.compile(r"\w+|%")
_ONE_LINE = re.compile("[ !-'*-Z^-~\u00c0-\u01b0\u1ea0-\u1ef9]*")  # of composed letters, without brackets
# Words that, when added, name another thing: last period's, the new one, the Office's own.
_OTHER_THING = tuple(
    f" {viet.fold(words)} "
    for words in (
        *(f"{period} trước" for period in ("kỳ", "tuần", "tháng", "quý", "năm", "lần")),
        *("cũ", "mới", "dự kiến", "chủ trì", "văn phòng", "thẩm định", "điều chỉnh", "cấp trên", "kế hoạch"),
    )
)
# Words that name nothing of their own in a list of tasks: with or without them it is the same column.
_SAYING_NOTHING = tuple(
    viet.fold(words)
    for words in (
        *("nhiệm vụ", "công việc", "thực hiện", "hoàn thành"),
        *("trong kỳ", "hiện tại", "của cơ quan", "của đơn vị"),
    )
)
_SAYS_NOTHING = re.compile(f"(?<= )(?:{'|'.join(_SAYING_NOTHING)})(?= )")


@dataclass(frozen=True, slots=True)
class Match:
    """A field and how surely: 1 for the form's own label, less for an alias or a changed label."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class _Label:
    key: str
    words: tuple[str, ...]
    spoken: str  # words in their order
    bare: str  # label key without brackets
    folded: str
    core: tuple[str, ...]  # words that name something
    alias: bool


class _Beginnings(dict[str, bool]):
    """First word of a text → whether a label may begin so. A word without letters (signs, brackets) may."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def __missing__(self, word: str) -> bool:
        if word.isascii() and "(" not in word:  # codes and numbers: there are many, each stands once
            return word.casefold() in self._words
        if len(self) > _REMEMBERED:
            self.clear()
        key = label_key(word)
        self[word] = may = not key or key in self._words
        return may


class Labels:
    """The labels of one sheet of the form; remembers every header that it has seen."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._exact = {label_key(alias): Match(c.key, ALIAS) for c in sheet.columns for alias in c.aliases}
        self._exact |= {label_key(column.label): Match(column.key, EXACT) for column in sheet.columns}
        self._begins = _Beginnings(key.split(" ", 1)[0] for key in self._exact)
        self._labels = tuple(_forms(sheet))
        self._folded = [label.folded for label in self._labels]
        self._bearing: dict[str, list[int]] = {}  # word → labels that bear it
        self._alike: dict[object, list[int]] = {}  # bare label, all words, words that name something → labels
        for at, label in enumerate(self._labels):
            for word in set(label.words):
                self._bearing.setdefault(word, []).append(at)
            for said in {label.bare, label.words, label.core}:
                self._alike.setdefault(said, []).append(at)
        self._seen: dict[str, Match | None] = {}
        fillers = (word for words in _SAYING_NOTHING for word in words.split())
        self._vocabulary = frozenset(fillers).union(*(label.words for label in self._labels))
        # A text of more words cannot share enough of them with any label, one of more letters cannot be a misspelt one.
        self._most_words = max((len(label.words) for label in self._labels), default=0) * (2 - _ENOUGH) / _ENOUGH
        self._most_letters = max(map(len, self._folded), default=0) * (200 - _SPELLING) / _SPELLING

    def known(self, text: object) -> Match | None:
        """The field that bears exactly this label (or alias) after folding."""
        if not isinstance(text, str) or len(text) > _LONGEST:
            return None
        beginning = text.split(None, 1)
        if not beginning or not self._begins[beginning[0]]:
            return None
        return self._exact.get(label_key(text))

    def recognise(self, text: str) -> Match | None:
        """The one field that a label means, changed or not; None when it could be none or two."""
        if text not in self._seen:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            self._seen[text] = self._recognise(text)
        return self._seen[text]

    def _recognise(self, text: str) -> Match | None:
        if not text.strip() or len(text) > _LONGEST:
            return None
        match = self.known(text)
        if match is not None or self._is_sentence(text):
            return match
        seen = _form_of("", text, alias=False)
        near = [Match(label.key, _score(text, seen, label)) for label in self._near(text, seen)]
        if not near:
            return None
        first, second = _two_best(near)
        return None if first.score < 0.6 or first.score - second < _MARGIN else first

    def _is_sentence(self, text: str) -> bool:
        """A text of one line, without brackets, too long for a label, with words that no label says: it is none."""
        if len(text) <= self._most_letters or not _ONE_LINE.fullmatch(text):
            return False
        words = [part for word in text.split() for part in _parts(word)]
        return len(words) > self._most_words and not self._vocabulary.issuperset(words)

    def _near(self, text: str, seen: _Label) -> list[_Label]:
        """The labels that can be meant: every other one has too few words in common with the text, or letters."""
        keys = (seen.words, seen.core, seen.bare, label_key(text.strip().split("\n")[0]))
        found = {at for key in keys for at in self._alike.get(key, ())}
        number = len(seen.words)
        for at in {at for word in seen.words for at in self._bearing.get(word, ())}:
            other = len(self._labels[at].words)
            if 2 * min(number, other) >= _ENOUGH * (number + other):
                found.add(at)
        alike = process.extract(seen.folded, self._folded, scorer=fuzz.ratio, score_cutoff=_SPELLING, limit=None)
        return [self._labels[at] for at in sorted(found.union(at for _, _, at in alike))]


_MADE: dict[int, Labels] = {}  # by identity: to hash a sheet with all its columns costs more than a row of headers


def labels_of(sheet: Sheet) -> Labels:
    """The labels of a sheet, made once."""
    labels = _MADE.get(id(sheet))
    if labels is None or labels.sheet is not sheet:
        labels = _MADE[id(sheet)] = Labels(sheet)
    return labels


@lru_cache(maxsize=32_768)
def label_key(text: str) -> str:
    """Label key in which a tone belongs to its syllable, wherever in it the mark was set (hoàn, hòan)."""
    return re.sub(r"[^\W\d_]+", lambda word: _tone_last(word[0]), viet.label_key(text))


@lru_cache(maxsize=8192)
def _tone_last(word: str) -> str:
    marks = unicodedata.normalize("NFD", word)
    return "".join(c for c in marks if c not in _TONES) + "".join(c for c in marks if c in _TONES)


@lru_cache(maxsize=_REMEMBERED)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(viet.fold(word)))


def nearest(column: Column, headers: Iterable[str]) -> str | None:
    """The header that looks most like a missing column's label."""
    texts = [viet.clean(header) for header in headers if header.strip()]
    best = process.extractOne(column.label, texts, scorer=fuzz.token_sort_ratio, processor=viet.fold)
    return best[0] if best else None


def _two_best(scores: Iterable[Match]) -> tuple[Match, float]:
    """The best match, and the best score of any other field."""
    best: dict[str, float] = {}
    for match in scores:
        best[match.key] = max(match.score, best.get(match.key, 0.0))
    ranked = sorted(best.items(), key=lambda item: -item[1])
    return Match(*ranked[0]), ranked[1][1] if len(ranked) > 1 else 0.0


def _forms(sheet: Sheet) -> Iterator[_Label]:
    for column in sheet.columns:
        yield _form_of(column.key, column.label, alias=False)
        yield from (_form_of(column.key, alias, alias=True) for alias in column.aliases)


def _form_of(key: str, text: str, *, alias: bool) -> _Label:
    folded = viet.fold(text)
    words = tuple(_WORD.findall(folded))
    spoken = f" {' '.join(words)} "
    core = tuple(sorted(_SAYS_NOTHING.sub("", spoken).split()))
    return _Label(key, tuple(sorted(words)), spoken, label_key(_BRACKETS.sub(" ", text)), folded, core, alias)


def _score(text: str, seen: _Label, label: _Label) -> float:
    return _likeness(text, seen, label) - (0.01 if label.alias else 0.0)


def _likeness(text: str, seen: _Label, label: _Label) -> float:
    if seen.words == label.words:
        return SAME_WORDS
    if seen.bare and seen.bare == label.bare and not _names_another(seen, label):
        return ADDED
    first_line = text.strip().split("\n")[0]
    if first_line != text.strip() and label_key(first_line) == label.bare:
        return ADDED - 0.01
    if _names_another(seen, label):
        return 0.0
    if len(label.core) > 1 and seen.core == label.core:
        return SAME_CORE
    common = 2 * _shared(seen.words, label.words) / (len(seen.words) + len(label.words) or 1)
    letters = fuzz.ratio(seen.folded, label.folded)
    best = max(common if common >= _ENOUGH else 0.0, letters / 100 if letters >= _SPELLING else 0.0)
    return 0.6 + 0.3 * best if best else 0.0


def _names_another(seen: _Label, label: _Label) -> bool:
    return any(words in seen.spoken and words not in label.spoken for words in _OTHER_THING)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    rest = list(other)
    count = 0
    for word in one:
        if word in rest:
            rest.remove(word)
            count += 1
    return count
