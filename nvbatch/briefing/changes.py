"""A snapshot in, list changes and extension requests for decision (`Bien-dong.docx`) out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nvbatch.briefing.frame import LEADERS, annexes, attached_to, frame, subject
from nvbatch.briefing.longest import BY_AGENCY, LONGEST, ordered, rest
from nvbatch.briefing.rows import deadline, reported
from nvbatch.briefing.sorted_tasks import SortedTasks
from nvbatch.briefing.wording import NOTHING, count, day, listed, number
from nvbatch.config import Config
from nvbatch.model import Change, Snapshot, TaskFigure

_REQUESTED, _EXCEEDED = "extension_requested", "extension_exceeded"


def asking_for_time(tasks: SortedTasks) -> list[TaskFigure]:
    """Tasks whose agency asks for a later deadline, by agency; those beyond the allowed number last."""
    found = tasks.picked(lambda f: _REQUESTED in f.flags or _EXCEEDED in f.flags)
    return ordered(found, (lambda f: _EXCEEDED in f.flags, *BY_AGENCY))


def changes(tasks: SortedTasks, config: Config, names: Mapping[str, str]) -> dict[str, Any]:
    """Values of the proposal: counts in words, and a table of each kind to tick."""
    snapshot = tasks.snapshot
    begin = frame(snapshot, config, kind="TTr", upward=True)
    spoken_of = tasks.named(str(change.values.get("task_code")) for change in snapshot.changes)
    contents = {code: figure.task.content for code, figure in spoken_of.items()}
    asking = asking_for_time(tasks)
    order = sorted(snapshot.changes, key=lambda c: (not c.complete, c.agency, c.file, c.row))
    shown = annexes({"changes": bool(order), "extensions": bool(asking)})
    return {
        **begin,
        "subject": subject(snapshot, "Đề nghị biến động danh mục nhiệm vụ và gia hạn thời gian thực hiện"),
        "addressee": LEADERS,
        "attached_to": attached_to("Tờ trình", begin, config),
        "annex": shown,
        "annex_rest": {
            "changes": rest(len(order), "Biến động", "đề nghị, đề nghị đủ điều kiện trước", what="đề nghị"),
            "extensions": rest(len(asking), "Gia hạn", "đề nghị, đề nghị trong số lần cho phép trước", what="đề nghị"),
        },
        "changes": [_change(c, place, names, contents) for place, c in enumerate(order[:LONGEST], start=1)],
        "extensions": [_extension(f, place, names) for place, f in enumerate(asking[:LONGEST], start=1)],
        "changes_intro": _changes_intro(order, names, shown["changes"]),
        "extensions_intro": _extensions_intro(asking, snapshot, shown["extensions"]),
    }


def _changes_intro(order: list[Change], names: Mapping[str, str], annex: str) -> str:
    if not order:
        return NOTHING
    kinds: dict[str, int] = {}
    for change in order:
        kind = str(change.values.get("change_kind") or "chưa ghi loại")
        kinds[kind] = kinds.get(kind, 0) + 1
    poor = sum(not change.complete for change in order)
    return (
        f"Có {count(len(order))} đề nghị của {count(len({c.agency for c in order}))} cơ quan "
        f"({'; '.join(f'{kind.lower()}: {count(many)}' for kind, many in kinds.items())})"
        + (
            f", trong đó {count(poor)} đề nghị thiếu nguyên nhân hoặc tờ trình, chưa đủ điều kiện xem xét"
            if poor
            else ""
        )
        + f". Chi tiết tại {annex}."
    )


def _extensions_intro(asking: list[TaskFigure], snapshot: Snapshot, annex: str) -> str:
    if not asking:
        return NOTHING
    beyond = sum("extension_exceeded" in f.flags for f in asking)
    most = snapshot.rules_in_force.get("max_extensions")
    limit = f" ({count(most)} lần)" if isinstance(most, int) else ""
    return (
        f"Có {count(len(asking))} nhiệm vụ đề nghị gia hạn"
        + (f", trong đó {count(beyond)} đề nghị vượt số lần gia hạn cho phép{limit}, không xem xét" if beyond else "")
        + f". Chi tiết tại {annex}."
    )


def _change(change: Change, place: int, names: Mapping[str, str], contents: Mapping[str, str]) -> dict[str, str]:
    said = {key: _text(value) for key, value in change.values.items()}
    code, to_agency = said.get("task_code", ""), said.get("to_agency", "")
    lacking = [
        words
        for key, words in (("reason", "nguyên nhân"), ("proposal_doc", "tờ trình"))
        if not said.get(key, "").strip()
    ]
    return {
        "no": str(place),
        "agency": names.get(change.agency, change.agency),
        "kind": said.get("change_kind", ""),
        "code": code,
        "content": said.get("content", "") or contents.get(code, ""),
        "old_value": said.get("old_value", ""),
        "new_value": listed(v for v in (said.get("new_value", ""), names.get(to_agency, to_agency)) if v),
        "reason": said.get("reason", "") or "(chưa nêu)",
        "proposal_doc": said.get("proposal_doc", "") or "(chưa có)",
        "remark": f"Chưa đủ điều kiện: thiếu {', '.join(lacking) or 'nội dung bắt buộc'}"
        if not change.complete
        else "",
    }


def _extension(figure: TaskFigure, place: int, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "no": str(place),
        "agency": names.get(figure.lead_agency, figure.lead_agency),
        "code": figure.task.code,
        "content": figure.task.content,
        "deadline": deadline(figure),
        "requested": day(figure.row.get("requested_deadline")) or "(chưa ghi)" if figure.row else "(chưa ghi)",
        "reason": reported(figure, "extension_reason") or "(chưa nêu)",
        "times": number(len(figure.extensions)),
        "remark": "Vượt số lần gia hạn cho phép" if "extension_exceeded" in figure.flags else "",
    }


def _text(value: object) -> str:
    return day(value) if isinstance(value, date) else "" if value is None else str(value)
