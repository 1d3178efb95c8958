"""Whoever waits for an upload sees how far it has come, on a terminal and in a log."""

import sys

import pytest

from innhub.cli.output import upload_progress


def test_a_log_gets_a_line_for_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with upload_progress("photos") as progress:
        for sent in range(5, 101, 5):
            progress(sent * 10**6, 100 * 10**6)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "sending photos: 10 % of 100.0 MB"
    assert [line.split()[2] for line in told] == [str(share) for share in range(10, 101, 10)]


def test_what_is_sent_at_once_needs_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    with upload_progress("photo") as progress:
        progress(10, 10)
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar_that_ends_with_a_failure_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")

    def break_off(sent: int, total: int) -> None:
        with upload_progress("photos") as progress:
            progress(sent, total)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        break_off(1, 2)
    shown = capsys.readouterr().err
    assert "sending photos" in shown
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l"), "the cursor is shown again"
