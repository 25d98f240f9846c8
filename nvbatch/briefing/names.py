"""The names that each Word template may use, and the fields of what they hold; docs/templates.md explains them."""

from __future__ import annotations

from collections.abc import Mapping

from nvbatch.briefing.agency_rows import AgencyRow
from nvbatch.briefing.programs import QuarterRow
from nvbatch.briefing.rows import TaskRow

Fields = dict[str, "Fields"]  # field → its own fields; a text has none
TEXT: Fields = {}


def fields(names: str, **more: Fields) -> Fields:
    return {**dict.fromkeys(names.split(), TEXT), **more}


def _of(kind: type) -> Fields:
    properties = (name for name, what in vars(kind).items() if isinstance(what, property))
    slots = vars(kind).get("__slots__", ())
    return dict.fromkeys((name for name in (*slots, *properties) if not name.startswith("_")), TEXT)


TASK, AGENCY, QUARTERS = _of(TaskRow), _of(AgencyRow), _of(QuarterRow)
_COMMON = fields(
    "parent office number place_date data_note recipients signer_authority signer_title signer_name subject"
)
_FIGURES = fields("assigned done due_soon overdue not_aggregated")
_DECISION = fields("no code agency content cause proposal deadline cut")
_LISTS = "overdue done_late due not_aggregated proposals results"
_TASKS = (
    "overdue all_overdue all_done_late due all_due not_aggregated all_not_aggregated proposals all_proposals "
    "all_results"
)
_LETTER = "addressees opening demands closing attached_to"

NAMES: Mapping[str, Fields] = {
    "Bao-cao-tong-hop.docx": _COMMON
    | fields(
        "addressee decisions_rest general chart_caption chart_alt results agencies_caption agencies_note overdue_intro "
        "done_late_intro due_intro next_month not_aggregated_intro discipline proposals_intro attached_to closing",
        figures=_FIGURES,
        decisions=_DECISION,
        agencies=AGENCY,
        agencies_total=AGENCY,
        all_agencies=AGENCY,
        annex=fields(f"{_LISTS} agencies"),
        annex_rest=fields(_LISTS),
        **dict.fromkeys(_TASKS.split(), TASK),
    ),
    "Phieu-trinh.docx": _COMMON
    | fields("addressee summary_rest", figures=_FIGURES, decisions=_DECISION, others=fields("no text")),
    "Danh-sach-giai-trinh.docx": _COMMON
    | fields(
        "intro closing attached_to",
        agencies=fields("no name head silent", tasks=fields("no code content deadline days_overdue why")),
    ),
    "Bien-dong.docx": _COMMON
    | fields(
        "addressee changes_intro extensions_intro attached_to",
        changes=fields("no agency kind code content old_value new_value reason proposal_doc remark"),
        extensions=fields("no agency code content deadline requested reason times remark"),
        annex=fields("changes extensions"),
        annex_rest=fields("changes extensions"),
    ),
    "Thong-bao-ket-qua.docx": _COMMON
    | fields(
        "sender general discipline demands agencies_intro attached_to",
        agencies=AGENCY,
        agencies_total=AGENCY,
        all_agencies=AGENCY,
        annex=fields("agencies"),
    ),
    "Bao-cao-chuong-trinh.docx": _COMMON
    | fields(
        "addressee year intro sentences attached_to",
        rows=QUARTERS,
        total=QUARTERS,
        programs=fields("no annex name", rows=QUARTERS, total=QUARTERS),
    ),
    "don-doc.docx": _COMMON
    | fields(
        _LETTER,
        annex=fields("agencies"),
        agencies=fields("no name state", tasks=fields("no code content doc deadline days_overdue what")),
    ),
    "nhac-khong-thoi-han.docx": _COMMON
    | fields(
        _LETTER,
        annex=fields("agencies"),
        agencies=fields(
            "no name state", tasks=fields("no code content doc deadline_text days_given ordinal last_update")
        ),
    ),
}
