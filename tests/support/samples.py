"""The samples in events/, which `aero invoke` and `sam local invoke` send to a function."""

from __future__ import annotations

from aero.deploy.template.document import load_template
from support.lambda_events import EVENTS, PROJECT

PREFIX = "aeropartners-${Stage}-"


def samples_of(package: str) -> set[str]:
    """Return the names of all samples of a package's functions, as `sample` takes them: `function/sample`."""
    functions = (
        resource["Properties"]
        for resource in load_template(PROJECT / "infra/template.yaml")["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    )
    folders = {
        function["FunctionName"]["Fn::Sub"].removeprefix(PREFIX)
        for function in functions
        if function["Handler"].partition(".")[0] == package
    }
    return {f"{folder}/{file.stem}" for folder in folders for file in (EVENTS / folder).glob("*.json")}
