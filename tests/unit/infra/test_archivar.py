"""Each context archives its old events in portions, on its schedule, until its time is used up."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import pytest

from aero.deploy.connector_configuration import read_configuration
from aero.deploy.template.document import load_template
from seedwork.infraestructura.aws.bit_by_bit import bit_by_bit
from seedwork.infraestructura.postgres.inbox_horizon import forget_received
from seedwork.infraestructura.postgres.outbox_archive import PostgresOutboxArchive
from support.lambda_events import PROJECT, FakeContext, sample
from unit.infra.test_template import FUNCTIONS

AHORA: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
OUTBOX_DAYS: Final = 30
BY_CONTEXT: Final = {"pagos": "archivar-pagos", "campanas": "archivar-campanas", "event_collector": "archivar-eventos"}


class FakeDatabase:
    """A database that answers each call of `archivar` with the next of its answers, and remembers the calls."""

    def __init__(self, *answers: tuple[Any, ...]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answers = iter(answers)

    def read(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Record the call and return the next answer, as PostgresDatabase would."""
        self.asked.append({"sql": sql} | parameters)
        return [list(next(self._answers))]


@pytest.fixture(params=BY_CONTEXT)
def context(request: pytest.FixtureRequest) -> str:
    """Return each context that stores events."""
    return str(request.param)


@pytest.fixture
def archivar(context: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the context's clean-up, with its clock at AHORA."""
    module = import_module(f"{context}.archivar")
    monkeypatch.setattr(module, "ahora", lambda: AHORA)
    return module


def run(module: ModuleType, database: FakeDatabase, monkeypatch: pytest.MonkeyPatch, *, seconds: int) -> dict[str, int]:
    """Run the clean-up with its sample event."""
    context = module.__name__.split(".")[0]
    outbox = PostgresOutboxArchive(database, schema=context, days=OUTBOX_DAYS)  # type: ignore[arg-type]
    monkeypatch.setattr(module, "archive_dependencies", lambda: {"archivados": outbox.archivar})
    answer: dict[str, int] = module.handler(
        sample(f"{BY_CONTEXT[context]}/tick"), FakeContext(milliseconds=seconds * 1000)
    )
    return answer


def test_the_clean_up_goes_on_until_only_younger_events_are_left(
    archivar: ModuleType, context: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call continues after the events of the last one, in the context's own schema."""
    database = FakeDatabase((5, 10, True), (0, 20, True), (2, 30, False))
    assert run(archivar, database, monkeypatch, seconds=60) == {"archivados": 7}
    assert [asked["despues_de"] for asked in database.asked] == [0, 10, 20]
    assert {asked["antes"] for asked in database.asked} == {AHORA - timedelta(days=OUTBOX_DAYS)}
    assert all(f" {context}.archivar(" in asked["sql"] for asked in database.asked)


def test_an_empty_outbox_is_looked_at_once(archivar: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call is enough."""
    database = FakeDatabase((0, None, False))
    assert run(archivar, database, monkeypatch, seconds=60) == {"archivados": 0}
    assert len(database.asked) == 1


def test_the_clean_up_ends_before_its_time(archivar: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next tick continues."""
    assert run(archivar, FakeDatabase(), monkeypatch, seconds=10) == {"archivados": 0}


@pytest.mark.parametrize(("answers", "forgotten"), [([5_000, 5_000, 3], 10_003), ([5_000, 0], 5_000), ([0], 0)])
def test_an_inbox_forgets_events_whose_messages_are_refused(answers: list[int], forgotten: int) -> None:
    """Ids are deleted a week after their messages are refused, at the earliest, until none is left."""
    database = FakeDatabase(*((answer,) for answer in answers))
    work = forget_received(database, schema="pagos", message_days=90)  # type: ignore[arg-type]
    done = bit_by_bit({"olvidados": work}, ahora=AHORA, context=FakeContext(milliseconds=60_000))
    assert done == {"olvidados": forgotten}
    assert {asked["antes"] for asked in database.asked} == {AHORA - timedelta(days=97)}


def test_the_template_sets_the_age(context: str) -> None:
    """One parameter is the age for all contexts, and the function runs on a schedule."""
    [function] = [f for f in FUNCTIONS.values() if f["Handler"] == f"{context}.archivar.handler"]
    assert function["Environment"]["Variables"]["OUTBOX_DAYS"] == {"Ref": "OutboxDays"}
    assert [event["Type"] for event in function["Events"].values()] == ["Schedule"]


def test_messages_outlive_their_retention_in_topics() -> None:
    """An inbox remembers ids for longer than messages are delivered, which is longer than topics keep them."""
    template = load_template(PROJECT / "infra/template.yaml")["Parameters"]["MessageDays"]
    topics = tomllib.loads((PROJECT / "infra/pulsar/topics.toml").read_text())
    assert timedelta(days=template["MinValue"]) > timedelta(minutes=topics["retention"]["minutes"])
    assert template["MinValue"] <= template["Default"] <= template["MaxValue"]


@pytest.mark.parametrize("context", ["pagos", "campanas"])
def test_an_inbox_knows_how_long_messages_are_delivered(context: str) -> None:
    """The mapping that refuses older messages has the same parameter."""
    [function] = [f for f in FUNCTIONS.values() if f["Handler"] == f"{context}.archivar.handler"]
    assert function["Environment"]["Variables"]["MESSAGE_DAYS"] == {"Ref": "MessageDays"}


def test_counting_consumers_refuse_events_that_they_may_have_forgotten() -> None:
    """A forgotten event would be counted twice; other consumers recognise it by the state of their aggregate."""
    mappings = read_configuration(PROJECT / "infra/template.yaml", PROJECT / "infra/pulsar/topics.toml").mappings
    refusing = {name: mapping.max_age_days for name, mapping in mappings.items() if mapping.max_age_days is not None}
    default = load_template(PROJECT / "infra/template.yaml")["Parameters"]["MessageDays"]["Default"]
    assert refusing == {"metricas-campanas": default, "proyectar-reportes": default}
