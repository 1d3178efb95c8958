import io
import json
from pathlib import Path

from laptop.journal import Journal, readable


def test_a_json_line_is_readable() -> None:
    line = json.dumps({"event": "task done", "level": "info", "timestamp": "t", "service": "s", "shard": 3})
    assert readable(line) == "task done shard=3"


def test_an_error_says_so_and_keeps_its_traceback() -> None:
    line = json.dumps({"event": "call failed", "level": "error", "exception": "Traceback\n  here"})
    assert readable(line) == "error call failed\nTraceback\n  here"


def test_other_lines_stay() -> None:
    for line in ("plain", "{broken", "[1]", '"text"', "{}", ""):
        assert readable(line) == line


def test_raw_in_the_file_and_readable_on_the_screen(tmp_path: Path) -> None:
    screen = io.StringIO()
    journal = Journal(tmp_path, screen)
    raw = '{"event": "started", "level": "info", "port": 7}'
    journal.take("suggest", raw)
    journal.take("nats", "[1] [INF] nothing of note", only_trouble=True)
    journal.take("nats", "[1] [ERR] something", only_trouble=True)
    journal.close()
    assert (tmp_path / "suggest.log").read_text() == raw + "\n"
    assert len((tmp_path / "nats.log").read_text().splitlines()) == 2
    assert screen.getvalue() == "suggest     | started port=7\nnats        | [1] [ERR] something\n"


def test_a_terminal_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    screen = io.StringIO()
    screen.close()
    journal = Journal(tmp_path, io.StringIO())
    journal._screen = screen
    journal.say("into the void")
    journal.close()
