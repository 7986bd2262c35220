"""Reads Markdown, comments and docstrings as passages of prose and of code."""

from __future__ import annotations

import ast
import io
import itertools
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

COMMENTED: Final = {".cfg", ".conf", ".in", ".sh", ".toml", ".yaml", ".yml", ""}  # "": scripts and Makefiles
TOLD: Final = ("infra/aero/", "infra/scenarios/")  # to users, in messages that name commands and files
_CODE_SPAN: Final = re.compile(r"`([^`\n]+)`")
_COMMENT: Final = re.compile(r"(?:^|\s)##?\s(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One piece of a text: prose, code, or a message's way out, in which commands of `aero` have no marks."""

    line: int
    text: str
    is_code: bool = False
    is_cure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A Markdown link to another place of the project."""

    line: int
    target: str


def is_markdown(name: str) -> bool:
    """Return whether a file is written in Markdown; llms.txt is, by https://llmstxt.org."""
    return name.endswith((".md", "llms.txt"))


def passages(name: str, text: str) -> Iterator[Passage]:
    """Yield the passages of a file, by the kind that its name tells."""
    suffix = Path(name).suffix
    if is_markdown(name):
        yield from _of_markdown(text)
    elif suffix == ".py":
        yield from _of_python(text)
        if name.startswith(TOLD):
            yield from _of_messages(text)
    elif suffix in COMMENTED:
        yield from _of_comments(text)


def links(text: str) -> Iterator[Link]:
    """Yield the links of a Markdown text that lead to no other site."""
    for token in _markdown(text):
        for child in token.children or ():
            target = str(child.attrGet("href") or child.attrGet("src") or "")
            if target and not re.match(r"[a-z]+:", target):
                yield Link(line=_line(token.map), target=target)


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a Markdown text."""
    found: set[str] = set()
    for opening, heading in itertools.pairwise(_markdown(text)):
        if opening.type == "heading_open":
            slug = re.sub(r"[^\w\- ]", "", heading.content.replace("`", "").lower()).replace(" ", "-")
            same = sum(1 for anchor in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", anchor))
            found.add(f"{slug}-{same}" if same else slug)
    return found


def _markdown(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def _line(lines: list[int] | None) -> int:
    return lines[0] + 1 if lines else 0


def _of_markdown(text: str) -> Iterator[Passage]:
    for token in _markdown(text):
        line = _line(token.map)
        if token.type in {"fence", "code_block"}:
            for number, content in enumerate(token.content.splitlines(), start=line + 1):
                yield Passage(line=number, text=content, is_code=True)
        for child in token.children or ():
            if child.type in {"text", "code_inline"}:
                yield Passage(line=line, text=child.content, is_code=child.type == "code_inline")


def _of_python(text: str) -> Iterator[Passage]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield from _with_spans(token.string.lstrip("#! "), token.start[0])
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for number, line in enumerate(node.value.value.splitlines(), start=node.lineno):
                yield from _with_spans(line, number)


def _of_messages(text: str) -> Iterator[Passage]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for span in _CODE_SPAN.finditer(node.value):
                yield Passage(line=node.lineno, text=span[1], is_code=True)
        if isinstance(node, ast.keyword) and node.arg == "cure":
            for told in ast.walk(node.value):
                if isinstance(told, ast.Constant) and isinstance(told.value, str):
                    yield Passage(line=told.lineno, text=told.value, is_cure=True)


def _of_comments(text: str) -> Iterator[Passage]:
    for number, line in enumerate(text.splitlines(), start=1):
        if comment := _COMMENT.search(line):
            yield from _with_spans(comment[1], number)


def _with_spans(text: str, line: int) -> Iterable[Passage]:
    yield Passage(line=line, text=_CODE_SPAN.sub(" ", text))
    for span in _CODE_SPAN.finditer(text):
        yield Passage(line=line, text=span[1], is_code=True)
