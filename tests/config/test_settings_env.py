"""Settings are read from the environment and refused when they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import env
from config.settings.keys import local_secret_key


def test_sqlite_and_postgresql_addresses_become_databases() -> None:
    assert env.database("sqlite:////srv/podium.sqlite3")["NAME"] == "/srv/podium.sqlite3"
    found = env.database("postgresql://ann:p%40ss@db:5433/podium?sslmode=require")
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("podium", "ann", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="sqlite:/// or postgresql://"):
        env.database("mysql://db/podium")


def test_an_unset_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PODIUM_NOWHERE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="PODIUM_NOWHERE"):
        env.text("PODIUM_NOWHERE")


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("hush\n")
    monkeypatch.setenv("PODIUM_X_FILE", str(tmp_path / "key"))
    assert env.secret("PODIUM_X") == "hush"


def test_a_number_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_N", "many")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("PODIUM_N", 3)


def test_a_local_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret-key"
    first = local_secret_key(path)
    assert local_secret_key(path) == first
    assert len(first) > 50
    assert path.stat().st_mode & 0o777 == 0o600
