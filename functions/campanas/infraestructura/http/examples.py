"""Named examples of the requests of the campaigns API; tests send them."""

from __future__ import annotations

from typing import Final

CREAR_CAMPANA: Final = {
    "campana": {
        "nombre": "Verano",
        "presupuesto": {"monto": 1000, "moneda": "COP"},
        "fecha_inicio": "2026-11-01",
        "fecha_fin": "2027-12-31T23:59:59-05:00",
        "id_afiliado": "afiliado-001",
        "tipo": "PROMOCIONAL",
        "descripcion": "De temporada",
    }
}
MODIFICAR_CAMPANA: Final = {"otro_fin": {"nombre": "Invierno", "fecha_fin": "2028-01-01"}}
PRESUPUESTO: Final = {"presupuesto": {"monto": 3000, "moneda": "COP"}}
CORREGIR_METRICAS: Final = {"metricas": {"impresiones": 10, "clicks": 2, "conversiones": 1, "gasto_actual": 1.50}}
