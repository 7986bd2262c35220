"""The passwords of a platform."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from aero.platform.credentials import Credentials
from aero.platform.errors import AeroError
from aero.platform.naming import ADMIN_ROLE, ROLES


def test_they_are_made_once_and_only_we_can_read_them(tmp_path: Path) -> None:
    """A second start finds the passwords that the data was made with."""
    file = tmp_path / "secrets.json"
    first = Credentials.load_or_create(file)
    assert Credentials.load_or_create(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(first.database) == {ADMIN_ROLE, *ROLES}
    assert len(set(first.database.values())) == len(first.database), "each role has its own"
    assert set(first.roles) == set(ROLES), "functions never see the administrator's"


def test_two_platforms_have_different_ones(tmp_path: Path) -> None:
    """Nothing is built in."""
    one, two = (Credentials.load_or_create(tmp_path / name) for name in ("one", "two"))
    assert set(one.database.values()).isdisjoint(two.database.values())


def test_a_new_role_gets_one_and_the_others_keep_theirs(tmp_path: Path) -> None:
    """As when a later version of the project brings another context."""
    file = tmp_path / "secrets.json"
    first = Credentials.load_or_create(file)
    known = json.loads(file.read_text())
    del known["database"]["connector"]
    file.write_text(json.dumps(known))
    second = Credentials.load_or_create(file)
    assert second.database["pagos"] == first.database["pagos"]
    assert second.database["connector"]
    assert Credentials.load_or_create(file) == second


def test_they_never_show_in_a_repr(tmp_path: Path) -> None:
    """Nor in a log that prints one."""
    made = Credentials.load_or_create(tmp_path / "secrets.json")
    assert not [secret for secret in (*made.database.values(), made.stripe_api_key) if secret in repr(made)]


def test_a_damaged_file_is_an_expected_failure(tmp_path: Path) -> None:
    """It is not overwritten: the data needs what was in it."""
    file = tmp_path / "secrets.json"
    file.write_text('{"database": {"aero"')
    with pytest.raises(AeroError, match="is damaged"):
        Credentials.load_or_create(file)
    assert file.read_text() == '{"database": {"aero"'
