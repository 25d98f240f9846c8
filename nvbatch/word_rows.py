"""A template as Jinja parsed it in, the same template out, whose loops over plain rows of a table are done at once.

A long annex is a loop that prints some fields of each row and nothing else. Jinja would go through it value by value;
here such a loop becomes a filter, which is given the rows and makes them column by column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any
from xml.parsers import expat

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

ROWS = "rows at once"  # the filter's name: none that a template could spell
_IN_TEXT = re.compile(r"<w:t(?: [^<>]*)?>[^<]*\Z")  # what stands before a value that is sure to be seen

Pieces = tuple[str, ...]  # the markup before, between and after the fields of a row
Fields = tuple[Any, ...]  # names; for rows within a row the name of their list, and their own pieces and fields


def with_quick_rows(tree: nodes.Template) -> nodes.Template:
    """Loops that :data:`ROWS` can do are given to it; all others stay as they are."""
    made: nodes.Template = _Quick().visit(tree)
    return made


def rows_of(pieces: Pieces, columns: Sequence[Iterable[str]]) -> Iterator[str]:
    """One row after the other: the pieces of its markup, with a value of each column between them."""
    first, *others = pieces
    between = chain.from_iterable(zip(columns, map(repeat, others), strict=True))
    return map("".join, zip(repeat(first), *between))


class _Quick(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        row = _row(node)
        if row is None:
            return node
        said = [nodes.Const(part) for part in row]
        made = nodes.Output([nodes.Filter(node.iter, ROWS, said, [], None, None)])
        return made.set_lineno(node.lineno)


def _row(loop: nodes.For) -> tuple[Pieces, Fields] | None:
    """The markup of a row and the fields between; None when the loop does anything but print them in whole rows."""
    if loop.else_ or loop.test or loop.recursive or not isinstance(loop.target, nodes.Name):
        return None
    pieces: list[str] = [""]
    fields: list[Any] = []
    for part in loop.body:
        for node in part.nodes if isinstance(part, nodes.Output) else (part,):
            if isinstance(node, nodes.TemplateData):
                pieces[-1] += node.data
                continue
            field = _field(node, loop.target.name)
            if field is None:
                return None
            pieces.append("")
            fields.append(field)
    return (tuple(pieces), tuple(fields)) if fields and _are_rows(pieces, fields) else None


def _field(node: nodes.Node, of: str) -> Any:
    """A field of the loop's row, or rows that hang on one."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == of:
        return node.attr
    if isinstance(node, nodes.Filter) and node.name == ROWS and node.node is not None:
        name, (pieces, fields) = _field(node.node, of), node.args
        if isinstance(name, str) and isinstance(pieces, nodes.Const) and isinstance(fields, nodes.Const):
            return name, pieces.value, fields.value
    return None


def _are_rows(pieces: Sequence[str], fields: Iterable[Any]) -> bool:
    """Is it whole rows of a table, in which every value stands as running text, and other rows between two rows?"""
    body = "".join(pieces).strip()
    if not (body.startswith("<w:tr") and body.endswith("</w:tr>") and _is_whole(body)):
        return False
    before = ""
    for piece, field in zip(pieces, fields, strict=False):  # nothing stands after the last piece
        before += piece
        if not (_IN_TEXT.search(before) if isinstance(field, str) else _is_whole(before)):
            return False
    return True


def _is_whole(xml: str) -> bool:
    """Does every tag end that begins in it?"""
    try:
        expat.ParserCreate().Parse(f"<all>{xml}</all>".encode(), True)
    except expat.ExpatError:
        return False
    return True
