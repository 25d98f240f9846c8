"""The house stands as docs/architecture.md says: imports go downwards only, and every room has its floor.

Imports inside functions count too. What stands under ``if TYPE_CHECKING`` names types and imports nothing.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "nvbatch"

ORDER = ("words", "sources", "crafts", "workshops", "stages", "run", "cli")  # from the ground up


def floors() -> dict[str, int]:
    """Room → height, from the block in docs/architecture.md."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = re.search(r"```floors\n(.*?)```", page, re.DOTALL)
    assert block, "docs/architecture.md has lost its block of floors"
    lines = [line.split() for line in block.group(1).splitlines()]
    return {room: ORDER.index(floor) for floor, *rooms in lines for room in rooms}


FLOOR_OF = floors()
OFFICE_LIBRARIES = {"openpyxl", "xlsxwriter", "python_calamine", "docx", "docxtpl", "pptx", "xlwt", "odf"}
ROOMS_OF = {  # each foreign library has its rooms, and is seen nowhere else
    "python_calamine": {"sheets"},
    "xlsxwriter": {"xlsx", "xlsxpack", "longsheet", "chart"},
    "docxtpl": {"word_source"},
    "docx": set(),
    "pptx": set(),
    "sqlite3": {"ledger"},
    "filelock": {"lock"},
    "isal": {"press"},
    "click": {"cli", "console"},
    "imapclient": {"mailbox"},
    "keyring": {"secrets_of"},
    "distributed": {"backend"},
}


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports at run time; ours as deep as they name a module."""
    found: set[str] = set()
    for node in _running(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                deep = f"{node.module}.{name.name}"
                found.add(deep if deep in MODULES else node.module)
    return found


def _running(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return [inner for child in node.orelse for inner in _running(child)]
    return [node, *(inner for child in ast.iter_child_nodes(node) for inner in _running(child))]


IMPORTS = {name: imports(path) for name, path in MODULES.items()}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def test_every_room_has_its_floor_and_every_floor_its_rooms() -> None:
    assert {room(name) for name in MODULES} == FLOOR_OF.keys()


def test_imports_go_downwards_only() -> None:
    upward = [
        f"{name} → {used}"
        for name, every in IMPORTS.items()
        for used in every
        if used in MODULES and FLOOR_OF.get(room(used), 0) > FLOOR_OF.get(room(name), 0)
    ]
    assert upward == []


def test_no_rooms_go_round_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, every in IMPORTS.items():
        graph.setdefault(room(name), set()).update(room(used) for used in every if used in MODULES)
    for name, used in graph.items():
        used.discard(name)
    TopologicalSorter(graph).prepare()  # raises CycleError with the circle


def test_no_modules_go_round_in_a_circle() -> None:
    TopologicalSorter(
        {name: {used for used in every if used in MODULES} - {name} for name, every in IMPORTS.items()}
    ).prepare()


def test_no_stage_imports_a_stage() -> None:
    stages = {name for name in MODULES if name.startswith("nvbatch.stages.")}
    assert {name: IMPORTS[name] & stages for name in stages if IMPORTS[name] & stages} == {}


def test_rules_touch_no_disk_clock_or_office_library() -> None:
    forbidden = OFFICE_LIBRARIES | {"os", "shutil", "tempfile", "time", "sqlite3", "socket", "subprocess", "pathlib"}
    for name, path in MODULES.items():
        if room(name) == "rules":
            assert {used.split(".")[0] for used in IMPORTS[name]} & forbidden == set(), name
            assert not re.search(r"\b(open|print)\(|\.now\(|\.today\(", path.read_text(encoding="utf-8")), name


@pytest.mark.parametrize("library", sorted(ROOMS_OF))
def test_a_foreign_library_stays_in_its_rooms(library: str) -> None:
    users = {room(name) for name, every in IMPORTS.items() if any(used.split(".")[0] == library for used in every)}
    assert users <= ROOMS_OF[library]


def test_the_clock_is_read_at_the_edge_only() -> None:
    # who holds the workspace, when a deed was done, whether a file is still growing: facts of the real world
    edge = {"nvbatch.lock", "nvbatch.journal", "nvbatch.stages.collect", "nvbatch.cli.frame", "nvbatch.cli.office"}
    readers = {
        name
        for name, path in MODULES.items()
        if re.search(r"datetime\.now\(|date\.today\(|time\.time\(", path.read_text(encoding="utf-8"))
    }
    assert readers <= edge


def test_names_say_what_a_room_holds() -> None:
    assert [n for n in MODULES if re.search(r"\.(utils?|helpers?|common|misc|managers?|handlers?)$", n)] == []


def test_every_module_says_in_one_line_what_goes_in_and_out() -> None:
    for name, path in MODULES.items():
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert said, name


def test_what_is_imported_is_declared() -> None:
    """A library that only comes along with another one may go away with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[<>=;\[ ]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    for extra in project.get("optional-dependencies", {}).values():
        declared |= {re.split(r"[<>=;\[ ]", line)[0].lower().replace("_", "-") for line in extra}
    owners = packages_distributions()
    for name, every in IMPORTS.items():
        for top in {used.split(".")[0] for used in every} - {"nvbatch", "__future__"} - sys.stdlib_module_names:
            owned = {owner.lower().replace("_", "-") for owner in owners.get(top, [top])}
            assert owned & declared, f"{name} imports {top}, which pyproject.toml does not declare"


def test_the_repository_names_no_machine() -> None:
    """Paths and hosts of a workplace have no business in sources and pages."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and "/" not in lock
