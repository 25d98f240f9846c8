"""A document, its reading and its sender in; whom it speaks for, and what stands against that, out (gate A)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nvbatch import viet
from nvbatch.model import Document, Reading
from nvbatch.register import Register
from nvbatch.whose import names_itself, sheets_of, speaks_of

Objection = tuple[str, Mapping[str, Any]]  # a rule of gate A, and the words of its finding


@dataclass(frozen=True, slots=True)
class Authority:
    """Knows the agencies and their focal points. ``senders_count``: mails must come from a registered address."""

    register: Register
    senders_count: bool

    def senders(self, document: Document, day: date) -> frozenset[str]:
        """The agencies whose focal point the sender is on that day."""
        sender = document.receipt.sender
        if not sender:
            return frozenset()
        return frozenset(f.agency for f in self.register.focal_points_on(day) if f.email == sender)

    def agency(self, document: Document, reading: Reading, senders: frozenset[str]) -> str | None:
        """Whom the document speaks for: what it says itself counts before who sent it; None when nobody can tell."""
        resolve = self.register.resolve_agency
        for name in (*names_itself(reading), *reading.title):
            if (code := resolve(name)) is not None:
                return code
        if names_itself(reading):
            return None  # it names an agency that the register does not know
        if len(senders) == 1:
            return next(iter(senders))
        if reading.tasks is None:
            return self._hinted(document)
        within = speaks_of(reading, self.register)
        return within[0] if len(within) == 1 else None

    def objections(
        self,
        document: Document,
        reading: Reading,
        agency: str | None,
        senders: frozenset[str],
        *,
        day: date,
        released: bool,
    ) -> Iterator[Objection]:
        """A301, A302, A304 unless the Office has ``released`` it; A303 always."""
        if not released:
            yield from self._of_sender(document, agency, senders)
        known = self.register.agencies.get(agency or "")
        several = (speaks_of if known is None else sheets_of)(reading, self.register)
        if len(several) > 1 and not names_itself(reading):
            yield self._several(several)
        elif known is None:
            yield self._unknown(reading)
        elif known.valid_to is not None and known.valid_to < day:
            heirs = ", ".join(self._name(code) for code in known.successors)
            what = f"Cơ quan «{known.name}» đã kết thúc hoạt động từ ngày {known.valid_to + timedelta(days=1):%d/%m/%Y}"
            advice = f"Báo cáo theo cơ quan kế thừa: {heirs}." if heirs else "Đề nghị liên hệ Văn phòng."
            yield "A303", {"value": known.name, "expected": heirs, "args": {"what": what, "advice": advice}}

    def _of_sender(self, document: Document, agency: str | None, senders: frozenset[str]) -> Iterator[Objection]:
        if document.receipt.sender is not None and self.senders_count:
            if not senders:
                yield "A301", {}
            elif agency is not None and agency not in senders:
                names = ", ".join(sorted(self._name(code) for code in senders))
                yield "A302", {"value": self._name(agency), "expected": names}
        if doubt := _doubt(document):
            yield "A304", {"args": {"what": doubt}}

    def _several(self, codes: Sequence[str]) -> Objection:
        names = ", ".join(self._name(code) for code in codes)
        words = {
            "what": f"Tệp gồm báo cáo của nhiều cơ quan ({names})",
            "advice": "Tách mỗi cơ quan một tệp, ghi Mã cơ quan ở trang «Thông tin» của từng tệp rồi gửi lại.",
        }
        return "A303", {"value": names, "args": words}

    def _unknown(self, reading: Reading) -> Objection:
        said = reading.info.get("agency_code") or reading.info.get("agency_name") or ""
        if reading.stamp and reading.stamp.agency:
            said = reading.stamp.agency
        near = self.register.names.suggest(said) if said else None
        ask = f"Có phải là «{self._name(near)}»? " if near else ""
        words = {
            "what": f"Cơ quan «{said}» không có trong danh mục cơ quan"
            if said
            else "Tệp không ghi tên hoặc mã cơ quan",
            "advice": f"{ask}Ghi đúng Mã cơ quan ở trang «Thông tin» rồi gửi lại.",
        }
        return "A303", {"value": said, "expected": self._name(near) if near else "", "args": words}

    def _hinted(self, document: Document) -> str | None:
        """A file that could not be opened is answered to the agency whose code its name holds, counting for nothing."""
        words = {w.upper() for w in viet.clean(document.name).replace("_", " ").replace(".", " ").split()}
        codes = [code for code in self.register.agencies if code.upper() in words]
        return codes[0] if len(codes) == 1 else None

    def _name(self, code: str) -> str:
        agency = self.register.agencies.get(code)
        return agency.name if agency else code


def _doubt(document: Document) -> str:
    """Why the sender of a mail cannot be relied on; any defect of the mail itself means hold (A304)."""
    receipt = document.receipt
    if receipt.auth_failed:
        return "máy chủ thư báo thư không do người này gửi"
    if receipt.defects and receipt.sender:
        return f"cấu trúc thư có chỗ hỏng ({'; '.join(receipt.defects)})"
    return ""
