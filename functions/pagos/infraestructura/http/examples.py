"""Named examples of the requests of the payments API; tests send them."""

from __future__ import annotations

from typing import Final

CREAR_PAGO: Final = {
    "pago": {"id_afiliado": "afiliado-001", "monto": 100.50, "moneda": "COP", "referencia_pago": "test-ref-001"},
    "pago_de_una_campana": {
        "id_afiliado": "afiliado-001",
        "monto": 75,
        "moneda": "USD",
        "referencia_pago": "test-ref-002",
        "id_campana": "01a2172f-9c1d-7a2b-8e3f-4d5c6b7a8f90",
    },
}
REVERTIR_PAGO: Final = {"pedido_devuelto": {"motivo": "Pedido devuelto"}}
