"""Transfers of the past are in the ledger with their times, once."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.stripe_simulator.simulator_process import Affiliate

A_MONTH_AGO = int(time.time()) - 30 * 86_400


def past(affiliate: Affiliate, **change: Any) -> dict[str, Any]:
    """Return a transfer of a month ago, reversed a day later."""
    reversal = {"id": "trr_" + affiliate.id[-24:].replace("-", "0"), "created": A_MONTH_AGO + 86_400}
    return {
        "id": "tr_" + affiliate.id[-24:].replace("-", "0"), "created": A_MONTH_AGO, "amount": 500, "currency": "eur",
        "destination": affiliate.id, "transfer_group": "pago-1", "reversal": reversal, **change,
    }  # fmt: skip


def test_a_past_transfer_is_read_like_any_other(affiliate: Affiliate) -> None:
    """Stripe's SDK shows it with its id, its time and its reversal; the totals count it."""
    before = affiliate.simulator.summary()
    transfer = past(affiliate)
    answer = affiliate.simulator.send("POST", "/_simulator/history", json=[transfer])
    assert answer.json() == {"added": 2}
    [paid] = affiliate.paid()
    assert (paid.id, paid.created, paid.amount, paid.reversed) == (transfer["id"], A_MONTH_AGO, 500, True)
    assert [each.created for each in paid.reversals.data] == [A_MONTH_AGO + 86_400]
    after = affiliate.simulator.summary()
    assert after["transfers"] - before["transfers"] == after["reversals"] - before["reversals"] == 1


def test_a_known_transfer_is_not_added_again(affiliate: Affiliate) -> None:
    """An interrupted demonstration sends it again; only the reversal that was missing is added."""
    transfer = past(affiliate)
    counts = [
        affiliate.simulator.send("POST", "/_simulator/history", json=[each]).json()["added"]
        for each in (past(affiliate, reversal=None), transfer, transfer)
    ]
    assert counts == [1, 1, 0]
    assert len(affiliate.paid()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"created": int(time.time()) + 3_600},
        {"amount": 0},
        {"currency": "xxx"},
        {"id": "ch_1"},
        {"unknown": 1},
    ],
)
def test_a_wrong_transfer_is_refused_with_all_others(affiliate: Affiliate, change: dict[str, Any]) -> None:
    """Nothing of the request is written."""
    history = [past(affiliate), past(affiliate, **{"id": "tr_" + "b" * 24, **change})]
    answer = affiliate.simulator.send("POST", "/_simulator/history", json=history)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert affiliate.paid() == []


def test_only_json_is_accepted(affiliate: Affiliate) -> None:
    """A page of another site may send a text without asking first; it must not write into the ledger."""
    body = json.dumps([past(affiliate)])
    answer = affiliate.simulator.send("POST", "/_simulator/history", data=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert affiliate.paid() == []
