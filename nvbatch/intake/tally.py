"""Mails with what was found in them in, their number by kind out: every mail that was seen is accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from nvbatch.model import Document, Period

KINDS = ("with_workbook", "without_workbook", "automatic", "too_large")


def mail_sum(
    documents: Iterable[Document],
    oversize: Iterable[datetime],
    *,
    periods: Iterable[Period],
    as_of: datetime,
    zone: ZoneInfo,
) -> Mapping[str, int]:
    """``seen`` = the sum of :data:`KINDS`, of mails received before as-of in the periods; empty without any.

    ``oversize``: when those came that were too large to be fetched.
    """
    spans = [(period.start, period.end) for period in periods]

    def counts(at: datetime) -> bool:
        day = at.astimezone(zone).date()
        return at < as_of and any(start <= day <= end for start, end in spans)

    found: dict[int, list[Document]] = {}
    for document in documents:
        if document.receipt.channel == "mail" and counts(document.receipt.received_at):
            found.setdefault(document.receipt.sequence, []).append(document)
    kinds = [_kind(parts) for parts in found.values()] + ["too_large" for at in oversize if counts(at)]
    return {"seen": len(kinds), **{kind: kinds.count(kind) for kind in KINDS}} if kinds else {}


def _kind(parts: list[Document]) -> str:
    """What is in one mail; an automatic answer that brings a workbook all the same is a mail with a workbook."""
    if any(part.fault is None or part.container_sha256 is not None for part in parts):
        return "with_workbook"
    if any(part.fault == "F103" for part in parts):
        return "too_large"
    return "automatic" if parts[0].receipt.automatic else "without_workbook"
