"""What the operations of the campaigns API accept, answer and refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from campanas.dominio.errores import (
    CampanaCerradaError,
    CampanaNoEncontradaError,
    CampanaSinPresupuestoError,
    CampanaVencidaError,
    ClaveReutilizadaError,
    FechasNoValidasError,
    PresupuestoExcesivoError,
    PresupuestoMenorQueGastoError,
    TransicionNoPermitidaError,
    VersionDistintaError,
)
from campanas.infraestructura.http import answers, examples
from campanas.infraestructura.http.models import (
    ID_CAMPANA,
    IF_MATCH,
    CorregirMetricasBody,
    CrearCampanaBody,
    ModificarCampanaBody,
    Presupuesto,
)
from seedwork.dominio.dinero import MonedaDistintaError
from seedwork.dominio.domain_error import ConcurrencyError
from seedwork.infraestructura.idempotency.key import IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED

if TYPE_CHECKING:
    from seedwork.infraestructura.http.operation.declaration import Declaration

# What all changes of a campaign have in common.
CHANGE: Final[Declaration] = {
    "path_parameters": (ID_CAMPANA,),
    "headers": (IDEMPOTENCY_KEY, IF_MATCH),
    "answer": answers.CampanaCambiada,
    "answer_headers": (IDEMPOTENCY_REPLAYED,),
}
NO_CHANGE: Final = (CampanaNoEncontradaError, VersionDistintaError, ClaveReutilizadaError, ConcurrencyError)

CREAR: Final[Declaration] = {
    "headers": (IDEMPOTENCY_KEY,),
    "body": CrearCampanaBody,
    "examples": examples.CREAR_CAMPANA,
    "answer": answers.Campana,
    "answer_headers": (IDEMPOTENCY_REPLAYED,),
    "refuses": (FechasNoValidasError, PresupuestoExcesivoError, ClaveReutilizadaError),
}
MODIFICAR: Final[Declaration] = {
    **CHANGE,
    "body": ModificarCampanaBody,
    "examples": examples.MODIFICAR_CAMPANA,
    "refuses": (
        *NO_CHANGE,
        CampanaCerradaError,
        FechasNoValidasError,
        PresupuestoMenorQueGastoError,
        MonedaDistintaError,
    ),
}
ACTIVAR: Final[Declaration] = {
    **CHANGE,
    "refuses": (*NO_CHANGE, TransicionNoPermitidaError, CampanaSinPresupuestoError, CampanaVencidaError),
}
PAUSAR: Final[Declaration] = {
    **CHANGE,
    "refuses": (*NO_CHANGE, TransicionNoPermitidaError),
}
FINALIZAR: Final[Declaration] = {
    **CHANGE,
    "refuses": (*NO_CHANGE, TransicionNoPermitidaError),
}
CANCELAR: Final[Declaration] = {
    **CHANGE,
    "refuses": (*NO_CHANGE, TransicionNoPermitidaError),
}
CAMBIAR_PRESUPUESTO: Final[Declaration] = {
    **CHANGE,
    "body": Presupuesto,
    "examples": examples.PRESUPUESTO,
    "refuses": (*NO_CHANGE, CampanaCerradaError, PresupuestoMenorQueGastoError, MonedaDistintaError),
}
CORREGIR_METRICAS: Final[Declaration] = {
    **CHANGE,
    "body": CorregirMetricasBody,
    "examples": examples.CORREGIR_METRICAS,
    "refuses": (*NO_CHANGE, CampanaCerradaError),
}
CONSULTAR: Final[Declaration] = {
    "path_parameters": (ID_CAMPANA,),
    "answer": answers.Campana,
    "refuses": (CampanaNoEncontradaError,),
}
CONSULTAR_METRICAS: Final[Declaration] = {
    "path_parameters": (ID_CAMPANA,),
    "answer": answers.MetricasDeCampana,
    "refuses": (CampanaNoEncontradaError,),
}
