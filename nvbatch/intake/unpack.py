"""What arrived, as bytes with a name, in; the workbooks in it out, or the rule that says why there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nvbatch.intake import winmail
from nvbatch.intake.bundle import MEGABYTE, BundleFault, Room, members
from nvbatch.intake.kinds import OTHER_SUFFIXES, WORKBOOK_SUFFIXES, WORKBOOK_TYPES, Kind, describe, kind_of, suffix_of
from nvbatch.intake.mime import Attachment, MailLimit, attachments, is_mail
from nvbatch.intake.outlook import outlook_attachments
from nvbatch.ole import OleError
from nvbatch.viet import file_name

if TYPE_CHECKING:
    from nvbatch.config import Intake

VERSION = 3  # of what unpacking gives: a new one empties the cache
MAX_NESTING = 2  # a zip in a mail, a zip in a zip; not deeper
_SUFFIX_OF_TYPE = {"text/csv": ".csv", "application/vnd.oasis.opendocument.spreadsheet": ".ods"}
_OPENED = WORKBOOK_SUFFIXES | {".zip", ".eml", ".msg"}
# Parts of a mail that are never a report: what was drawn, signed or invited.
_NO_REPORT = re.compile(r"image/|audio/|video/|text/(?!csv)|application/(pgp|pkcs7|x-pkcs7|ics)|multipart/|message/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A workbook that was found, or (with ``fault``) something in its place that could not be opened."""

    name: str
    data: bytes
    fault: str | None = None
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """``members`` in order. ``fault`` (F101, F102, F103) with ``what`` in Vietnamese when there is not even one.

    ``contained``: the workbooks lie in a mail or zip, so that their bytes are not those that arrived.
    """

    members: tuple[Member, ...] = ()
    fault: str | None = None
    what: str = ""
    contained: bool = True
    defects: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def unpack(data: bytes, name: str, limits: Intake) -> Unpacked:
    """Take apart what arrived. Pure: the same bytes, name and limits give the same answer; nothing is ever run."""
    kind = kind_of(data, name)
    if kind is Kind.WORKBOOK:
        return Unpacked(members=(Member(name=name, data=data),), contained=False)
    if kind in (Kind.MAIL, Kind.OUTLOOK):
        return _mail(data, kind, limits, Room.of(limits), 0)
    if kind is Kind.ZIP:
        return _zip(data, name, limits, Room.of(limits))
    return Unpacked(fault="F101", what=describe(data, name), contained=False)


def too_large(size: int, name: str, limits: Intake) -> Unpacked | None:
    """The refusal of what is too large even to be opened, so that it need not be read into memory."""
    suffix = suffix_of(name)
    if suffix in (".eml", ".msg") and size > limits.max_mail_mb * MEGABYTE:
        return Unpacked(fault="F103", what=f"thư lớn hơn {limits.max_mail_mb:g} MB", contained=False)
    if suffix == ".zip" and size > limits.max_inflated_mb * MEGABYTE:
        return Unpacked(fault="F103", what=f"tệp nén lớn hơn {limits.max_inflated_mb:g} MB", contained=False)
    return None


def shown_name(name: str) -> str:
    """A foreign file name, fit to be shown: without its folders; empty when there is none."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    return file_name(last) if last else ""


def _mail(data: bytes, kind: Kind, limits: Intake, room: Room, depth: int) -> Unpacked:
    try:
        parts, defects = _leaves(data, kind)
    except MailLimit as limit:
        return Unpacked(fault="F103", what=str(limit), contained=False)
    except OleError:
        return Unpacked(fault="F101", what="tệp .msg hỏng hoặc không phải thư Outlook", contained=False)
    if parts is None:
        return Unpacked(fault="F101", what="tệp .eml nhưng không phải thư điện tử", contained=False)
    found: list[Member] = []
    ignored: list[str] = []
    for part in parts:
        got = tuple(_part(part, limits, room, depth + 1))
        found += got
        if not got and not part.inline:
            ignored.append(shown_name(part.name) or part.content_type)
    if found:
        return Unpacked(members=tuple(found), defects=defects, ignored=tuple(ignored))
    what = "thư không kèm tệp Excel" + (f" (chỉ có: {', '.join(ignored[:5])})" if ignored else "")
    return Unpacked(fault="F101", what=what, contained=False, defects=defects, ignored=tuple(ignored))


def _leaves(data: bytes, kind: Kind) -> tuple[tuple[Attachment, ...] | None, tuple[str, ...]]:
    """(files and texts of a mail of either kind, its defects); None for what is no mail."""
    if kind is Kind.OUTLOOK:
        return outlook_attachments(data), ()
    return attachments(data) if is_mail(data) else (None, ())


def _part(part: Attachment, limits: Intake, room: Room, depth: int) -> Iterator[Member]:
    """The workbooks in a leaf of a mail: by name, by content type, by what the bytes are."""
    name = shown_name(part.name)
    if part.data.startswith(winmail.SIGNATURE) and depth <= MAX_NESTING:
        for hidden in winmail.hidden_attachments(part.data):
            yield from _part(hidden, limits, room, depth + 1)
        return
    is_odd = suffix_of(name) not in WORKBOOK_SUFFIXES | OTHER_SUFFIXES
    if is_odd and part.content_type in WORKBOOK_TYPES and not part.inline:
        name = (name or "tep-dinh-kem") + _SUFFIX_OF_TYPE.get(part.content_type, ".xlsx")
    if suffix_of(name) not in _OPENED and (part.inline or _NO_REPORT.match(part.content_type)):
        return
    yield from _inside(part.data, name or "tep-dinh-kem", limits, room, depth)


def _inside(data: bytes, name: str, limits: Intake, room: Room, depth: int) -> Iterator[Member]:
    """The workbooks in a thing that lies in a container, ``depth`` containers deep."""
    kind = kind_of(data, name)
    if kind is Kind.WORKBOOK:
        yield Member(name=_named(name, data), data=data)
    elif kind is not Kind.OTHER and depth >= MAX_NESTING:
        yield Member(name=name, data=data, fault="F103", what=f"thư, tệp nén lồng nhau quá {MAX_NESTING} lớp")
    elif kind is Kind.ZIP:
        yield from _zip_members(data, name, limits, room, depth + 1)
    elif kind is not Kind.OTHER:
        inner = _mail(data, kind, limits, room, depth)
        yield from inner.members
        if inner.fault == "F103":
            yield Member(name=name, data=data, fault=inner.fault, what=inner.what)


def _zip(data: bytes, name: str, limits: Intake, room: Room) -> Unpacked:
    found = tuple(_zip_members(data, name, limits, room, 1))
    good = tuple(member for member in found if not member.fault)
    if not good and found:
        return Unpacked(fault=found[0].fault, what=found[0].what, contained=False)
    if not found:
        return Unpacked(fault="F101", what="tệp nén không chứa tệp Excel", contained=False)
    return Unpacked(members=found)


def _zip_members(data: bytes, name: str, limits: Intake, room: Room, depth: int) -> Iterator[Member]:
    try:
        for inner, content in members(data, limits, room):
            yield from _inside(content, shown_name(inner) or "tep", limits, room, depth)
    except BundleFault as fault:
        yield Member(name=name, data=data, fault=fault.rule, what=str(fault))


def _named(name: str, data: bytes) -> str:
    """A workbook found by its bytes under an odd name keeps that name and gets the suffix of what it is."""
    if suffix_of(name) in WORKBOOK_SUFFIXES:
        return name
    return name + (".xls" if data.startswith(b"\xd0\xcf") else ".ods" if b"opendocument" in data[:200] else ".xlsx")
