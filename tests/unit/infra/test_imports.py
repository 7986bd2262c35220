"""A cold start imports only the slow packages that the function needs."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from unit.infra.test_template import FUNCTIONS

SLOW: Final = ("asyncio", "boto3", "chalice", "pg8000", "pulsar", "pydantic", "requests", "stripe")
# boto3 and stripe are imported where the payments functions first need them: an answer that needs neither is not late.
# boto3 is how the connector reads its configuration.
NEEDED: Final = {
    "campanas.api.app": {"chalice", "pg8000", "pydantic"},
    "campanas_proxy.api.handler": {"boto3"},
    "campanas.archivar.handler": {"pg8000"},
    "campanas.metricas_campanas.handler": {"pg8000", "pydantic"},
    "event_collector.api.app": {"chalice", "pg8000", "pydantic"},
    "event_collector.archivar.handler": {"pg8000"},
    "event_collector.conciliar_conversiones.handler": {"pg8000"},
    "event_collector.olvidar_repeticiones.handler": {"pg8000"},
    "event_collector.registrar_fallos.handler": {"pg8000", "pydantic"},
    "event_collector.seguir_comisiones.handler": {"pg8000", "pydantic"},
    "pagos.api.app": {"chalice", "pg8000", "pydantic"},
    "pagos.archivar.handler": {"pg8000"},
    "pagos.revertir_pago.app": {"chalice", "pg8000", "pydantic"},
    "pagos.procesar_pagos.handler": {"pg8000"},
    "pagos.conciliar_pagos.handler": {"pg8000"},
    "pagos.comisiones.handler": {"pg8000", "pydantic"},
    "portal.api.app": {"chalice", "pydantic"},
    "reportes.api.app": {"chalice", "pg8000", "pydantic"},
    "reportes.archivar.handler": {"pg8000"},
    "reportes.proyectar_reportes.handler": {"pg8000", "pydantic"},
    "pulsar_connector.relay.handler": {"boto3", "pg8000", "pulsar", "pydantic"},
    "pulsar_connector.api.app": {"chalice", "pg8000", "pydantic"},
    "pulsar_connector.bridge.handler": {"boto3", "pulsar", "pydantic"},
}


def test_the_table_lists_every_function() -> None:
    """The table has the template's functions and no others."""
    assert {function["Handler"] for function in FUNCTIONS.values()} == NEEDED.keys()


@pytest.mark.parametrize("handler", NEEDED)
def test_a_function_imports_only_the_slow_packages_it_needs(handler: str) -> None:
    """The slow packages are counted in a fresh interpreter."""
    module = handler.rpartition(".")[0]
    program = f"import sys, {module}; print(*(name for name in {SLOW} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert set(done.stdout.split()) == NEEDED[handler]
