"""What Excel shall check while somebody types in, the XML of that check with its two messages out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from nvbatch.celltext import short
from nvbatch.press.markup import attribute, escape, given
from nvbatch.press.sheet import Area, reference

PROMPT_TITLE, PROMPT_TEXT = 32, 255  # limits of Excel for the messages of a check


@dataclass(frozen=True, slots=True)
class Check:
    """``kind``: list, date (between two serial numbers), custom (a formula of ours) or "" (only a message)."""

    kind: str = ""
    first: str = ""
    second: str = ""


def check_xml(area: Area, check: Check, prompt: tuple[str, str], stop: str | None) -> str:
    """``prompt``: title and message on entering; ``stop``: why a wrong value is refused, None lets it pass."""
    formulas = "".join(f"<formula{n}>{escape(f)}</formula{n}>" for n, f in ((1, check.first), (2, check.second)) if f)
    return (
        f'<dataValidation{given("type", check.kind)}{_messages(prompt, stop)} sqref="{reference(area)}">{formulas}'
        "</dataValidation>"
    )


@lru_cache(maxsize=256)  # the same columns come in every workbook
def _messages(prompt: tuple[str, str], stop: str | None) -> str:
    told = "".join(
        f' {name}="{attribute(words)}"'
        for name, words in (
            ("errorTitle", "Chưa đúng"),
            ("error", short(stop or "", PROMPT_TEXT)),
            ("promptTitle", short(prompt[0], PROMPT_TITLE)),
            ("prompt", short(prompt[1], PROMPT_TEXT)),
        )
        if words
    )
    return f' allowBlank="1" showInputMessage="1"{given("showErrorMessage", int(stop is not None))}{told}'
