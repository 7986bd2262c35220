"""Every handler is loaded before it is deployed."""

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
    """Two functions of one context and a layer, all of which can be loaded."""
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
    """What is said about a build that cannot be deployed."""
    with pytest.raises(BrokenHandlersError) as refused:
        asyncio.run(require_loadable(build))
    return refused.value.message


def test_what_can_be_loaded_may_be_deployed(build: Path) -> None:
    """With what Lambda itself has, as boto3; nothing is left in the packages."""
    before = sorted(build.rglob("*"))
    asyncio.run(require_loadable(build))
    assert sorted(build.rglob("*")) == before


@pytest.mark.parametrize(
    ("file", "text", "said"),
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
def test_a_mistake_is_named_with_its_line(build: Path, file: str, text: str, said: str) -> None:
    """As the working tree calls the file; a function sees its own context alone, and the others are not to blame."""
    (build / "PagosApi" / file).write_text(text)
    message = refusal(build)
    assert message.startswith("PagosApi cannot be loaded: ")
    assert said in message
    assert "ProcesarPagos" not in message


def test_consumers_are_loaded_too_and_all_mistakes_are_said(build: Path) -> None:
    """Their mistakes would be found by nobody's first request."""
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
    """It is named, like the mistakes that were found before, and nothing of it is left: neither it nor its children."""
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
    eventually(lambda: not any(map(_runs, left)), seconds=20, what="an end of all that it started")


def test_a_layer_whose_import_never_ends_is_named(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No function is to blame for it."""
    monkeypatch.setattr(handlers, "LOAD_SECONDS", 1.0)
    (build.parent / "layers/seedwork/python/seedwork/__init__.py").write_text("import time; time.sleep(600)\n")
    assert refusal(build).startswith("seedwork cannot be loaded: its import does not end within 1 s")


def test_each_handler_has_its_time(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many of them may take longer together."""
    monkeypatch.setattr(handlers, "LOAD_SECONDS", 6.0)
    for file in ("PagosApi/pagos/api.py", "ProcesarPagos/pagos/procesar_pagos.py"):
        (build / file).write_text("import time; time.sleep(3.2); app = handler = 1\n")
    asyncio.run(require_loadable(build))


def _runs(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False
