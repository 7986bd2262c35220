"""The platform that integration, end-to-end and scenario tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import platform as running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.platform import Platform


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Scenarios first: they take longest, and one of two workers would be waited for at the end."""
    items.sort(key=lambda item: "scenarios" not in item.path.parts)


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
