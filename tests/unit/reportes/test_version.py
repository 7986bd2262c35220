"""Each affiliate has a fixed version: the active one, or that of the canary."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportes.dominio.errores import CanarioNoValidoError
from reportes.dominio.version import Version
from support.reportes.builders import un_reparto

AFILIADOS = st.text(min_size=1, max_size=100)
PORCENTAJES = st.integers(0, 100)
MUCHOS: Final = 5_000


@pytest.mark.parametrize("activa", Version)
@given(id_afiliado=st.none() | AFILIADOS)
def test_without_a_canary_every_affiliate_gets_the_active_version(activa: Version, id_afiliado: str | None) -> None:
    """The affiliate does not matter."""
    assert un_reparto(activa).version_de(id_afiliado) is activa


def test_an_affiliate_gets_the_same_version_at_every_request() -> None:
    """It does not depend on the function or the deploy: the first of a tenth are these."""
    reparto = un_reparto("v1", "v2", 10)
    con = [number for number in range(50) if reparto.version_de(f"afiliado-{number:03}") is Version.V2]
    assert con == [3, 4, 38, 40, 45]


@given(id_afiliado=AFILIADOS, porcentajes=st.lists(PORCENTAJES, min_size=2, max_size=2).map(sorted))
def test_an_affiliate_in_the_canary_stays_in_it(id_afiliado: str, porcentajes: list[int]) -> None:
    """It keeps it at every higher percentage."""
    menos, mas = (un_reparto("v1", "v2", porcentaje) for porcentaje in porcentajes)
    assert menos.version_de(id_afiliado) is Version.V1 or mas.version_de(id_afiliado) is Version.V2


@given(id_afiliado=AFILIADOS, porcentaje=PORCENTAJES)
def test_every_canary_version_has_the_same_affiliates(id_afiliado: str, porcentaje: int) -> None:
    """A canary back to the old version selects the same affiliates."""
    ida, vuelta = un_reparto("v1", "v2", porcentaje), un_reparto("v2", "v1", porcentaje)
    assert (ida.version_de(id_afiliado) is Version.V2) is (vuelta.version_de(id_afiliado) is Version.V1)


@pytest.mark.parametrize("porcentaje", [0, 1, 10, 50, 99, 100])
def test_the_canary_has_about_its_percentage_of_affiliates(porcentaje: int) -> None:
    """Affiliates with consecutive names are spread evenly; 0 % is none, 100 % is all."""
    reparto = un_reparto("v1", "v2", porcentaje)
    con = sum(reparto.version_de(f"afiliado-{number:03}") is Version.V2 for number in range(MUCHOS))
    assert abs(con / MUCHOS * 100 - porcentaje) < (2 if 0 < porcentaje < 100 else 1 / MUCHOS)


@given(porcentaje=PORCENTAJES)
def test_a_request_without_affiliate_gets_the_active_version(porcentaje: int) -> None:
    """A report about all affiliates is in one version."""
    assert un_reparto("v1", "v2", porcentaje).version_de(None) is Version.V1


@pytest.mark.parametrize("version", Version)
def test_the_canary_is_another_version(version: Version) -> None:
    """Otherwise it would have no effect."""
    with pytest.raises(CanarioNoValidoError):
        un_reparto(version, version, 10)
