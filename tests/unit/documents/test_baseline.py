"""The baseline is renewed only together with a new line of the changelog."""

from __future__ import annotations

from pathlib import Path

import pytest

from aero.platform.errors import AeroError
from documents.compatibility.baseline import Baseline
from support.documents.a_project import CHANGELOG, a_project, edit
from support.lambda_events import PROJECT


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    """The renewed baseline of a small project."""
    return a_project(tmp_path)


def test_the_projects_baseline_is_as_it_was_renewed() -> None:
    """On a clean clone, its files have their recorded digests and the changelog has its lines."""
    assert set(Baseline(PROJECT).read()) <= {"openapi.yaml", "asyncapi.yaml", "contracts.yaml"}
    assert "contracts.yaml" in Baseline(PROJECT).read()


def test_the_baseline_is_what_the_documents_were(baseline: Baseline) -> None:
    """All three are kept, the contracts by their names."""
    assert baseline.read() == baseline.current()
    assert "urn:aeropartners:contracts:pagos:PagoPendiente" in baseline.current()["contracts.yaml"]


def test_no_new_line_no_new_baseline(baseline: Baseline) -> None:
    """A refused renewal changes nothing."""
    before = baseline.read()
    edit(baseline.project / "docs/openapi.yaml", lambda document: document["paths"].clear())
    with pytest.raises(AeroError, match="no line that is newer"):
        baseline.renew()
    assert baseline.read() == before != baseline.current()


@pytest.mark.parametrize(
    "other",
    [
        CHANGELOG.replace("- Payments,\n  and their events.", "- Payments, and\n  their events."),
        CHANGELOG.replace("[Unreleased]", "2026-12-01"),
        CHANGELOG + "\nA paragraph.\n",
    ],
    ids=["broken otherwise", "another heading", "no item"],
)
def test_a_line_is_new_by_its_words(baseline: Baseline, other: str) -> None:
    """Line breaks, headings and paragraphs announce nothing."""
    (baseline.project / "CHANGELOG.md").write_text(other)
    with pytest.raises(AeroError, match="no line that is newer"):
        baseline.renew()


def test_a_new_line_renews_once(baseline: Baseline) -> None:
    """The next renewal needs a line of its own."""
    edit(baseline.project / "docs/openapi.yaml", lambda document: document["paths"].clear())
    (baseline.project / "CHANGELOG.md").write_text(CHANGELOG + "- `/pagos` is gone.\n")
    assert baseline.renew() == ["`/pagos` is gone."]
    assert baseline.read() == baseline.current()
    with pytest.raises(AeroError, match="no line that is newer"):
        baseline.renew()


def test_a_baseline_changed_by_hand_is_refused(baseline: Baseline) -> None:
    """Otherwise a breaking change would pass without a line."""
    edit(baseline.folder / "openapi.yaml", lambda document: document["paths"].clear())
    with pytest.raises(AeroError, match=r"openapi\.yaml was changed by hand"):
        baseline.read()


def test_the_line_of_a_renewal_has_to_stay(baseline: Baseline) -> None:
    """A consumer reads there what has changed."""
    (baseline.project / "CHANGELOG.md").write_text("# Changelog\n")
    with pytest.raises(AeroError, match="lacks what the baseline was renewed for: Payments, and their events"):
        baseline.read()
