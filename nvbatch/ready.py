"""What the Office has laid ready beside its runs in, the messages that carry it out: forms, signed letters, results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nvbatch.closing import read_record
from nvbatch.eml import Message
from nvbatch.journal import Journal
from nvbatch.letters.desk import Desk
from nvbatch.letters.official import form, notice, urging
from nvbatch.model import Agency, Period, Status
from nvbatch.office import Office, open_periods
from nvbatch.register import GENERAL

NOTICE_PDF, URGING_PDF, ASKING_PDF = "thong-bao-ket-qua.pdf", "don-doc.pdf", "nhac-khong-thoi-han.pdf"
MOST_BYTES = 15 << 20  # a larger one comes back from most mailboxes
MAGIC = b"%PDF-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Signed PDFs of one period. ``letters``: (which letter, agency code or "" for all that it concerns) → file.

    ``odd``: Vietnamese, what was left out.
    """

    notice: Path | None
    letters: Mapping[tuple[str, str], Path]
    odd: tuple[str, ...]


def forms_ready(office: Office, desk: Desk) -> Iterator[Message]:
    """The forms that `forms` made for the period in which the moment lies and for the next, before their cut-off."""
    from nvbatch.stages.issue import form_name

    for program, now in sorted(open_periods(office, desk.as_of, None).items()):
        coming = office.calendar.following(now, office.register.program_of(program).cutoff)
        for period in (p for p in (now, coming) if p.cutoff > desk.as_of and (office.ws.forms / p.key).is_dir()):
            for code, agency in sorted(office.register.agencies.items()):
                path = office.ws.forms / period.key / form_name(code, program, period.key)
                message = form(agency, program, period, path, desk) if path.is_file() else None
                if message is not None:
                    yield message


def letters_ready(office: Office, desk: Desk, signed: Signed, period: Period) -> Iterator[Message]:
    """Result notices of the period, once it is published, and urging letters, once they are signed."""
    published = [d["run"] for d in Journal(office.ws).deeds("published") if d.get("period") == period.key]
    if published and (office.ws.out / published[-1] / "run.json").is_file():
        yield from _notices(office, desk, signed, period, read_record(office.ws, published[-1]))
    if signed.letters and (newest := _newest_run(office, period)) is not None:
        yield from _urging(office, desk, signed, period, read_record(office.ws, newest))


def closed_period(office: Office, desk: Desk) -> Period:
    """The general programme's period whose cut-off passed last: nothing is sent about older ones."""
    regime = office.register.program_of(GENERAL)
    return office.calendar.last_passed(regime.frequency, desk.as_of, regime.cutoff)


def read_signed(office: Office, period: Period) -> Signed:
    """`phat-hanh/<period>/`: the drafts' own names with `.pdf`, put there by the records clerk (docs/mail.md)."""
    folder = office.ws.signed / period.key
    codes = {_stem(code): code for code in office.register.agencies}
    found: Path | None = None
    letters: dict[tuple[str, str], Path] = {}
    odd: list[str] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        which, owner = _addressed(path.name.casefold(), codes)
        if path.name.startswith((".", "~$")):
            continue
        if owner is None:
            odd.append(f"phat-hanh/{period.key}/{path.name}: tên không theo quy ước nên không rõ gửi cho ai.")
        elif not _is_pdf(path):
            odd.append(f"phat-hanh/{period.key}/{path.name}: không phải PDF hoặc lớn hơn {MOST_BYTES >> 20} MB.")
        elif which == NOTICE_PDF:
            found = path
        else:
            letters[which, owner] = path
    return Signed(notice=found, letters=letters, odd=tuple(odd))


def _addressed(name: str, codes: Mapping[str, str]) -> tuple[str, str | None]:
    """Which document a file is, and whose: an agency's code, "" for all, None when the name does not say."""
    if name in (NOTICE_PDF, URGING_PDF, ASKING_PDF):
        return name, ""
    which = next((each for each in (URGING_PDF, ASKING_PDF) if name.endswith(f"-{each}")), "")
    return which, codes.get(name.removesuffix(f"-{which}")) if which else None


def _notices(
    office: Office, desk: Desk, signed: Signed, period: Period, record: Mapping[str, Any]
) -> Iterator[Message]:
    left_out: dict[str, int] = {}
    for task in record["tasks"]:
        left_out[task["lead_agency"]] = left_out.get(task["lead_agency"], 0) + (not task["aggregated"])
    for agency, figures in _agencies(office, record):
        if figures["tasks"]:
            message = notice(
                agency, period, figures, desk, not_aggregated=left_out.get(agency.code, 0), signed=signed.notice
            )
            if message is not None:
                yield message


def _urging(office: Office, desk: Desk, signed: Signed, period: Period, record: Mapping[str, Any]) -> Iterator[Message]:
    """One's own letter before the common one; a common one goes to those whom the period's newest run names in it."""
    reminded = {t["lead_agency"] for t in record["tasks"] if "no_deadline_reminder" in t["flags"]}
    for agency, figures in _agencies(office, record):
        late = "not_submitted" in figures["flags"] or bool(figures["by_status"].get(str(Status.OVERDUE), 0))
        for which, named in ((URGING_PDF, late), (ASKING_PDF, agency.code in reminded)):
            path = signed.letters.get((which, agency.code)) or (signed.letters.get((which, "")) if named else None)
            message = urging(agency, period, path, desk, which=which.removesuffix(".pdf")) if path else None
            if message is not None:
                yield message


def _agencies(office: Office, record: Mapping[str, Any]) -> Iterator[tuple[Agency, Mapping[str, Any]]]:
    for figures in record["agencies"]:
        agency = office.register.agencies.get(figures["code"])
        if agency is not None and "ended" not in figures["flags"]:
            yield agency, figures


def _newest_run(office: Office, period: Period) -> str | None:
    made = [str(d["run"]) for d in Journal(office.ws).deeds("run") if str(d["run"]).rpartition("-")[0] == period.key]
    return next((run for run in reversed(made) if (office.ws.out / run / "run.json").is_file()), None)


def _stem(code: str) -> str:
    from nvbatch import viet

    return viet.file_name(code).casefold()


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC and path.stat().st_size <= MOST_BYTES
    except OSError:
        return False
