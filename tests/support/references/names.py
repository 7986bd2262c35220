"""Finds names in a text that name nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from support.references.passages import anchors, is_markdown, links, passages
from support.references.project import AERO, options, subcommands

if TYPE_CHECKING:
    from support.references.project import Project

_URL: Final = re.compile(r"\w+://\S+")
_PATH: Final = re.compile(
    r"(?<![\w./$~>}-])(?:functions|infra|layers|tests|events|docs|\.ci|\.github|\.vscode)/[\w./*{},<>…-]+"
)
_NOT_A_PATH: Final = re.compile(r"events/s\b")  # a rate
_FILE: Final = re.compile(
    r"(?<![\w./*<>{}…$@-])[\w-][\w.-]*(?:/[\w.-]+)*\.(?:py|md|toml|lock|ya?ml|sql|conf)(?![\w*/(-])"
)
_OF_LAMBDA: Final = {"bin/", "lib/"}  # of a layer
_FOLDER: Final = re.compile(r"[a-z_][\w-]*(?:/[\w-]+)*/")
_DOCUMENT: Final = re.compile(
    r"\b(README|LICEN[CS]E|CONTRIBUTING|CHANGELOG|SECURITY|DESIGN|FACTS|STYLE|AUTHORS|COPYING|ROADMAP)\b(?![.*_/])"
)
_MAKE: Final = re.compile(r"(?:^|[\s;&|])make ([a-z][\w-]*)(?: ARGS=(?:\"([^\"]*)\"|(\S+)))?")
_AERO: Final = re.compile(r"(?<![\w./-])aero ((?:(?!\baero ).)+)")
_VARIABLE: Final = re.compile(r"\bAERO_[A-Z_]+\b")
_END: Final = {"|", "||", "&&", ";", "#", ">", ">>"}
_PLACEHOLDER: Final = re.compile(r"[A-Z<…$\"'(\[]")


def false_names(name: str, text: str, project: Project) -> Iterator[str]:
    """Yield a sentence for each name in the text of the file `name` that names nothing."""
    for passage in passages(name, text):
        bare = _URL.sub(" ", passage.text)
        for problem in _in_text(bare, name, project, is_code=passage.is_code):
            yield f"{name}:{passage.line}: {problem}"
        for problem in _in_code(bare, project) if passage.is_code else ():
            yield f"{name}:{passage.line}: {problem}"
        for problem in _in_commands(bare) if passage.is_code or passage.is_cure else ():
            yield f"{name}:{passage.line}: {problem}"
    if is_markdown(name):
        for link in links(text):
            for problem in _in_link(link.target, name, text, project):
                yield f"{name}:{link.line}: {problem}"


def _in_text(text: str, name: str, project: Project, *, is_code: bool) -> Iterator[str]:
    for found in _PATH.findall(_NOT_A_PATH.sub(" ", text)):
        for path in _paths(found):
            if not _is_a_pair_of_words(path, is_code=is_code) and not project.has(path, seen_from=name):
                yield f"there is no {path}"
    for found in _FILE.findall(_PATH.sub(" ", text)):
        if not project.has_somewhere(found):
            yield f"there is no file {found}"
    for document in _DOCUMENT.findall(text):
        if not any(PurePosixPath(file).stem == document for file in project.files):
            yield f"there is no document {document}"
    for variable in _VARIABLE.findall(text):
        if not variable.endswith("_") and variable not in project.variables:
            yield f"aero reads no {variable}"


def _is_a_pair_of_words(path: str, *, is_code: bool) -> bool:
    """Prose has pairs such as tests/functions; a path has more parts, an extension, or is code."""
    return not is_code and path.count("/") == 1 and "." not in path and not path.endswith("/")


def _in_code(text: str, project: Project) -> Iterator[str]:
    if _FOLDER.fullmatch(text) and text not in _OF_LAMBDA and not project.has_somewhere(text):
        yield f"there is no folder {text}"
    if re.match(r"--\w", text) and (option := re.split(r"[ =…]", text)[0]) not in project.options:
        yield f"no command has {option}"
    for target, quoted, plain in _MAKE.findall(text):
        if target not in project.make_targets:
            yield f"there is no make {target}"
        elif target in {"up", "down"}:
            yield from _in_command(f"{target} {quoted or plain}")


def _in_commands(text: str) -> Iterator[str]:
    for command in _AERO.findall(text):
        yield from _in_command(command)


def _in_command(text: str) -> Iterator[str]:
    command = AERO
    path = "aero"
    for word in (word.strip("`,.:()") for word in text.split()):
        inner = subcommands(command)
        if word in _END or not word:
            return
        if word.startswith("-"):
            if re.match(r"--?[a-z]", word) and word.split("=")[0].rstrip("…") not in set(options(command)):
                yield f"{path} has no option {word}"
        elif word in inner:
            command, path = inner[word], f"{path} {word}"
        elif inner:
            if not _PLACEHOLDER.match(word):
                yield f"there is no {path} {word}"
            return


def _in_link(target: str, name: str, text: str, project: Project) -> Iterator[str]:
    path, _, anchor = target.partition("#")
    file = PurePosixPath(name)
    if path:
        file = PurePosixPath(_normalised(file.parent / path))
        if str(file) not in project.files | project.folders:
            yield f"the link {target} leads nowhere"
            return
        text = (project.root / file).read_text(encoding="utf-8") if anchor else ""
    if anchor and anchor not in anchors(text):
        yield f"{file} has no heading #{anchor}"


def _normalised(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or "."


def _paths(found: str) -> Iterator[str]:
    """Yield the paths that a text with braces stands for, with `*` for what it leaves open."""
    text = found.rstrip(".,:-")
    if text.count("{") != text.count("}"):
        text = text.partition("{")[0]
    text = re.sub(r"<[^>]*>|…", "*", text.split("<")[0] if text.count("<") != text.count(">") else text)
    parts = [part.split(",") for part in re.split(r"[{}]", text)]
    if "{" not in text:
        parts = [[text.partition(",")[0]]]
    yield from map("".join, itertools.product(*parts))
