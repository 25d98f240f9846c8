"""A run's folder and its totals in, every written file that states other totals out: what is handed out agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nvbatch.briefing.printed import MASTER, NEEDED, PROGRAMS, mismatches
from nvbatch.named_cells import NotAWorkbook, named_numbers
from nvbatch.word import WordError, document_places


def differences(folder: Path, outputs: Sequence[str], totals: Mapping[str, Any]) -> tuple[str, ...]:
    """One Vietnamese sentence each: a document that lacks, or a total that it prints otherwise than ``totals`` (those
    of run.json). ``outputs``: paths of the run's files."""
    wanted = [MASTER, *(name for name in NEEDED if name != PROGRAMS or totals["assigned"])]
    missing = tuple(f"{name}: không có trong lần chạy" for name in wanted if name not in outputs)
    return missing + tuple(f"{n}: {said}" for n in wanted if n in outputs for said in of_file(folder / n, totals))


def of_file(path: Path, totals: Mapping[str, Any]) -> tuple[str, ...]:
    """What one file prints otherwise."""
    try:
        places = named_numbers(path) if path.name == MASTER else document_places(path)
    except OSError:
        return ("không mở được",)
    except (NotAWorkbook, WordError) as error:
        return (str(error).rstrip("."),)
    return tuple(str(one) for one in mismatches(path.name, places, totals))
