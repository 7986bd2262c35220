"""The option `--debug NAME=PORT`: valid values, and the errors for others."""

from __future__ import annotations

import pytest

from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.run.debugging import debug_ports, listeners, switch
from support.lambda_events import PROJECT

TEMPLATE = PROJECT / "infra" / "template.yaml"


def ports(*entries: str) -> dict[str, int]:
    """Parse entries for a platform on its default ports."""
    return debug_ports(entries, template=TEMPLATE, table=PortTable())


def test_each_function_has_a_port_of_its_own() -> None:
    """The function is given by its short or full name."""
    assert ports("pagos-api=5678", "aeropartners-local-relay=5679") == {"pagos-api": 5678, "relay": 5679}
    assert ports() == {}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (["pagos-api"], "--debug pagos-api is not valid."),
        (["pagos-api=x"], "--debug pagos-api=x is not valid."),
        (["pagos-api=0"], "--debug pagos-api=0 is not valid."),
        (["pagos-api=65536"], "--debug pagos-api=65536 is not valid."),
        (["pagos-api=5678,relay=5679"], "--debug pagos-api=5678,relay=5679 is not valid."),
        (["pagos=5678"], "--debug pagos=5678: there is no function 'pagos'."),
        (["relay=5678", "relay=5679"], "--debug relay=5679: relay already has port 5678."),
        (["relay=5678", "bridge=5678"], "--debug bridge=5678: relay already has port 5678."),
        (["relay=8000"], "--debug relay=8000: API already has port 8000."),
    ],
)
def test_an_invalid_entry_is_refused(entries: list[str], reason: str) -> None:
    """The error quotes the entry."""
    with pytest.raises(AeroError) as refused:
        ports(*entries)
    assert refused.value.message == reason


def test_the_error_for_an_unknown_name_lists_the_known_ones() -> None:
    """They are the functions of the template."""
    with pytest.raises(AeroError) as refused:
        ports("pago=5678")
    assert "pagos-api, portal, procesar-pagos" in refused.value.cure


def test_debug_ports_must_be_free_and_are_passed_to_the_plugin() -> None:
    """Without functions to debug, the plugin gets no variable."""
    assert [(port.title, port.number) for port in listeners({"relay": 5679})] == [("debugger of relay", 5679)]
    assert switch({"relay": 5679}) == {"LAMBDA_PROCESS_DEBUG": "aeropartners-local-relay=5679"}
    assert switch({}) == {}
