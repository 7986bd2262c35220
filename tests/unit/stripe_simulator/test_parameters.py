"""Forms are read as Stripe reads them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripe_simulator.objects.transfers import NewTransfer
from stripe_simulator.protocol.parameters import Parameters
from stripe_simulator.protocol.stripe_error import StripeError


def un_formulario(**change: str) -> dict[str, str]:
    """The parameters of a valid transfer."""
    return {"amount": "1050", "currency": "cop", "destination": "afiliado-001", **change}


def take(form: dict[str, str]) -> NewTransfer:
    """Read the transfer that a form asks for."""
    return NewTransfer.take(Parameters.parse(urlencode(form).encode()))


def test_a_form_becomes_a_transfer() -> None:
    """Every parameter arrives; empty optional ones are absent, and `expand` is ignored."""
    form = un_formulario(
        description="ref ñ 1", transfer_group="", **{"metadata[id_pago]": "7", "metadata[empty]": "", "expand[0]": "x"}
    )
    assert take(form) == NewTransfer(
        amount=1050,
        currency="cop",
        destination="afiliado-001",
        description="ref ñ 1",
        transfer_group=None,
        source_type="card",
        metadata={"id_pago": "7"},
    )


@given(amount=st.integers(min_value=1, max_value=10**18 - 1))
def test_amounts_are_exact(amount: int) -> None:
    """No amount is rounded."""
    assert take(un_formulario(amount=str(amount))).amount == amount


@given(
    metadata=st.dictionaries(
        st.text(min_size=1, max_size=40, alphabet=st.characters(exclude_characters="[]", exclude_categories=["Cs"])),
        st.text(min_size=1, max_size=500, alphabet=st.characters(exclude_categories=["Cs"])),
        max_size=50,
    )
)
def test_metadata_is_kept_as_it_was_sent(metadata: dict[str, str]) -> None:
    """Any text within Stripe's limits is kept."""
    assert take(un_formulario(**{f"metadata[{key}]": value for key, value in metadata.items()})).metadata == metadata


@given(encoded=st.binary(max_size=200))
def test_any_form_is_a_transfer_or_a_refusal(encoded: bytes) -> None:
    """Any form is read as a transfer or refused with Stripe's error."""
    try:
        status = 200 if NewTransfer.take(Parameters.parse(encoded)) else 0
    except StripeError as refusal:
        status = refusal.status
    assert status in {200, 400}


def test_the_fingerprint_is_of_the_parameters_not_of_their_sequence() -> None:
    """Another order or encoding gives the same fingerprint; another value or place gives another."""
    first = Parameters.parse(b"a=1&b=2").fingerprint
    assert Parameters.parse(b"b=%32&a=1").fingerprint == first
    others = [b"a=1&b=3", b"a=1", b"a=1&b=2&expand[]=x", b"a=2&b=1", b"a=1&b=2&a=1", b"a='1'), ('b&b=2"]
    assert len({first, *(Parameters.parse(other).fingerprint for other in others)}) == 1 + len(others)


def test_unknown_parameters_are_named() -> None:
    """The message names all of them."""
    with pytest.raises(StripeError, match="Received unknown parameters: amonut, foo"):
        take(un_formulario(amonut="1", foo="2"))
