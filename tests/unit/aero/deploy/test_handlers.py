"""Every handler is loaded before a deploy."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil
import pytest

from aero.deploy import handlers
from aero.deploy.handlers import BrokenHandlersError, require_loadable
from support.eventually import eventually

TEMPLATE: Final = """
Globals: {Function: {Layers: [!Ref SeedworkLayer]}}
Resources:
  SeedworkLayer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: ../layers/seedwork}}
  PagosApi: {Type: AWS::Serverless::Function, Properties: {Handler: pagos.api.app, CodeUri: PagosApi}}
  ProcesarPagos:
    Type: AWS::Serverless::Function
    Properties: {Handler: pagos.procesar_pagos.handler, CodeUri: ProcesarPagos}
  Table: {Type: AWS::DynamoDB::Table}
"""


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Make a build of two functions of one context and a layer, all without mistakes."""
    for file, text in {
        "layers/seedwork/python/seedwork/__init__.py": "",
        "layers/seedwork/python/seedwork/money.py": "COP = 'COP'\n",
        "build/template.yaml": TEMPLATE,
        "build/PagosApi/pagos/api.py": "from seedwork.money import COP\nfrom pagos.rules import RULES\napp = RULES\n",
        "build/PagosApi/pagos/rules.py": "RULES = 1\n",
        "build/ProcesarPagos/pagos/procesar_pagos.py": "import boto3\nprint('loaded')\ndef handler(*_): ...\n",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    return tmp_path / "build"


def refusal(build: Path) -> str:
    """Return the error message for a build that cannot be deployed."""
    with pytest.raises(BrokenHandlersError) as refused:
        asyncio.run(require_loadable(build))
    return refused.value.message


def test_a_build_that_can_be_loaded_is_accepted(build: Path) -> None:
    """Handlers may import Lambda's own packages, such as boto3. The packages stay unchanged."""
    before = sorted(build.rglob("*"))
    asyncio.run(require_loadable(build))
    assert sorted(build.rglob("*")) == before


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("pagos/api.py", "def app(:\n", "functions/pagos/api.py, line 1: SyntaxError: invalid syntax"),
        (
            "pagos/rules.py",
            "\nRULES = 1 / 0\n",
            "functions/pagos/rules.py, line 2: ZeroDivisionError: division by zero",
        ),
        ("pagos/api.py", "import campanas\n", "line 1: ModuleNotFoundError: No module named 'campanas'"),
        ("pagos/api.py", "apps = 1\n", "AttributeError: module 'pagos.api' has no attribute 'app'"),
        ("pagos/api.py", "raise SystemExit\n", "functions/pagos/api.py, line 1: SystemExit"),
        ("pagos/api.py", "import os; os._exit(7)\n", "loading it ends its process (7)"),
    ],
)
def test_a_mistake_is_named_with_its_line(build: Path, file: str, text: str, expected: str) -> None:
    """The path is that of the working tree. A function sees its own context only, and other functions are not named."""
    (build / "PagosApi" / file).write_text(text)
    message = refusal(build)
    assert message.startswith("PagosApi cannot be loaded: ")
    assert expected in message
    assert "ProcesarPagos" not in message


def test_consumers_are_loaded_too_and_all_mistakes_are_reported(build: Path) -> None:
    """Consumers get no first request that would show their mistakes."""
    (build / "PagosApi/pagos/api.py").write_text("nothing\n")
    (build / "ProcesarPagos/pagos/procesar_pagos.py").unlink()
    assert refusal(build).splitlines() == [
        "PagosApi cannot be loaded: functions/pagos/api.py, line 1: NameError: name 'nothing' is not defined",
        "ProcesarPagos cannot be loaded: ModuleNotFoundError: No module named 'pagos.procesar_pagos'",
    ]


NEVER_ENDS: Final = """
import subprocess, sys, time
child = [sys.executable, "-c", "import time; time.sleep(600)"]
pids = [os.getpid()] + [subprocess.Popen(child, start_new_session=own).pid for own in (False, True)]
open(PIDS, "w").write(" ".join(map(str, pids)))
time.sleep(600)
"""


def test_an_import_that_never_ends_is_given_up(build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The handler is named after the mistakes found before. Its process and descendants are killed."""
    monkeypatch.setattr(handlers, "LOAD_SECONDS", 5.0)
    pids = tmp_path / "pids"
    (build / "PagosApi/pagos/api.py").write_text("nothing\n")
    (build / "ProcesarPagos/pagos/procesar_pagos.py").write_text(f"import os\nPIDS = {str(pids)!r}\n{NEVER_ENDS}")
    assert refusal(build).splitlines() == [
        "PagosApi cannot be loaded: functions/pagos/api.py, line 1: NameError: name 'nothing' is not defined",
        "ProcesarPagos cannot be loaded: its import does not end within 5 s; Lambda allows 10 s",
    ]
    left = [int(pid) for pid in pids.read_text().split()]
    assert len(left) == 3
    eventually(lambda: not any(map(_runs, left)), seconds=20, what="the end of all its processes")


def test_a_layer_whose_import_never_ends_is_named(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the layer, not a function."""
    monkeypatch.setattr(handlers, "LOAD_SECONDS", 1.0)
    (build.parent / "layers/seedwork/python/seedwork/__init__.py").write_text("import time; time.sleep(600)\n")
    assert refusal(build).startswith("seedwork cannot be loaded: its import does not end within 1 s")


def test_each_handler_has_its_own_time_limit(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many handlers may take longer in total."""
    monkeypatch.setattr(handlers, "LOAD_SECONDS", 6.0)
    for file in ("PagosApi/pagos/api.py", "ProcesarPagos/pagos/procesar_pagos.py"):
        (build / file).write_text("import time; time.sleep(3.2); app = handler = 1\n")
    asyncio.run(require_loadable(build))


def _runs(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False
