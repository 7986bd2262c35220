"""Random events, few enough of each kind to interact: at the ends of days, months and years, and within them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import UUID

from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.seguimiento import TipoSeguimiento
from seedwork.dominio.dinero import Moneda
from support.reportes.builders import luego, un_evento, un_pago, una_campana

if TYPE_CHECKING:
    from reportes.dominio.pago_reportado import PagoReportado
    from support.reportes.builders import Dato

CAMPANAS: Final = (UUID(int=100), UUID(int=101), None)
AFILIADOS: Final = ("a", "b")
DIAS: Final = (
    (2023, 12, 31), (2024, 1, 1), (2024, 2, 28), (2024, 2, 29), (2024, 3, 1), (2024, 3, 15), (2024, 12, 31),
    (2025, 2, 28), (2025, 3, 1), (2026, 1, 1),
)  # fmt: skip
HORAS: Final = (timedelta(0), timedelta(microseconds=1), timedelta(hours=5), timedelta(hours=24, microseconds=-1))
INSTANTES: Final = tuple(datetime(*dia, tzinfo=UTC) + hora for dia in DIAS for hora in HORAS)


def un_pago_cualquiera(random: Random, id_pago: UUID) -> list[PagoReportado]:
    """Return a payment's history: accepted, perhaps paid or failed, perhaps reversed."""
    centavos, moneda, instante = random.randrange(1, 100_000), random.choice(list(Moneda)), random.choice(INSTANTES)
    primero = un_pago(
        f"{centavos / 100:.2f}",
        moneda,
        id=id_pago,
        fecha=instante,
        id_campana=random.choice(CAMPANAS),
        id_afiliado=random.choice(AFILIADOS),
    )
    desenlace = random.choice([EstadoReportado.COMPLETED, EstadoReportado.FAILED, EstadoReportado.VOIDED])
    pasos = [(desenlace, 3), (EstadoReportado.REVERSED, 6)][: random.randrange(3)]
    return [primero] + [
        luego(primero, estado, version=version, fecha=random.choice(INSTANTES)) for estado, version in pasos
    ]


def un_evento_cualquiera(random: Random, number: int) -> Dato:
    """Return the tracking event of that number, always the same; its id has letters of other scripts."""
    return un_evento(
        list(TipoSeguimiento)[number % 4],
        id=f"ñ-{number}",
        fecha=INSTANTES[number % len(INSTANTES)],
        id_campana=random.choice(CAMPANAS),
        id_afiliado=AFILIADOS[number % 2],
    )


def unos_datos(random: Random, *, pagos: int, eventos: int) -> list[Dato]:
    """Return payments with all their events, tracking events and a campaign's names, in random order."""
    datos: list[Dato] = [un_evento_cualquiera(random, number) for number in range(eventos)]
    datos += [una_campana(f"Nombre {version}", id=UUID(int=100), version=version) for version in (1, 2, 3)]
    for number in range(1, pagos + 1):
        datos += un_pago_cualquiera(random, UUID(int=number))
    random.shuffle(datos)
    return datos
