"""Creates campaigns in the past and leads them through their states, through the use cases of campaigns."""

from __future__ import annotations

import random
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from campanas.aplicacion.cambiar_campana import CambiarCampana, cambiar_campana
from campanas.aplicacion.crear_campana import CrearCampana, crear_campana
from campanas.dominio.campana import Campana
from campanas.dominio.datos_de_campana import DatosDeCampana, TipoCampana
from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
from demo.plan.company import AFFILIATES, CAMPAIGNS
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.huella import huella
from seedwork.dominio.solicitud import Solicitud
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.postgres.database import PostgresDatabase

if TYPE_CHECKING:
    from demo.plan.calendar import Calendar
    from demo.plan.company import Campaign, Change
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

_CHANGES: Final = {
    "activar": Campana.activar,
    "pausar": Campana.pausar,
    "completar": Campana.completar,
    "cancelar": Campana.cancelar,
}
_CURRENCIES: Final = {affiliate.id: affiliate.currency for affiliate in AFFILIATES}


class PastCampaigns:
    """Creates the campaigns of a calendar; each command has a key, so that a repetition changes nothing."""

    def __init__(self, secret: DatabaseSecret, calendar: Calendar) -> None:
        self._database = PostgresDatabase(lambda _fresh: secret)
        self._uow = PostgresCampanasUnitOfWork(self._database)
        self._calendar = calendar
        self._chance = random.Random(f"{calendar.seed}-campaigns")  # noqa: S311 - chance, not secrets

    def create(self) -> dict[str, UUID]:
        """Create all campaigns and change them as planned; return their ids by slug."""
        with closing(self._database):
            return {campaign.slug: self._create(campaign) for campaign in CAMPAIGNS}

    def _create(self, campaign: Campaign) -> UUID:
        created = self._moment(campaign.created)
        datos = DatosDeCampana(
            nombre=campaign.name,
            tipo=TipoCampana(campaign.kind),
            descripcion=None,
            presupuesto=Dinero(monto=campaign.budget, moneda=Moneda(_CURRENCIES[campaign.affiliate])),
            fecha_inicio=self._calendar.at(campaign.created),
            fecha_fin=self._calendar.at(campaign.until),
            id_afiliado=campaign.affiliate,
        )
        command = CrearCampana(datos=datos, solicitud=self._request(campaign, "crear"), traza=_traza())
        id_campana = crear_campana(command, uow=self._uow, ahora=created).campana.id
        for change in campaign.changes:
            self._change(campaign, id_campana, change)
        return id_campana

    def _change(self, campaign: Campaign, id_campana: UUID, change: Change) -> None:
        cambiar_campana(
            CambiarCampana(
                id_campana=id_campana,
                cambio=partial(_CHANGES[change.action], ahora=self._moment(change.at)),
                version=None,
                solicitud=self._request(campaign, change.action),
                traza=_traza(),
            ),
            uow=self._uow,
        )

    def _moment(self, share: float) -> datetime:
        return self._calendar.at(share) + timedelta(seconds=self._chance.uniform(0, 90))

    def _request(self, campaign: Campaign, action: str) -> Solicitud:
        key = f"demo-{self._calendar.run}-{campaign.slug}-{action}"
        return Solicitud(clave=key, huella=huella([key]))


def _traza() -> Traza:
    return Traza(correlation_id=str(uuid4()))
