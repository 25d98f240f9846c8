"""A folder of Word templates in, what is wrong with each in Vietnamese out: for `doctor`, before a run stumbles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nvbatch.briefing.names import NAMES, Fields
from nvbatch.briefing.printed import FIGURES, NEEDED
from nvbatch.nearest import ask_for

if TYPE_CHECKING:
    from jinja2 import nodes

    from nvbatch.word_template import Compiled

_LOOP: Fields = {name: {} for name in ("index", "index0", "first", "last", "length", "revindex", "revindex0")}
_OUTSIDE = frozenset({"range", "dict", "lipsum", "cycler", "joiner", "namespace"})  # Jinja's own


def check_templates(folder: Path | None) -> tuple[str, ...]:
    """One sentence a problem: a template that cannot be opened or whose tags are wrong, a name that is not in its
    documented context, totals that it does not print. ``None`` or no such folder: nothing of one's own to check."""
    if folder is None or not folder.is_dir():
        return ()
    own = (path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".docx" and path.name[:2] != "~$")
    return tuple(f"{path.name}: {problem}" for path in own for problem in _problems(path))


def unknown_names(compiled: Compiled, known: Fields) -> tuple[str, ...]:
    """The names and fields that a template asks for and its context does not have, as written: ``row.ten``."""
    found: dict[str, None] = {}
    for tree in compiled.trees():
        found.update(dict.fromkeys(said for said, _ in _asked(tree, dict(known))))
    return tuple(found)


def _problems(path: Path) -> Iterator[str]:
    from nvbatch.word_source import TemplateError
    from nvbatch.word_template import compile_template

    if path.name not in NAMES:
        yield f"không phải tên mẫu được dùng.{ask_for(path.name, NAMES)}"
        return
    try:
        compiled = compile_template(path)
    except (TemplateError, OSError) as error:
        yield f"{error}." if isinstance(error, TemplateError) else f"không mở được ({type(error).__name__})."
        return
    told: set[str] = set()
    for tree in compiled.trees():
        for said, near in _asked(tree, dict(NAMES[path.name])):
            if said not in told:
                yield f"dùng tên «{said}» không có trong dữ liệu của mẫu này.{near}"
            told.add(said)
    yield from _totals(path.name, compiled)


def _totals(name: str, compiled: Compiled) -> Iterator[str]:
    """Totals stand in bookmarks, by which the printed figures are compared with those of the run."""
    source = "\n".join(compiled.sources.values())
    marks = set(re.findall(r'<w:bookmarkStart\b[^>]*w:name="([^"]+)"', source))
    for prefix, figures in NEEDED.get(name, {}).items():
        lacking = sorted(figure for figure in figures if f"{prefix}_{figure}" not in marks)
        if lacking:
            said = ", ".join(f"«{FIGURES[figure]}» ({prefix}_{figure})" for figure in lacking)
            yield f"thiếu dấu trang (bookmark) giữ số tổng: {said}; các số này không được đối chiếu với lần chạy."


# --- which names a template asks for ------------------------------------------------------------


def _asked(node: nodes.Node, scope: Fields) -> Iterator[tuple[str, str]]:
    """Every name that is not in scope, with «Có phải là …?»; loops and ``set`` bring names of their own (``set`` adds
    to ``scope``)."""
    from jinja2 import nodes

    if isinstance(node, nodes.For):
        yield from _asked(node.iter, scope)
        inner = scope | _bound(node, scope) | {"loop": _LOOP}
        for part in (*node.body, *([node.test] if node.test else [])):
            yield from _asked(part, inner)
        for part in node.else_:
            yield from _asked(part, scope)
    elif isinstance(node, (nodes.Assign, nodes.AssignBlock)):
        for part in node.iter_child_nodes(exclude=("target",)):
            yield from _asked(part, scope)
        scope |= {name.name: _ANY for name in node.find_all(nodes.Name) if name.ctx == "store"}
    elif isinstance(node, (nodes.Getattr, nodes.Getitem, nodes.Name)):
        yield from _wrong(node, scope)
    else:
        for part in node.iter_child_nodes():
            yield from _asked(part, scope)


class _Any(dict[str, Fields]):
    """What nobody documented: it may have any field."""


_ANY = _Any()


def _bound(loop: nodes.For, scope: Fields) -> dict[str, Fields]:
    """The loop's own name stands for one of what is looped over."""
    from jinja2 import nodes

    if isinstance(loop.target, nodes.Name):
        found = _fields(loop.iter, scope)
        return {loop.target.name: _ANY if found is None else found}
    return {name.name: _ANY for name in loop.target.find_all(nodes.Name)}


def _fields(node: nodes.Node, scope: Fields) -> Fields | None:
    """The fields of what an expression stands for; None when that cannot be said."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getitem):
        return _fields(node.node, scope)  # one of a list has the list's fields
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _fields(node.node, scope)
    if isinstance(node, nodes.Getattr):
        of = _fields(node.node, scope)
        return _ANY if isinstance(of, _Any) else None if of is None else of.get(node.attr)
    return None


def _wrong(node: nodes.Getattr | nodes.Getitem | nodes.Name, scope: Fields) -> Iterator[tuple[str, str]]:
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        if node.ctx == "load" and node.name not in scope and node.name not in _OUTSIDE:
            yield node.name, ask_for(node.name, scope)
        return
    yield from _asked(node.node, scope)
    if isinstance(node, nodes.Getitem):
        yield from _asked(node.arg, scope)
        return
    of = _fields(node.node, scope)
    if of is not None and not isinstance(of, _Any) and node.attr not in of:
        yield f"{_written(node.node)}.{node.attr}", ask_for(node.attr, of)


def _written(node: nodes.Node) -> str:
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return "…"
