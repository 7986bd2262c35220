"""The affiliates that the event collector knows: what each may send, and its keys and secrets."""

from __future__ import annotations

import base64
import hashlib
import secrets
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from aero.platform.errors import AeroError
from event_collector.dominio.tipo_evento import TipoEvento

if TYPE_CHECKING:
    from psycopg import Connection

    from aero.platform.database import Database

SECRET_BYTES: Final = 32
KEY_PREFIX: Final = "aero_"
WEBHOOK_PREFIX: Final = "whsec_"  # Standard Webhooks' own


class Outcome(StrEnum):
    """What became of an affiliate that was to be entered."""

    created = "created"
    changed = "changed"
    unchanged = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is named of an affiliate; the rest stays as it is, or is as new ones are. The limit 0 is the default one."""

    active: bool | None = None
    types: frozenset[TipoEvento] | None = None
    limit: int | None = None
    proven: bool | None = None

    def columns(self) -> dict[str, Any]:
        """What is to be stored, by column."""
        named: dict[str, Any] = {}
        if self.active is not None:
            named["activo"] = self.active
        if self.types is not None:
            named["permisos"] = None if self.types == set(TipoEvento) else sorted(self.types)
        if self.limit is not None:
            named["eventos_por_minuto"] = self.limit or None
        if self.proven is not None:
            named["conversiones_probadas"] = self.proven
        return named


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliate:
    """An affiliate without its secrets; `limit_per_minute` is None where the event collector's own counts."""

    id: str
    active: bool
    types: list[str]
    limit_per_minute: int | None
    proven_conversions: bool
    api_keys: int
    newest_key: datetime | None
    webhook_secret: bool

    def to_dict(self) -> dict[str, Any]:
        """For scripts."""
        newest = self.newest_key and self.newest_key.astimezone(UTC).isoformat()
        return asdict(self) | {"newest_key": newest}


def affiliates(database: Database) -> list[Affiliate]:
    """All that somebody has entered, by id."""
    with _connected(database) as connection:
        return _read(connection)


def add(database: Database, id_afiliado: str, changes: Changes) -> tuple[Outcome, Affiliate]:
    """Create it, or change what is named of one that exists; and what now holds."""
    from psycopg import sql  # noqa: PLC0415 - slow to import

    update = """
        update event_collector.afiliados set {column} = %(value)s, cambiado_en = now()
         where id = %(id)s and {column} is distinct from %(value)s
        """
    with _connected(database) as connection, connection.transaction():
        insert = "insert into event_collector.afiliados (id) values (%s) on conflict do nothing"
        created = connection.execute(insert, [id_afiliado]).rowcount
        changed = [
            connection.execute(
                sql.SQL(update).format(column=sql.Identifier(column)), {"value": value, "id": id_afiliado}
            ).rowcount
            for column, value in changes.columns().items()
        ]
        [affiliate] = _read(connection, id_afiliado)
    return Outcome.created if created else Outcome.changed if any(changed) else Outcome.unchanged, affiliate


def make_key(database: Database, id_afiliado: str, show: Callable[[str], None]) -> None:
    """Make a new API key, besides those that there are; only its hash is kept.

    `show` is called before the key counts: when it raises, there is no new key. Raises AeroError for an unknown
    affiliate.
    """
    key = KEY_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    statement = """
        insert into event_collector.llaves_api (huella, id_afiliado)
        select %(hash)s, id from event_collector.afiliados where id = %(id)s
        """
    with _connected(database) as connection, connection.transaction():
        values = {"hash": hashlib.sha256(key.encode()).digest(), "id": id_afiliado}
        if not connection.execute(statement, values).rowcount:
            raise _unknown(id_afiliado)
        show(key)


def revoke_keys(database: Database, id_afiliado: str, *, but_newest: bool) -> int:
    """Forget its API keys, all or but the newest, and say how many; raises AeroError for an unknown affiliate."""
    with _connected(database) as connection:
        if not _read(connection, id_afiliado):
            raise _unknown(id_afiliado)
        statement = """
            delete from event_collector.llaves_api
             where huella in (select huella from event_collector.llaves_api where id_afiliado = %s
                               order by creada_en desc, huella offset %s)
            """
        return int(connection.execute(statement, [id_afiliado, int(but_newest)]).rowcount)


def make_webhook_secret(database: Database, id_afiliado: str, show: Callable[[str], None]) -> None:
    """Make a new secret to sign webhooks with, in the place of another; raises AeroError for an unknown affiliate.

    `show` is called before the secret counts: when it raises, the affiliate has the secret that it had.
    """
    secret = WEBHOOK_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with _connected(database) as connection, connection.transaction():
        _store_webhook_secret(connection, id_afiliado, secret)
        show(secret)


def revoke_webhook_secret(database: Database, id_afiliado: str) -> None:
    """Forget it, if there is one; raises AeroError for an unknown affiliate."""
    with _connected(database) as connection:
        _store_webhook_secret(connection, id_afiliado, None)


def _store_webhook_secret(connection: Connection, id_afiliado: str, secret: str | None) -> None:
    statement = "update event_collector.afiliados set secreto_webhook = %s, cambiado_en = now() where id = %s"
    if not connection.execute(statement, [secret, id_afiliado]).rowcount:
        raise _unknown(id_afiliado)


def _read(connection: Connection, id_afiliado: str | None = None) -> list[Affiliate]:
    statement = """
        select id, activo, permisos, eventos_por_minuto, conversiones_probadas, secreto_webhook is not null,
               count(huella), max(creada_en)
          from event_collector.afiliados left join event_collector.llaves_api on id_afiliado = id
         where id = coalesce(%s, id)
         group by id
         order by id
        """
    return [
        Affiliate(
            id=id_, active=active, types=list(TipoEvento) if types is None else types, limit_per_minute=limit,
            proven_conversions=proven, api_keys=keys, newest_key=newest, webhook_secret=with_secret,
        )
        for id_, active, types, limit, proven, with_secret, keys, newest in connection.execute(statement, [id_afiliado])
    ]  # fmt: skip


def _unknown(id_afiliado: str) -> AeroError:
    return AeroError(f"There is no affiliate {id_afiliado}.", cure=f"aero affiliates add {shlex.quote(id_afiliado)}")


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    from psycopg.errors import UndefinedTable  # noqa: PLC0415 - slow to import

    with database.connect() as connection:
        try:
            yield connection
        except UndefinedTable:
            raise AeroError(
                f"The schema of {database.name} on {database.host}:{database.port} is not up to date.",
                cure="aero migrate",
            ) from None
