"""Twenty focal points with telephones and addresses that occur nowhere else in; where any of them was seen out."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

from nvbatch.workspace import Workspace
from tests.torture.report import Report
from tests.torture.siege import contents
from tests.torture.town import MONDAY, Person, lay, mail, report, town

MANY = 20


def canaries(folder: Path, *, many: int = MANY) -> Report:
    """Every report by mail, one from the wrong address, one broken; a run and its publication; then the search."""
    found = Report("canaries")
    people = tuple(_person(n) for n in range(1, many + 1))
    ws = town(folder / "ws", agencies={p.agency: f"Cơ quan {p.agency}" for p in people}, focal_points=people)
    for number, person in enumerate(people):
        book = report(person.agency, 40, note=f"Liên hệ nội bộ số {number}")
        owner = people[1] if number == 0 else person  # the first one's address sends the second one's workbook
        data = report(owner.agency, 41) if number == 0 else book[:4000] if number == 2 else book
        lay(ws, f"thu-{number}.eml", mail(person.email, data, text=f"Điện thoại của tôi: {person.phone}"))
    said = _commands(ws)
    found.points = 2 * many
    found.wrong += [f"{word} in what the commands said" for word in _seen(said.encode(), people)]
    found.wrong += _in_outputs(ws, people)
    return found


def _person(number: int) -> Person:
    return Person(f"CN{number:02d}", f"hoang.yen.{number:02d}@chim{number:02d}.example", f"0987 65{number:02d} 321")


def _commands(ws: Workspace) -> str:
    from nvbatch.cli.entry import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        for words in (["run", "--as-of", MONDAY.isoformat()], ["publish", "2025-W11-001"], ["verify"]):
            main([*words, "-w", str(ws.root)])
    return out.getvalue() + err.getvalue()


def _in_outputs(ws: Workspace, people: tuple[Person, ...]) -> Iterator[str]:
    """Each file may name the person of the agency that it goes to, and nobody else."""
    for path in sorted(p for p in (*ws.out.rglob("*"), *ws.quarantine.rglob("ly-do.txt")) if p.is_file()):
        others = [p for p in people if not _goes_to(path, p)]
        for data in contents(path):
            yield from (f"{word} in {path.relative_to(ws.root)}" for word in _seen(data, others))


def _goes_to(path: Path, person: Person) -> bool:
    return path.parent.name in ("phan-hoi", "thu-di") and person.agency in path.name


def _seen(data: bytes, people: tuple[Person, ...] | list[Person]) -> Iterator[str]:
    for person in people:
        for word in (person.email, person.phone, person.phone.replace(" ", "")):
            if word.encode() in data or word.encode("utf-16-le") in data:
                yield word
