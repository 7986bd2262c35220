"""The scripts of a request: what is prepared before it, and what is tested, saved and repeated after it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from documents.postman.tour import Step

LONGEST_WAIT_SECONDS: Final = 60
PAUSE_MS: Final = 500
AT: Final = 'const at = path => path.split(".").reduce((part, name) => part?.[name], pm.response.json());'
FILLED: Final = 'const filled = value => typeof value === "string" ? pm.variables.replaceIn(value) : value;'


def before(step: Step) -> list[str]:
    """Return the script that gives variables a new value, the same for this request and the later ones."""
    return [
        f"pm.collectionVariables.set({_js(name)}, pm.variables.replaceIn({_js(value)}));"
        for name, value in step.before.items()
    ]


def after(step: Step, *, required: list[str]) -> list[str]:
    """Return the script of the tests, of the variables that the answer gives, and of the repetition."""
    lines = [f'pm.test("responde {step.status}", () => pm.response.to.have.status({step.status}));']
    if required:
        lines.append(
            f'pm.test("tiene sus campos", () => pm.expect(pm.response.json()).to.include.all.keys({_js(required)}));'
        )
    for name, value in step.answer_headers.items():
        lines.append(
            f"pm.test({_js(f'cabecera {name}')}, () => pm.expect(pm.response.headers.get({_js(name)}))"
            f".to.match(new RegExp({_js(value)})));"
        )
    for path, value in step.equal.items():
        lines.append(
            f"pm.test({_js(_title(path, value))}, () => pm.expect(at({_js(path)})).to.eql(filled({_js(value)})));"
        )
    for name, path in step.saves.items():
        lines.append(f"pm.collectionVariables.set({_js(name)}, at({_js(path)}));")
    if step.equal:
        lines.insert(0, FILLED)
    if step.equal or step.saves or step.until:
        lines.insert(0, AT)
    return _repeated(step, lines) if step.until else lines


def _repeated(step: Step, lines: list[str]) -> list[str]:
    """Send the request again until it is answered as wanted, then run the lines."""
    most = LONGEST_WAIT_SECONDS * 1000 // PAUSE_MS
    wanted = " && ".join(f"{_js(values)}.includes(at({_js(path)}))" for path, values in step.until.items())
    first = [line for line in lines if line in (AT, FILLED)]
    return [
        *first,
        'const times = Number(pm.collectionVariables.get("repeticiones") || 0);',
        f"if (pm.response.code === {step.status} && !({wanted}) && times < {most}) {{",
        '    pm.collectionVariables.set("repeticiones", times + 1);',
        "    pm.execution.setNextRequest(pm.info.requestName);",
        f"    setTimeout(() => {{}}, {PAUSE_MS});",
        "} else {",
        '    pm.collectionVariables.set("repeticiones", 0);',
        *(
            f"    pm.test({_js(f'{path}: ' + ' o '.join(map(str, values)))}, "
            f"() => pm.expect(at({_js(path)})).to.be.oneOf({_js(values)}));"
            for path, values in step.until.items()
        ),
        *(f"    {line}" for line in lines if line not in first),
        "}",
    ]


def _title(path: str, value: Any) -> str:
    """Name a test by its field and value; the name of a test shows no variables' values."""
    return path if "{{" in str(value) else f"{path}: {json.dumps(value, ensure_ascii=False)}"


def _js(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
