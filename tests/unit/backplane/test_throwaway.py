"""The process that reads strangers' files gets no credentials, no network, and no more than its bounds."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

import psutil
import pytest
from structlog.testing import capture_logs

from backplane.throwaway import Bounds, report_of, run_throwaway
from domain.errors import HubError, Reason

GENEROUS = Bounds(seconds=60, memory_bytes=2 * 1024**3, file_bytes=10**6)
ISOLATES = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode == 0
needs_namespaces = pytest.mark.skipif(not ISOLATES, reason="this system lets nobody leave its network")


def module(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Puts a module `guest` where the process finds it."""
    (folder / "guest.py").write_text(
        f"import os, pathlib, socket, subprocess, sys, time\nfolder = pathlib.Path(sys.argv[1])\n{code}\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))


async def test_credentials_stay_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNHUB_S3_SECRET_KEY", "secret")
    module(tmp_path, monkeypatch, "(folder / 'seen').write_text(repr(dict(os.environ)))")
    assert (await run_throwaway("guest", tmp_path, GENEROUS)).startswith("exit code 0")
    assert "INNHUB" not in (tmp_path / "seen").read_text()


@needs_namespaces
async def test_it_cannot_read_them_from_the_process_that_started_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module(tmp_path, monkeypatch, f"pathlib.Path('/proc/{os.getpid()}/environ').read_bytes()")
    assert "PermissionError" in await run_throwaway("guest", tmp_path, GENEROUS)


@needs_namespaces
async def test_only_an_import_that_must_download_reaches_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        module(tmp_path, monkeypatch, f"socket.create_connection({server.getsockname()}, 5)")
        assert "Network is unreachable" in await run_throwaway("guest", tmp_path, GENEROUS)
        assert (await run_throwaway("guest", tmp_path, replace(GENEROUS, network=True))).startswith("exit code 0")


async def test_it_has_no_capabilities_and_gets_no_new_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, monkeypatch, "(folder / 'seen').write_text(pathlib.Path('/proc/self/status').read_text())")
    with capture_logs() as remarks:
        await run_throwaway("guest", tmp_path, GENEROUS)
    seen = dict(line.split(":\t", 1) for line in (tmp_path / "seen").read_text().splitlines())
    assert seen["NoNewPrivs"] == "1"
    assert not ISOLATES or (int(seen["CapEff"], 16), int(seen["CapPrm"], 16), remarks) == (0, 0, [])


async def test_a_system_that_refuses_isolation_is_told_of_and_the_rest_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Linux gives no namespace of users to a process with a second thread.
    (tmp_path / "sitecustomize.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
    )
    module(tmp_path, monkeypatch, "(folder / 'large').write_bytes(bytes(2 * 10**6))")
    with capture_logs() as remarks:
        assert "File too large" in await run_throwaway("guest", tmp_path, GENEROUS)
    assert [remark["refusal"] for remark in remarks] == ["Invalid argument"]


async def test_it_is_killed_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, monkeypatch, "time.sleep(60)")
    begun = monotonic()
    with pytest.raises(TimeoutError):
        await run_throwaway("guest", tmp_path, Bounds(seconds=1, memory_bytes=10**9, file_bytes=10**6))
    assert monotonic() - begun < 10


async def test_what_it_started_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    code = "child = subprocess.Popen(['sleep', '60']); (folder / 'child').write_text(str(child.pid))"
    module(tmp_path, monkeypatch, code)
    assert (await run_throwaway("guest", tmp_path, GENEROUS)).startswith("exit code 0")
    child = int((tmp_path / "child").read_text())
    eventually(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE, 10)


async def test_nobody_waits_for_what_ran_away_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, monkeypatch, "subprocess.Popen(['sleep', '20'], start_new_session=True); time.sleep(60)")
    begun = monotonic()
    with pytest.raises(TimeoutError):
        await run_throwaway("guest", tmp_path, replace(GENEROUS, seconds=1))
    assert monotonic() - begun < 10


async def test_however_much_it_complains_the_last_line_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, monkeypatch, "sys.stderr.write('x' * 10**5 + '\\n'); sys.exit('in the end')")
    assert await run_throwaway("guest", tmp_path, GENEROUS) == "exit code 1: in the end"


@pytest.mark.parametrize(
    ("greed", "complaint"),
    [("bytes(3 * 1024**3)", "MemoryError"), ("(folder / 'large').write_bytes(bytes(2 * 10**6))", "File too large")],
)
async def test_greed_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greed: str, complaint: str) -> None:
    module(tmp_path, monkeypatch, greed)
    ending = await run_throwaway("guest", tmp_path, GENEROUS)
    assert ending.startswith("exit code 1")
    assert complaint in ending


@pytest.mark.parametrize(
    "trick", ["(folder / 'report').symlink_to('/proc/self/environ')", "os.mkfifo(folder / 'report')"]
)
async def test_what_it_leaves_is_read_only_if_it_is_a_plain_file(
    trick: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module(tmp_path, monkeypatch, trick)
    with pytest.raises(HubError, match="'report', which is no plain file"):
        await report_of("guest", tmp_path, GENEROUS, "report", Reason.MODEL_CORRUPT)


async def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module(tmp_path, monkeypatch, "(folder / 'report').write_text('half'); sys.exit(1)")
    usage = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(HubError) as caught:
        await report_of("guest", tmp_path, GENEROUS, "report", Reason.ARCHIVE_CORRUPT)
    assert caught.value.reason is Reason.SERVICE_UNAVAILABLE
    assert "full" in caught.value.message
