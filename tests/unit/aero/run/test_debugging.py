"""`--debug NAME=PORT`: what is understood, and what is refused with a reason."""

from __future__ import annotations

import pytest

from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.run.debugging import debug_ports, listeners, switch
from support.lambda_events import PROJECT

TEMPLATE = PROJECT / "infra" / "template.yaml"


def ports(*entries: str) -> dict[str, int]:
    """On the default ports of the platform."""
    return debug_ports(entries, template=TEMPLATE, table=PortTable())


def test_each_function_has_a_port_of_its_own() -> None:
    """By its short name; the full one will do."""
    assert ports("pagos-api=5678", "aeropartners-local-relay=5679") == {"pagos-api": 5678, "relay": 5679}
    assert ports() == {}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (["pagos-api"], "--debug pagos-api is not understood."),
        (["pagos-api=x"], "--debug pagos-api=x is not understood."),
        (["pagos-api=0"], "--debug pagos-api=0 is not understood."),
        (["pagos-api=65536"], "--debug pagos-api=65536 is not understood."),
        (["pagos-api=5678,relay=5679"], "--debug pagos-api=5678,relay=5679 is not understood."),
        (["pagos=5678"], "--debug pagos=5678: there is no function 'pagos'."),
        (["relay=5678", "relay=5679"], "--debug relay=5679: relay has port 5678 already."),
        (["relay=5678", "bridge=5678"], "--debug bridge=5678: relay has port 5678 already."),
        (["relay=8000"], "--debug relay=8000: API has port 8000 already."),
    ],
)
def test_what_makes_no_sense_is_refused(entries: list[str], reason: str) -> None:
    """Before anything is started."""
    with pytest.raises(AeroError) as refused:
        ports(*entries)
    assert refused.value.message == reason


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    """They are those of the template."""
    with pytest.raises(AeroError) as refused:
        ports("pago=5678")
    assert "pagos-api, procesar-pagos" in refused.value.cure


def test_the_ports_must_be_free_and_the_plugin_is_told() -> None:
    """Nothing is told when nothing is to be debugged."""
    assert [(port.title, port.number) for port in listeners({"relay": 5679})] == [("debugger of relay", 5679)]
    assert switch({"relay": 5679}) == {"LAMBDA_PROCESS_DEBUG": "aeropartners-local-relay=5679"}
    assert switch({}) == {}
