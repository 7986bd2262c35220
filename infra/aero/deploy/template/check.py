"""Finds mistakes that AWS would refuse in a template, by SAM's translator and cfn-lint; LocalStack accepts many.

This is a separate program, since both tools use a whole processor for seconds. It writes a list of sentences as JSON to
its standard output. cfn-lint gets the template translated by SAM: it knows little of SAM's own forms, but all of
CloudFormation's, down to the limits of single properties.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from aero.deploy.sam import last_words
from aero.deploy.template.document import line_of
from aero.platform.naming import REGION

if TYPE_CHECKING:
    from cfnlint.match import Match

_NO_FAULT: Final = ("E0002",)  # the code of a crashed rule
_BROAD: Final = ("E3034", "E3031", "E3017")  # any other rule on the same property is more specific
_CHOICE: Final = re.compile(r"^(?P<value>'[^']*'|\S+) is not one of (?P<choice>\[[^\]]*\])")
_UNKNOWN: Final = re.compile(
    r"^Additional properties are not allowed \('[^']*' was unexpected(?:\. Did you mean '([^']*)'\?)?\)"
)
_LIST: Final = re.compile(r", one of \[[^\]]*\]")
_SHORT: Final = 8


class _NoManagedPolicies:
    """A loader of managed policies that knows none, since the template names none; it avoids a request to AWS."""

    def load(self) -> dict[str, str]:
        """Return the ARNs of managed policies by name."""
        return {}


def main() -> None:
    """Check the template named by the argument."""
    os.environ["AWS_DEFAULT_REGION"] = REGION
    logging.disable()
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    with contextlib.redirect_stdout(sys.stderr):  # libraries may print messages
        found = problems(text)
    print(json.dumps(found))  # noqa: T201 - the answer of this program


def problems(text: str) -> list[str]:
    """Return a sentence for each mistake, with its resource, property and line. Errors of the libraries are raised."""
    from samcli.commands.validate.lib.exceptions import InvalidSamDocumentException  # noqa: PLC0415 - slow, as below
    from samcli.lib.translate.sam_template_validator import SamTemplateValidator  # noqa: PLC0415
    from samcli.yamlhelper import yaml_parse  # noqa: PLC0415

    validator = SamTemplateValidator(yaml_parse(text), _NoManagedPolicies(), region=REGION)
    try:
        translated = validator.get_translated_template_if_valid()
    except InvalidSamDocumentException as error:
        refusal = last_words(f"Error: {error}")
        # For a misspelt property cfn-lint knows the line and the right name. For other mistakes SAM knows more.
        return (_sentences(_linted(text), text) if "not defined for resource" in refusal else []) or [refusal]
    return _sentences(_linted(translated), text)


def _linted(text: str) -> list[Match]:
    from cfnlint.api import lint  # noqa: PLC0415

    found = lint(text, regions=[REGION])
    return [match for match in found if match.rule.severity == "error" and match.rule.id not in _NO_FAULT]


def _sentences(matches: Sequence[Match], text: str) -> list[str]:
    """Return one sentence for each property. A mistake in Globals is reported once for all functions."""
    best: dict[tuple[str | int, ...], Match] = {}
    for match in sorted(matches, key=_generality, reverse=True):
        best[_property(match)] = match
    return list(dict.fromkeys(_sentence(path, best[path], text) for path in sorted(best, key=str)))


def _generality(match: Match) -> tuple[bool, bool, str]:
    vague = "not valid under any" in match.message or "does not match" in match.message
    return vague, match.rule.id in _BROAD, match.rule.id


def _property(match: Match) -> tuple[str | int, ...]:
    """Return the path of a property, without the intrinsic function in its value."""
    path = list(getattr(match, "path", None) or [])
    functions = [index for index, part in enumerate(path) if part == "Ref" or str(part).startswith("Fn::")]
    return tuple(path[: functions[0]] if functions else path)


def _sentence(path: Sequence[str | int], match: Match, text: str) -> str:
    owner, *rest = path[1:] if path[:1] == ("Resources",) and len(path) > 1 else (*path, "the template")[:1]
    names = [str(part) for part in rest if part != "Properties"]
    mistake = _reworded(match.message, is_reference=len(_property(match)) < len(getattr(match, "path", None) or []))
    source, made_of = _in_source(path, text)
    if source[:1] == ["Globals"]:
        owner = "Globals"
    where = f"{owner}{made_of}: " + (f"{'.'.join(names)}: " if names else "")
    if path[:1] != ("Resources",):
        where = f"{'.'.join(map(str, path))}: " if path else ""
    line = line_of(text, source)
    return f"{where}{mistake}" + (f" (line {line})" if line else "")


def _in_source(path: Sequence[str | int], text: str) -> tuple[list[str | int], str]:
    """Return the path in the source template, and a note on the source resource if SAM generated this one."""
    document = yaml.compose(text, yaml.SafeLoader)
    resources = _children(_children(document).get("Resources"))
    name = str(path[1]) if len(path) > 1 else ""
    if path[:1] != ("Resources",) or name in resources:
        own = _children(_children(resources.get(name)).get("Properties"))
        shared = _children(_children(_children(document).get("Globals")).get("Function"))
        key = str(path[3]) if len(path) > 3 else ""  # noqa: PLR2004 - Resources, its name, Properties, its name
        if key and key not in own and key in shared:
            return ["Globals", "Function", *path[3:]], ""
        return list(path), ""
    makers = [known for known in resources if name.startswith(known)]
    maker = max(makers, key=len, default="")
    return (["Resources", maker], f", made of {maker}") if maker else ([], "")


def _children(node: Any) -> Mapping[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _reworded(message: str, *, is_reference: bool) -> str:
    """Return a message with the most similar value in place of a hundred possible values."""
    message = _LIST.sub("", " ".join(message.split()).rstrip("."))
    if unknown := _UNKNOWN.match(message):
        return "there is no such property" + (f"; did you mean {unknown[1]}?" if unknown[1] else "")
    if not (found := _CHOICE.match(message)):
        return message
    value, choice = found["value"].strip("'"), list(_choice(found["choice"]))
    alike = [] if value.isdigit() else difflib.get_close_matches(value, choice, n=1)
    hint = f"; did you mean {alike[0]}?" if alike else ""
    if is_reference:
        return f"{value} does not exist in the template{hint}"
    if len(choice) <= _SHORT:
        return f"{value} is not one of {', '.join(choice)}{hint}"
    return f"{value} is not one of the {len(choice)} values that AWS knows{hint}"


def _choice(text: str) -> Iterator[str]:
    with contextlib.suppress(SyntaxError, ValueError):  # another version of cfn-lint may have another format
        yield from map(str, ast.literal_eval(text))


if __name__ == "__main__":
    main()
