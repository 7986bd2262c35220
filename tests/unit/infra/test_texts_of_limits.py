"""A caller gets a limit as JSON writes it, never as Python does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType
from typing import Annotated, Any, get_args

import annotated_types
import pytest
from pydantic import BaseModel, Field

import campanas.infraestructura.http.models
import event_collector.infraestructura.http.models
import pagos.infraestructura.http.models
import reportes.infraestructura.http.models
import reportes.infraestructura.published_version
from campanas.infraestructura.http.models import Presupuesto
from seedwork.infraestructura.http.problem_details import RequestError
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.text.field_types import DineroCampo, Monto

MODULES = (
    campanas.infraestructura.http.models,
    event_collector.infraestructura.http.models,
    pagos.infraestructura.http.models,
    reportes.infraestructura.http.models,
    reportes.infraestructura.published_version,
)
LIMITS = {
    annotated_types.Gt: "gt",
    annotated_types.Ge: "ge",
    annotated_types.Lt: "lt",
    annotated_types.Le: "le",
    annotated_types.MultipleOf: "multiple_of",
}


def models(module: ModuleType) -> Iterator[type[BaseModel]]:
    """List the models that the module reads or writes."""
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel:
            yield value


def limits(annotation: Any) -> Iterator[object]:
    """List the limits of a field's type, and of the types in it."""
    for part in (*getattr(annotation, "metadata", ()), *getattr(annotation, "__metadata__", ())):
        for constraint in getattr(part, "metadata", None) or [part]:
            yield from (getattr(constraint, name) for kind, name in LIMITS.items() if isinstance(constraint, kind))
    for inner in (getattr(annotation, "annotation", None), *get_args(annotation)):
        if inner is not None and not isinstance(inner, type):
            yield from limits(inner)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_pydantic_writes_every_limit_of_a_model_plainly(module: ModuleType) -> None:
    """Pydantic writes numbers and texts plainly; for other types behind a validator of ours it writes their `repr`."""
    found = [limit for model in models(module) for field in model.model_fields.values() for limit in limits(field)]
    assert {type(limit) for limit in found} <= {int, float, str}


class Ejemplo(BaseModel):
    """A model with limits whose types pydantic does not write plainly."""

    monto: Annotated[Monto, Field(ge=0, le=Decimal("9.99"))]
    opcional: Annotated[Monto, Field(gt=Decimal("0.5"))] | None = None
    varios: list[Annotated[Decimal, Field(multiple_of=Decimal("0.25"))]]


def test_limits_are_found_wherever_they_are() -> None:
    """Otherwise the test above would find nothing."""
    found = {limit for field in Ejemplo.model_fields.values() for limit in limits(field)}
    assert found == {0, Decimal("9.99"), Decimal("0.5"), Decimal("0.25")}


@pytest.mark.parametrize(
    ("model", "monto", "mensaje"),
    [
        (DineroCampo, "1000000000000", "debe ser menor o igual que 999999999999.99"),
        (DineroCampo, "999999999999.991", "admite como máximo 2 decimales"),
        (DineroCampo, "-0.01", "debe ser mayor o igual que 0"),
        (Presupuesto, "1000000.01", "debe ser menor o igual que 1000000"),
    ],
)
def test_an_error_about_an_amount_names_its_limits(model: type[BaseModel], monto: str, mensaje: str) -> None:
    """docs/api.md has the limits: at most 999,999,999,999.99 with at most two decimals, a budget up to 1,000,000."""
    with pytest.raises(RequestError) as error:
        validated({"monto": Decimal(monto), "moneda": "COP"}, model)
    [told] = error.value.problem.errores
    assert (told["campo"], told["mensaje"]) == ("monto", mensaje)
