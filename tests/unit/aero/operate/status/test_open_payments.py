"""`aero status` shows unfinished payments."""

from __future__ import annotations

import io

from rich.console import Console

from aero.operate.status.open_payments import OpenPayments, show


def shown(payments: OpenPayments) -> str:
    """Return the printed lines."""
    console = Console(file=io.StringIO(), width=200)
    show(payments, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_payments_in_progress_are_shown_and_are_no_problem() -> None:
    """Each state with a payment is shown."""
    payments = OpenPayments(oldest_seconds={"PENDIENTE": 2.2, "PROCESANDO": None, "REVERSO_EN_CURSO": 130.0})
    assert shown(payments).split("\n")[0] == (
        "Payments: PENDIENTE, the oldest for 2 s; REVERSO_EN_CURSO, the oldest for 2 min"
    )
    assert payments.problems == []


def test_a_payment_that_the_reconciliation_missed_is_a_problem() -> None:
    """The reconciliation runs every minute on payments older than two minutes; one older than five is stuck."""
    payments = OpenPayments(oldest_seconds={"PENDIENTE": 299.0, "PROCESANDO": 7_300.0, "REVERSO_EN_CURSO": None})
    [problem] = payments.problems
    assert "PROCESANDO for 2 h 1 min" in problem
    assert "aero logs conciliar-pagos" in problem


def test_a_conversion_published_again_in_vain_is_a_problem() -> None:
    """It is published again after five and after ten minutes; until then only its age is shown."""
    waiting = OpenPayments(oldest_conversion_seconds=900.0)
    assert "Conversions: PUBLICADO, the oldest for 15 min" in shown(waiting)
    assert waiting.problems == []
    [problem] = OpenPayments(oldest_conversion_seconds=1_500.0).problems
    assert "PUBLICADO for 25 min" in problem


def test_nothing_is_shown_if_nothing_waits() -> None:
    """A state without payments has no line."""
    assert shown(OpenPayments(oldest_seconds={"PENDIENTE": None})) == ""
