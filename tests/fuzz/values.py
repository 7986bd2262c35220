"""Generates values that often break programs, and documents with such values in wrong places."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

# These are written into JSON text unquoted.
NUMBERS: Final = (
    "0", "-0", "-0.0", "-1", "0.001", "1e2", "100.5000", "1e308", "1e400", "-1e400", "1e-400", "9" * 400,
    "0." + "9" * 400,
    "1e99999999999999999999", "NaN", "Infinity", "01", "1.", "9223372036854775808", "1e1000000",
)  # fmt: skip
TEXTS: Final = (
    "", " ", "-", "null", "0", "x" * 101, "x" * 3_000, "\0", "a\0b", "\x1f", "\x7f", "\u0085", "\u200b", "\ufeff",
    "\u202e",
    "\ud800", "\udfff\ud800", "\U0001f600", "\u00e9", "e\u0301", "\uff1d", "=1+1", "' or 1=1 --", "../../etc/passwd",
    "%00", "%s%n", "${jndi:ldap://x}", "{{7*7}}", "<script>", "javascript:alert(1)", "capacitor://localhost",
    "2026-11-01",
    "2026-11-01+05:00", "2026-11-01T24:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "00000000-0000-0000-0000-000000000000", "AFILIADO-001", "afiliado-001\u200b", "COP", "v2", "CONVERSION",
)  # fmt: skip
texts: Final = st.sampled_from(TEXTS) | st.text(max_size=20)


def _deep(depth: int) -> str:
    return "[" * depth + "]" * depth


# Draws pieces of JSON text.
pieces: Final = st.one_of(
    st.sampled_from(("null", "true", "{}", "[]", '""', "0", '{"a":{"a":[{}]}}', '[""]')),
    st.sampled_from(NUMBERS),
    st.sampled_from((9, 100, 900, 30_000)).map(_deep),
    texts.map(json.dumps),
    st.sampled_from(('"\\ud800"', '"\\u0000"', '"\\udc00x"', '{"\\u0000":1}', '{"a":1,"a":2}', "[1e308,1e308]")),
)


@st.composite
def documents(draw: st.DrawFn, right: dict[str, Any] | None) -> str:
    """Draw a valid document, one with missing, changed or repeated members, any other JSON value, or broken JSON."""
    kind = draw(st.sampled_from(("right", "changed", "piece", "broken")))
    if right is None or kind == "piece":
        return draw(pieces)
    members = {name: json.dumps(value) for name, value in right.items()}
    again = ""
    if kind != "right":
        for name in draw(st.lists(st.sampled_from(sorted(members)), min_size=1, max_size=3, unique=True)):
            if draw(st.booleans()):
                members[name] = draw(pieces)
            else:
                del members[name]
        if draw(st.booleans()):
            members[draw(texts)] = draw(pieces)
        if members and not draw(st.integers(0, 3)):
            name = draw(st.sampled_from(sorted(members)))
            again = f",{json.dumps(name)}:{draw(st.just(members[name]) | pieces)}"
    text = "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in members.items()) + again + "}"
    return (
        draw(st.sampled_from((text[:-1], text + "x", text[: len(text) // 2], "\ufeff" + text)))
        if kind == "broken"
        else text
    )


def encoded(text: str, *, raw: bool) -> str:
    """Encode a part of a path or query: percent-encoded, or raw as many clients write it."""
    if raw:
        return "".join(character for character in text if "!" <= character <= "~" and character not in "#?")
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
