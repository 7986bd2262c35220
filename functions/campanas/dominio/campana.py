"""The aggregate of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

from campanas.dominio.errores import (
    CampanaCerradaError,
    CampanaSinPresupuestoError,
    CampanaVencidaError,
    PresupuestoMenorQueGastoError,
    TransicionNoPermitidaError,
    VersionDistintaError,
)
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.eventos import (
    CampanaActivada,
    CampanaCancelada,
    CampanaCompletada,
    CampanaCreada,
    CampanaEvento,
    CampanaModificada,
    CampanaPausada,
    MetricasCorregidas,
    PresupuestoCambiado,
)
from campanas.dominio.metricas import Metricas
from seedwork.dominio.aggregate_root import AggregateRoot
from seedwork.dominio.dinero import MonedaDistintaError

if TYPE_CHECKING:
    from campanas.dominio.datos_de_campana import DatosDeCampana
    from campanas.dominio.metricas import Correccion
    from seedwork.dominio.dinero import Dinero

_ESTADOS: Final[Mapping[type[CampanaEvento], EstadoCampana]] = {
    CampanaCreada: EstadoCampana.CREATED,
    CampanaActivada: EstadoCampana.ACTIVE,
    CampanaPausada: EstadoCampana.PAUSED,
    CampanaCompletada: EstadoCampana.COMPLETED,
    CampanaCancelada: EstadoCampana.CANCELLED,
}


class Campana(AggregateRoot[CampanaEvento]):
    """A campaign of an affiliate. Every accepted command records an event, even if it changes nothing.

    `metricas` are sums over the events of other contexts. They are not events of the campaign, so its history stays
    short even if it is seen millions of times.
    """

    datos: DatosDeCampana
    estado: EstadoCampana
    fecha_creacion: datetime
    fecha_actualizacion: datetime

    def __init__(self, aggregate_id: UUID) -> None:
        super().__init__(aggregate_id)
        self.metricas = Metricas()

    @classmethod
    def crear(cls, id_campana: UUID, datos: DatosDeCampana, *, ahora: datetime) -> Self:
        """Create a campaign; its dates may be past, and it may have no budget yet."""
        campana = cls(id_campana)
        campana._record(CampanaCreada(datos=datos, ocurrido_en=ahora))
        return campana

    @classmethod
    def desde_instantanea(
        cls,
        id_campana: UUID,
        *,
        version: int,
        datos: DatosDeCampana,
        estado: EstadoCampana,
        fecha_creacion: datetime,
        fecha_actualizacion: datetime,
        metricas: Metricas,
    ) -> Self:
        """Restore the state that the events up to `version` led to, without reading them."""
        campana = cls(id_campana)
        campana.version, campana.datos, campana.estado = version, datos, estado
        campana.fecha_creacion, campana.fecha_actualizacion = fecha_creacion, fecha_actualizacion
        campana.metricas = metricas
        return campana

    def exigir_version(self, version: int) -> None:
        """Raises VersionDistintaError unless the campaign is still in the version that the caller has seen."""
        if version != self.version:
            raise VersionDistintaError(f"La campaña está en la versión {self.version}, no en la {version}.")

    def activar(self, *, ahora: datetime) -> None:
        """Start the campaign, or resume it.

        Raises TransicionNoPermitidaError, CampanaSinPresupuestoError, or CampanaVencidaError when its end is past.
        """
        self._exigir_estado("activar", EstadoCampana.CREATED, EstadoCampana.PAUSED)
        if not self.datos.presupuesto.monto:
            raise CampanaSinPresupuestoError("No se puede activar una campaña sin presupuesto.")
        if self.datos.fecha_fin <= ahora:
            raise CampanaVencidaError("No se puede activar una campaña cuyas fechas ya pasaron.")
        self._record(CampanaActivada(datos=self.datos, ocurrido_en=ahora))

    def pausar(self, *, ahora: datetime) -> None:
        """Pause the campaign; raises TransicionNoPermitidaError unless ACTIVE."""
        self._exigir_estado("pausar", EstadoCampana.ACTIVE)
        self._record(CampanaPausada(datos=self.datos, ocurrido_en=ahora))

    def completar(self, *, ahora: datetime) -> None:
        """Complete the campaign; raises TransicionNoPermitidaError unless ACTIVE or PAUSED."""
        self._exigir_estado("finalizar", EstadoCampana.ACTIVE, EstadoCampana.PAUSED)
        self._record(CampanaCompletada(datos=self.datos, ocurrido_en=ahora))

    def cancelar(self, *, ahora: datetime) -> None:
        """Cancel the campaign; raises CampanaCerradaError if it is closed already."""
        self._exigir_abierta()
        self._record(CampanaCancelada(datos=self.datos, ocurrido_en=ahora))

    def modificar(self, datos: DatosDeCampana, *, ahora: datetime) -> None:
        """Change everything but the budget; raises CampanaCerradaError."""
        self._exigir_abierta()
        nuevos = replace(datos, presupuesto=self.datos.presupuesto)
        self._record(CampanaModificada(datos=nuevos, ocurrido_en=ahora))

    def cambiar_presupuesto(self, presupuesto: Dinero, *, ahora: datetime) -> None:
        """Change the budget.

        Raises CampanaCerradaError, PresupuestoMenorQueGastoError, PresupuestoExcesivoError, or MonedaDistintaError when
        money was already spent in the present currency.
        """
        self._exigir_abierta()
        actual = self.datos.presupuesto
        if presupuesto.moneda is not actual.moneda and self.metricas.gasto(actual.moneda):
            raise MonedaDistintaError(f"Ya se gastó en {actual.moneda}: el presupuesto no puede cambiar de moneda.")
        if presupuesto.monto < (gasto := self.metricas.gasto(presupuesto.moneda)):
            raise PresupuestoMenorQueGastoError(f"El presupuesto no puede ser menor que lo gastado, {gasto}.")
        self._record(PresupuestoCambiado(datos=replace(self.datos, presupuesto=presupuesto), ocurrido_en=ahora))

    def corregir_metricas(self, correccion: Correccion, *, ahora: datetime) -> None:
        """Replace counted metrics with the given figures; raises CampanaCerradaError."""
        self._exigir_abierta()
        self._record(MetricasCorregidas(datos=self.datos, correccion=correccion, ocurrido_en=ahora))

    def _exigir_abierta(self) -> None:
        if self.estado.es_final:
            raise CampanaCerradaError(f"Una campaña en estado {self.estado} ya no se puede cambiar.")

    def _exigir_estado(self, accion: str, *permitidos: EstadoCampana) -> None:
        self._exigir_abierta()
        if self.estado not in permitidos:
            raise TransicionNoPermitidaError(f"No se puede {accion} una campaña en estado {self.estado}.")

    def _apply(self, event: CampanaEvento) -> None:
        self.datos = event.datos
        self.estado = _ESTADOS.get(type(event)) or self.estado
        if isinstance(event, CampanaCreada):
            self.fecha_creacion = event.ocurrido_en
        self.fecha_actualizacion = event.ocurrido_en
