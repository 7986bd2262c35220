"""Each context archives its old events bit by bit, by its schedule's event, until its time is over."""

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
    """Answers each call of `archivar` with the next of its answers, and remembers what was asked."""

    def __init__(self, *answers: tuple[Any, ...]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answers = iter(answers)

    def read(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """As PostgresDatabase does."""
        self.asked.append({"sql": sql} | parameters)
        return [list(next(self._answers))]


@pytest.fixture(params=BY_CONTEXT)
def context(request: pytest.FixtureRequest) -> str:
    """Each that stores events."""
    return str(request.param)


@pytest.fixture
def archivar(context: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Its clean-up, at AHORA."""
    module = import_module(f"{context}.archivar")
    monkeypatch.setattr(module, "ahora", lambda: AHORA)
    return module


def run(module: ModuleType, database: FakeDatabase, monkeypatch: pytest.MonkeyPatch, *, seconds: int) -> dict[str, int]:
    """By the sample."""
    context = module.__name__.split(".")[0]
    outbox = PostgresOutboxArchive(database, schema=context, days=OUTBOX_DAYS)  # type: ignore[arg-type]
    monkeypatch.setattr(module, "archive_dependencies", lambda: {"archivados": outbox.archivar})
    answer: dict[str, int] = module.handler(
        sample(f"{BY_CONTEXT[context]}/tick"), FakeContext(milliseconds=seconds * 1000)
    )
    return answer


def test_it_goes_on_until_there_are_only_younger_events(
    archivar: ModuleType, context: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time after the events that it has looked at, in its own schema."""
    database = FakeDatabase((5, 10, True), (0, 20, True), (2, 30, False))
    assert run(archivar, database, monkeypatch, seconds=60) == {"archivados": 7}
    assert [asked["despues_de"] for asked in database.asked] == [0, 10, 20]
    assert {asked["antes"] for asked in database.asked} == {AHORA - timedelta(days=OUTBOX_DAYS)}
    assert all(f" {context}.archivar(" in asked["sql"] for asked in database.asked)


def test_an_empty_outbox_is_left_alone(archivar: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look is enough."""
    database = FakeDatabase((0, None, False))
    assert run(archivar, database, monkeypatch, seconds=60) == {"archivados": 0}
    assert len(database.asked) == 1


def test_it_ends_before_its_time_does(archivar: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next tick goes on."""
    assert run(archivar, FakeDatabase(), monkeypatch, seconds=10) == {"archivados": 0}


@pytest.mark.parametrize(("answers", "forgotten"), [([5_000, 5_000, 3], 10_003), ([5_000, 0], 5_000), ([0], 0)])
def test_an_inbox_forgets_what_no_message_can_be_about(answers: list[int], forgotten: int) -> None:
    """Not before messages are refused, with a week between them; until there is no more."""
    database = FakeDatabase(*((answer,) for answer in answers))
    work = forget_received(database, schema="pagos", message_days=90)  # type: ignore[arg-type]
    done = bit_by_bit({"olvidados": work}, ahora=AHORA, context=FakeContext(milliseconds=60_000))
    assert done == {"olvidados": forgotten}
    assert {asked["antes"] for asked in database.asked} == {AHORA - timedelta(days=97)}


def test_the_policy_is_the_templates(context: str) -> None:
    """How long an event stays is one parameter for all contexts, and the function runs by itself."""
    [function] = [f for f in FUNCTIONS.values() if f["Handler"] == f"{context}.archivar.handler"]
    assert function["Environment"]["Variables"]["OUTBOX_DAYS"] == {"Ref": "OutboxDays"}
    assert [event["Type"] for event in function["Events"].values()] == ["Schedule"]


def test_messages_outlive_what_topics_keep() -> None:
    """An inbox remembers longer than messages are delivered, and those longer than topics keep what was delivered."""
    template = load_template(PROJECT / "infra/template.yaml")["Parameters"]["MessageDays"]
    topics = tomllib.loads((PROJECT / "infra/pulsar/topics.toml").read_text())
    assert timedelta(days=template["MinValue"]) > timedelta(minutes=topics["retention"]["minutes"])
    assert template["MinValue"] <= template["Default"] <= template["MaxValue"]


@pytest.mark.parametrize("context", ["pagos", "campanas"])
def test_an_inbox_knows_for_how_long_messages_come(context: str) -> None:
    """By the same parameter as the mapping that refuses what is older."""
    [function] = [f for f in FUNCTIONS.values() if f["Handler"] == f"{context}.archivar.handler"]
    assert function["Environment"]["Variables"]["MESSAGE_DAYS"] == {"Ref": "MessageDays"}


def test_those_who_count_refuse_what_they_may_have_forgotten() -> None:
    """What is counted would be counted twice; all others know by the state of what an event is about."""
    mappings = read_configuration(PROJECT / "infra/template.yaml", PROJECT / "infra/pulsar/topics.toml").mappings
    refusing = {name: mapping.max_age_days for name, mapping in mappings.items() if mapping.max_age_days is not None}
    default = load_template(PROJECT / "infra/template.yaml")["Parameters"]["MessageDays"]["Default"]
    assert refusing == {"metricas-campanas": default, "proyectar-reportes": default}
