"""The official SDK makes, reads, lists and reverses transfers as it does at Stripe."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import stripe

from support.stripe_simulator.simulator_process import headers

if TYPE_CHECKING:
    from support.stripe_simulator.simulator_process import Affiliate


def test_a_transfer_has_the_shape_of_stripes(affiliate: Affiliate) -> None:
    """The new object has every member of Stripe's, and reads back the same."""
    transfer = affiliate.pay(description="ref-1", transfer_group="lote-1", currency="COP", expand=["destination"])
    assert transfer.to_dict() == {
        "id": transfer.id,
        "object": "transfer",
        "amount": 10_050,
        "amount_reversed": 0,
        "balance_transaction": transfer.balance_transaction,
        "created": pytest.approx(time.time(), abs=5),
        "currency": "cop",
        "description": "ref-1",
        "destination": affiliate.id,
        "destination_payment": transfer.destination_payment,
        "livemode": False,
        "metadata": {"id_pago": "pago-1"},
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/transfers/{transfer.id}/reversals",
        },
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": "lote-1",
    }
    assert transfer.id.startswith("tr_")
    assert str(transfer.balance_transaction).startswith("txn_")
    assert headers(transfer)["Request-Id"].startswith("req_")
    assert affiliate.simulator.sdk().v1.transfers.retrieve(transfer.id).to_dict() == transfer.to_dict()


def test_a_missing_transfer_is_404(affiliate: Affiliate) -> None:
    """The error has Stripe's code."""
    with pytest.raises(stripe.InvalidRequestError) as raised:
        affiliate.simulator.sdk().v1.transfers.retrieve("tr_none")
    assert (raised.value.http_status, raised.value.code) == (404, "resource_missing")


def test_lists_are_paged_newest_first(affiliate: Affiliate) -> None:
    """Cursors lead through the whole list in both directions, without a gap or a repetition."""
    ids = [affiliate.pay(metadata={"id_pago": f"pago-{number}"}).id for number in range(7)][::-1]
    transfers = affiliate.simulator.sdk().v1.transfers

    first = transfers.list({"destination": affiliate.id, "limit": 3})
    assert ([transfer.id for transfer in first.data], first.has_more) == (ids[:3], True)

    last = transfers.list({"destination": affiliate.id, "limit": 4, "starting_after": ids[2]})
    assert ([transfer.id for transfer in last.data], last.has_more) == (ids[3:], False)

    back = transfers.list({"destination": affiliate.id, "limit": 3, "ending_before": ids[5]})
    assert ([transfer.id for transfer in back.data], back.has_more) == (ids[2:5], True)

    forwards = transfers.list({"destination": affiliate.id, "limit": 2}).auto_paging_iter()
    assert [transfer.id for transfer in forwards] == ids


def test_lists_are_filtered(affiliate: Affiliate) -> None:
    """Filters are the group and the time of creation, exact or in a range."""
    group = f"lote-{affiliate.id}"
    in_group = affiliate.pay(transfer_group=group)
    affiliate.pay()
    transfers = affiliate.simulator.sdk().v1.transfers
    now = in_group.created

    assert [transfer.id for transfer in transfers.list({"transfer_group": group}).data] == [in_group.id]
    assert len(transfers.list({"destination": affiliate.id, "created": {"gte": now, "lt": now + 60}}).data) == 2
    assert in_group.id in [t.id for t in transfers.list({"destination": affiliate.id, "created": now}).data]
    assert transfers.list({"destination": affiliate.id, "created": {"lt": now}}).data == []


def test_a_transfer_is_reversed_in_parts(affiliate: Affiliate) -> None:
    """Partial reversals add up to the whole, and not a cent more is taken back."""
    transfer = affiliate.pay(amount=100)
    api = affiliate.simulator.sdk().v1.transfers

    first = api.reversals.create(transfer.id, {"amount": 30, "metadata": {"motivo": "error"}})
    assert (first.object, first.amount, first.transfer) == ("transfer_reversal", 30, transfer.id)
    assert (api.retrieve(transfer.id).amount_reversed, api.retrieve(transfer.id).reversed) == (30, False)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed amount"):
        api.reversals.create(transfer.id, {"amount": 71})

    rest = api.reversals.create(transfer.id)
    assert rest.amount == 70
    whole = api.retrieve(transfer.id)
    assert (whole.amount_reversed, whole.reversed) == (100, True)
    assert [reversal.id for reversal in whole.reversals.data] == [rest.id, first.id]
    assert [reversal.id for reversal in api.reversals.list(transfer.id)] == [rest.id, first.id]
    assert api.reversals.retrieve(transfer.id, first.id).to_dict()["metadata"] == {"motivo": "error"}
    with pytest.raises(stripe.InvalidRequestError, match="already been fully reversed"):
        api.reversals.create(transfer.id)


def test_a_reversal_is_idempotent(affiliate: Affiliate) -> None:
    """The same key takes money back once."""
    transfer = affiliate.pay(amount=100)
    api = affiliate.simulator.sdk().v1.transfers
    ids = {api.reversals.create(transfer.id, {"amount": 10}, {"idempotency_key": transfer.id}).id for _ in range(3)}
    assert len(ids) == 1
    assert api.retrieve(transfer.id).amount_reversed == 10


def test_the_summary_adds_up(affiliate: Affiliate) -> None:
    """It counts transfers, amounts per currency, reversals and requests."""
    before = affiliate.simulator.summary()
    transfer = affiliate.pay(amount=500, currency="jpy")
    affiliate.pay(amount=7, currency="isk")
    for amount in (150, 50):
        affiliate.simulator.sdk().v1.transfers.reversals.create(transfer.id, {"amount": amount})

    after = affiliate.simulator.summary()
    nothing = {"transfers": 0, "amount": 0, "reversals": 0, "amount_reversed": 0, "declines": 0}
    assert before["currencies"].get("jpy", nothing) == nothing, "another test pays in yen"
    assert after["currencies"]["jpy"] == {
        **nothing,
        "transfers": 1,
        "amount": 500,
        "reversals": 2,
        "amount_reversed": 200,
    }
    assert after["currencies"]["isk"] == {**nothing, "transfers": 1, "amount": 7}
    assert after["transfers"] - before["transfers"] == 2
    assert after["reversals"] - before["reversals"] == 2
    assert after["since_start"]["requests"] - before["since_start"]["requests"] == 4
