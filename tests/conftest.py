"""The platform that integration, end-to-end and scenario tests share."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

from support.platform import logs
from support.platform import platform as running

if TYPE_CHECKING:
    from support.platform.platform import Platform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Scenarios and Schemathesis first: they take longest, and one of two workers would be waited for at the end."""
    items.sort(key=lambda item: {"scenarios", "contract"}.isdisjoint(item.path.parts))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails on the platform tells what its logs say."""
    report = yield
    platform = getattr(item, "funcargs", {}).get("platform")
    if report.failed and isinstance(platform, running.Platform):
        report.sections += logs.sections(platform.home)
    return report


@pytest.fixture(scope="session")
def shared_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Started once, by the same command that users type, and stopped at the end."""
    platform = running.start(tmp_path_factory.mktemp("aero"))
    yield platform
    platform.aero("down")


@pytest.fixture
def platform(shared_platform: Platform) -> Platform:
    """The platform with a gateway that is fast and faultless."""
    shared_platform.set_faults()
    return shared_platform
