"""Named examples of the requests of the event collector's API; tests send them."""

from __future__ import annotations

from typing import Final

EVENTO: Final = {
    "click": {
        "tipo_evento": "CLICK",
        "id_afiliado": "afiliado-001",
        "url": "https://tienda.example/?utm_source=boletin",
    },
    "conversion": {
        "tipo_evento": "CONVERSION",
        "id_afiliado": "afiliado-001",
        "valor_conversion": 49.90,
        "moneda": "COP",
        "id_evento_cliente": "pedido-1001",
        "datos_custom": {"pedido": {"articulos": 3}},
    },
}
LOTE: Final = {
    "dos_eventos": {
        "eventos": [
            {"tipo_evento": "IMPRESSION", "id_afiliado": "afiliado-001", "id_evento_cliente": "impresion-1001"},
            {"tipo_evento": "CLICK", "id_afiliado": "afiliado-001", "id_evento_cliente": "click-1001"},
        ]
    }
}
REINTENTO: Final = {"forzado": {"forzar_reproceso": True}}
