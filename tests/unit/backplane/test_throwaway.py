"""The process that reads strangers' files gets no credentials and cannot take more than its bounds."""

from pathlib import Path
from time import monotonic

import pytest

from backplane.throwaway import Bounds, run_throwaway

GENEROUS = Bounds(seconds=60, memory_bytes=2 * 1024**3, file_bytes=10**6)


def module(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Puts a module `guest` where the process finds it; it waits until its bounds are set."""
    (folder / "guest.py").write_text(f"import os, pathlib, sys, time\nfolder = pathlib.Path(sys.argv[1])\n{code}\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))


async def test_credentials_stay_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNHUB_S3_SECRET_KEY", "secret")
    module(tmp_path, monkeypatch, "(folder / 'seen').write_text(repr(dict(os.environ)))")
    assert (await run_throwaway("guest", tmp_path, GENEROUS)).startswith("exit code 0")
    assert "INNHUB" not in (tmp_path / "seen").read_text()


async def test_it_is_killed_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, monkeypatch, "time.sleep(60)")
    begun = monotonic()
    with pytest.raises(TimeoutError):
        await run_throwaway("guest", tmp_path, Bounds(seconds=1, memory_bytes=10**9, file_bytes=10**6))
    assert monotonic() - begun < 10


@pytest.mark.parametrize(
    ("greed", "complaint"),
    [("bytes(3 * 1024**3)", "MemoryError"), ("(folder / 'large').write_bytes(bytes(2 * 10**6))", "File too large")],
)
async def test_greed_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greed: str, complaint: str) -> None:
    module(tmp_path, monkeypatch, f"time.sleep(0.5); {greed}")
    ending = await run_throwaway("guest", tmp_path, GENEROUS)
    assert ending.startswith("exit code 1")
    assert complaint in ending
