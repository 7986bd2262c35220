"""Affiliates are read from a real PostgreSQL, and cached for some seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres import afiliado_queries
from event_collector.infraestructura.postgres.afiliado_queries import PostgresAfiliados

if TYPE_CHECKING:
    import pytest

    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


def test_an_affiliate_is_read_with_defaults(connect: Callable[[], PostgresDatabase], database: TestDatabase) -> None:
    """Missing values are the defaults; unregistered affiliates are absent."""
    database.execute(
        "insert into event_collector.afiliados "
        " (id, activo, permisos, eventos_por_minuto, conversiones_probadas, secreto_webhook)"
        " values ('a', default, null, null, default, null), ('b', false, '{CLICK}', 7, true, 'whsec_x')"
    )
    database.execute(
        "insert into event_collector.llaves_api (huella, id_afiliado) values (sha256('k1'), 'b'), (sha256('k2'), 'b')"
    )
    found = PostgresAfiliados(connect(), eventos_por_minuto=99).buscar(["a", "b", "c"])
    assert found.keys() == {"a", "b"}
    a, b = found["a"], found["b"]
    assert (a.activo, a.permisos, a.eventos_por_minuto, a.llaves) == (True, frozenset(TipoEvento), 99, ())
    assert (b.activo, b.permisos, b.eventos_por_minuto, b.secreto_webhook) == (
        False, frozenset([TipoEvento.CLICK]), 7, "whsec_x"
    )  # fmt: skip
    assert (a.conversiones_probadas, b.conversiones_probadas) == (False, True)
    assert set(b.llaves) == {hashlib.sha256(key).digest() for key in (b"k1", b"k2")}
    assert "whsec" not in repr(b)


def test_read_affiliates_are_cached_for_seconds(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """The absence of an affiliate is cached too."""
    afiliados = PostgresAfiliados(connect(), eventos_por_minuto=1)
    assert not afiliados.buscar(["a"])
    database.execute("insert into event_collector.afiliados (id) values ('a'), ('b')")
    assert afiliados.buscar(["a", "b"]).keys() == {"b"}


def test_the_cache_expires(
    connect: Callable[[], PostgresDatabase], database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache expires after the stated time."""
    monkeypatch.setattr(afiliado_queries, "STALE_SECONDS", 0)
    afiliados = PostgresAfiliados(connect(), eventos_por_minuto=1)
    assert not afiliados.buscar(["a"])
    database.execute("insert into event_collector.afiliados (id) values ('a')")
    assert afiliados.buscar(["a"]).keys() == {"a"}
