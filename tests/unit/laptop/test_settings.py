from pathlib import Path

import pytest

from laptop.problems import StackError
from laptop.settings import read_settings


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INNHUB_HOME", "INNHUB_PORT", "INNHUB_DEMO"):
        monkeypatch.delenv(name, raising=False)
    settings = read_settings()
    assert (settings.home, settings.port, settings.demo) == (Path(".innhub"), 8080, True)


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNHUB_HOME", "/tmp/elsewhere")
    monkeypatch.setenv("INNHUB_PORT", "8180")
    monkeypatch.setenv("INNHUB_DEMO", "0")
    settings = read_settings()
    assert (settings.home, settings.port, settings.demo) == (Path("/tmp/elsewhere"), 8180, False)


@pytest.mark.parametrize("port", ["many", "0", "65535"])  # the last one leaves no next port for gRPC
def test_a_port_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("INNHUB_PORT", port)
    with pytest.raises(StackError, match=f"INNHUB_PORT is '{port}'"):
        read_settings()
