"""Where the salt comes from, and that it never shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecocharge.errors import EcoChargeError
from ecocharge.landing.personal import SALT_FILE, Salt, demo_salt, find_salt

SECRETS = ("from the variable itself", "from the file it names", "from the project's own file")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    own = tmp_path / SALT_FILE
    own.parent.mkdir()
    own.write_text(SECRETS[2] + "\n")
    own.chmod(0o600)
    (tmp_path / "named").write_text(f"  {SECRETS[1]}\r\n")
    return tmp_path


def test_the_nearest_salt_wins(project: Path) -> None:
    named = {"ECOCHARGE_SALT_FILE": "named"}
    for environment, secret in (
        (named | {"ECOCHARGE_SALT": SECRETS[0]}, SECRETS[0]),
        (named | {"ECOCHARGE_SALT": ""}, SECRETS[1]),
        (named, SECRETS[1]),
        ({"ECOCHARGE_SALT_FILE": str(project / "named")}, SECRETS[1]),
        ({"ECOCHARGE_SALT_FILE": ""}, SECRETS[2]),
        ({}, SECRETS[2]),
    ):
        assert find_salt(project, environment).fingerprint == Salt(secret).fingerprint


def refusal(root: Path, environment: dict[str, str]) -> EcoChargeError:
    with pytest.raises(EcoChargeError) as caught:
        find_salt(root, environment)
    assert caught.value.remedy
    assert not [secret for secret in (*SECRETS, "pepper") if secret in str(caught.value)]
    return caught.value


def test_without_any_the_way_out_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, {})
    assert "there is no salt" in error.message
    for way in ("ecocharge init", "--demo-salt", "ECOCHARGE_SALT", "ECOCHARGE_SALT_FILE"):
        assert way in (error.remedy or "")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o610])
def test_our_own_file_is_nobody_else_s(project: Path, mode: int) -> None:
    (project / SALT_FILE).chmod(mode)
    error = refusal(project, {})
    assert "other users" in error.message
    assert "chmod 600 .secrets/salt" in (error.remedy or "")
    assert find_salt(project, {"ECOCHARGE_SALT_FILE": "named"})


def test_a_short_salt_is_refused_wherever_it_is(project: Path) -> None:
    (project / SALT_FILE).write_text(" pepper \n")
    assert "too short" in refusal(project, {}).message
    assert "too short" in refusal(project, {"ECOCHARGE_SALT_FILE": str(SALT_FILE)}).message
    assert "too short" in refusal(project, {"ECOCHARGE_SALT": "x" * 15}).message
    (project / SALT_FILE).write_text("")
    assert "too short" in refusal(project, {}).message


def test_a_file_that_is_not_there_is_refused(project: Path) -> None:
    error = refusal(project, {"ECOCHARGE_SALT_FILE": "nowhere"})
    assert "cannot be read" in error.message
    assert str(error.file).endswith("nowhere")


def test_a_salt_of_any_bytes_will_do(project: Path) -> None:
    (project / "named").write_bytes(bytes(range(128, 160)))
    assert find_salt(project, {"ECOCHARGE_SALT_FILE": "named"}).key("someone")


def test_the_demo_salt_is_known_as_such() -> None:
    assert demo_salt().is_demo
    assert not Salt(SECRETS[0]).is_demo


def test_a_salt_does_not_show_itself() -> None:
    salt = Salt(SECRETS[0])
    assert SECRETS[0] not in f"{salt} {salt!r} {vars(type(salt))}"
