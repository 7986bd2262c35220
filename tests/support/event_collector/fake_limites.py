"""The limits of affiliates in memory."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from event_collector.aplicacion.limites import Limites
from event_collector.dominio.cupo import VENTANAS_CONSERVADAS, Cupo, hasta_la_siguiente, ventana
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError


class FakeLimites(Limites):
    """Counts exactly; while `caido`, the counts are unavailable."""

    def __init__(self) -> None:
        self.caido = False
        self._usados: Counter[tuple[str, int]] = Counter()

    @override
    def reservar(self, id_afiliado: str, eventos: int, *, limite: int, ahora: datetime) -> Cupo:
        if self.caido:
            return Cupo.sin_contar(limite, eventos, ahora=ahora)
        esta = (id_afiliado, ventana(ahora))
        concedidos = max(0, min(eventos, limite - self._usados[esta]))
        self._usados[esta] += concedidos
        return Cupo(
            limite=limite,
            concedidos=concedidos,
            usados=self._usados[esta],
            reinicia_en_segundos=hasta_la_siguiente(ahora),
        )

    @override
    def usados(self, id_afiliado: str, *, ventanas: int, ahora: datetime) -> int:
        self._exigir_que_responda()
        return sum(self._usados[id_afiliado, ventana(ahora) - atras] for atras in range(ventanas))

    @override
    def reiniciar(self, id_afiliado: str, *, ahora: datetime) -> None:
        self._exigir_que_responda()
        for atras in range(VENTANAS_CONSERVADAS):
            del self._usados[id_afiliado, ventana(ahora) - atras]

    def _exigir_que_responda(self) -> None:
        if self.caido:
            raise DependencyUnavailableError("dynamodb")
