import stat
from pathlib import Path

import pytest

from laptop import home as home_module
from laptop.home import Home
from laptop.problems import StackError


def test_a_secret_is_made_once_and_private(tmp_path: Path) -> None:
    secret = Home(tmp_path).secret("token")
    assert len(secret) >= 32
    assert Home(tmp_path).secret("token") == secret
    assert Home(tmp_path).secret("other") != secret
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_only_one_stack_has_the_home(tmp_path: Path) -> None:
    first = Home(tmp_path).lock()
    assert first is not None
    assert Home(tmp_path).lock() is None
    first.close()
    second = Home(tmp_path).lock()
    assert second is not None
    second.close()


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StackError, match=r"cannot be written.*INNHUB_HOME"):
        Home(tmp_path / "file" / "home").prepare()


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="shorter path"):
        Home(tmp_path / "/".join(["folder"] * 500)).prepare()


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_module, "LEAST_FREE_BYTES", 1024**6)
    with pytest.raises(StackError, match="MB left"):
        Home(tmp_path).prepare()
