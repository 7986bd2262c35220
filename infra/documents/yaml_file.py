"""The text of a document: YAML in the order in which the document was made."""

from __future__ import annotations

from typing import Any, Final

import yaml

HEAD: Final = "# Made from the code by `make documents`. Change the code instead of this file.\n"


class _Dumper(yaml.SafeDumper):
    """A dumper without anchors, which few readers of OpenAPI and AsyncAPI expect."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write repeated values again."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as lines."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def yaml_text(document: dict[str, Any]) -> str:
    """Return a document as YAML; the same document makes the same text."""
    return HEAD + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
