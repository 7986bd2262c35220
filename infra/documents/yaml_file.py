"""The text of a document: YAML in the order in which the document was made."""

from __future__ import annotations

from typing import Any, Final

import yaml

HEAD: Final = "# Made from the code by `make documents`. Change the code instead of this file.\n"


# libyaml reads ten times as fast, where PyYAML has it.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Dumper(yaml.SafeDumper):
    """A dumper without anchors, which few readers of OpenAPI and AsyncAPI expect."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write repeated values again."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as lines."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def yaml_text(document: dict[str, Any], *, head: str = HEAD) -> str:
    """Return a document as YAML below a comment; the same document makes the same text."""
    return head + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def read_yaml(text: str) -> Any:
    """Return the document of a YAML text."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are safe ones
