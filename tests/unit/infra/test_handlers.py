"""Handlers read a request, make one call and answer; rules and error handling are elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.lambda_events import PROJECT
from unit.infra.test_template import FUNCTIONS

MOST_LINES = 12
CONTEXTS = ("campanas", "campanas_proxy", "event_collector", "pagos", "portal", "reportes")
# The template's handlers, and the proxy's own routes, which its handler imports.
MODULES = sorted(
    {module for function in FUNCTIONS.values() if (module := function["Handler"].rpartition(".")[0])}
    | {"campanas_proxy.status_api"}
)
OURS = [module for module in MODULES if module.partition(".")[0] in CONTEXTS]


def tree_of(module: str) -> ast.Module:
    """Return the syntax tree of a module of the functions."""
    return ast.parse(Path(PROJECT, "functions", *module.split(".")).with_suffix(".py").read_text())


def handlers(module: str) -> Iterator[ast.FunctionDef]:
    """Yield the views of the module's routes, and the function that Lambda calls."""
    for node in tree_of(module).body:
        if isinstance(node, ast.FunctionDef) and (node.decorator_list or node.name == "handler"):
            yield node


def test_every_context_has_handlers() -> None:
    """The tests below cover every context."""
    assert {module.partition(".")[0] for module in OURS if any(handlers(module))} == set(CONTEXTS)


@pytest.mark.parametrize("module", OURS)
def test_a_handler_has_at_most_twelve_lines(module: str) -> None:
    """The lines are counted from `def` to the end, docstring included."""
    lines = {handler.name: (handler.end_lineno or 0) - handler.lineno + 1 for handler in handlers(module)}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


@pytest.mark.parametrize("module", OURS)
def test_a_handler_catches_no_error(module: str) -> None:
    """Errors are answered at the edge, by the context's table; no other function of the module catches any either."""
    assert not [node for node in ast.walk(tree_of(module)) if isinstance(node, ast.Try)]
