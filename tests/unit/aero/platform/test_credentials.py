"""The generated passwords of a platform."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from aero.platform.credentials import Credentials
from aero.platform.errors import AeroError
from aero.platform.naming import ADMIN_ROLE, ROLES


def test_passwords_are_generated_once_and_only_the_owner_can_read_them(tmp_path: Path) -> None:
    """A second start finds the passwords of the existing data."""
    file = tmp_path / "secrets.json"
    first = Credentials.load_or_create(file)
    assert Credentials.load_or_create(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(first.database) == {ADMIN_ROLE, *ROLES}
    assert len(set(first.database.values())) == len(first.database), "each role has its own"
    assert set(first.roles) == set(ROLES), "functions never see the administrator's"


def test_two_platforms_have_different_passwords(tmp_path: Path) -> None:
    """There are no built-in passwords."""
    one, two = (Credentials.load_or_create(tmp_path / name) for name in ("one", "two"))
    assert set(one.database.values()).isdisjoint(two.database.values())


def test_a_new_role_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    """A later version of the project may add a context with its own role."""
    file = tmp_path / "secrets.json"
    first = Credentials.load_or_create(file)
    known = json.loads(file.read_text())
    del known["database"]["connector"]
    file.write_text(json.dumps(known))
    second = Credentials.load_or_create(file)
    assert second.database["pagos"] == first.database["pagos"]
    assert second.database["connector"]
    assert Credentials.load_or_create(file) == second


def test_passwords_do_not_appear_in_a_repr(tmp_path: Path) -> None:
    """A log that prints the credentials does not reveal them."""
    made = Credentials.load_or_create(tmp_path / "secrets.json")
    assert not [secret for secret in (*made.database.values(), made.stripe_api_key) if secret in repr(made)]


def test_a_damaged_file_is_an_expected_failure(tmp_path: Path) -> None:
    """The file is not overwritten, since the data needs its passwords."""
    file = tmp_path / "secrets.json"
    file.write_text('{"database": {"aero"')
    with pytest.raises(AeroError, match="is damaged"):
        Credentials.load_or_create(file)
    assert file.read_text() == '{"database": {"aero"'
