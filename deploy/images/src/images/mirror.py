"""What the builder knows of its package index, as secrets of a build: they are there while it runs, and in no layer."""

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from images.catalogue import ROOT

_PIP = ROOT / ".tools" / "bin" / "pip"
_WHERE = {
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INSECURE_HOST",
}
_HOW = {"PIP_DEFAULT_TIMEOUT", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS"}
_OF_UV_INDEXES = "UV_INDEX_"
"""User and password of an index that has a name."""
_CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")


def secrets(environment: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """The secrets by id, as far as there is anything to tell.

    Args:
        environment: of the builder.
        folder: where the secret that has no file yet is written; only its owner should be able to read there.
    """
    found: dict[str, Path] = {}
    index = index_settings(environment, pip_settings())
    if index:
        found["index"] = folder / "index"
        found["index"].touch(mode=0o600)
        found["index"].write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in index.items()))
    for name in _CERTIFICATES:
        if (path := Path(environment.get(name, ""))).is_file():
            found["certificates"] = path
            break
    for path in _uv_files(environment):
        if path.is_file():
            found["uv.toml"] = path
            break
    return found


def index_settings(environment: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """What pip and uv are told in a build, as environment variables.

    Args:
        environment: of the builder.
        pip: its `pip config`, by the names of environment variables. What the environment says goes before.
    """
    known = {**pip, **environment}
    return {
        name: known[name]
        for name in sorted(known)
        # A folder of this machine is not there in a build.
        if known[name] and (name in _HOW or (_tells_where(name) and "file:" not in known[name]))
    }


def private(index: Mapping[str, str]) -> list[str]:
    """What no image may say: where the index of the builder is, and who is let in.

    Args:
        index: as `index_settings` gives it.
    """
    return [value for name, value in index.items() if _tells_where(name)]


def _tells_where(name: str) -> bool:
    return name in _WHERE or name.startswith(_OF_UV_INDEXES)


def pip_settings() -> dict[str, str]:
    """The settings of pip that stand in its files, by the names of environment variables."""
    said = subprocess.run([str(_PIP), "config", "list"], capture_output=True, text=True, check=False).stdout
    settings = {}
    for line in said.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.partition(".")
        if section in {"global", "install"}:
            settings[f"PIP_{option.upper().replace('-', '_')}"] = value.strip("'\"")
    return settings


def _uv_files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    home = Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return (Path(environment.get("UV_CONFIG_FILE", "")), home / "uv" / "uv.toml", Path("/etc/uv/uv.toml"))
