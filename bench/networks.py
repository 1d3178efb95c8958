"""Import and loading of a network against Keras' own loading of the same file, in time and memory.

Each figure is taken in a process of its own, with TensorFlow imported before the clock starts.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ARCHITECTURES = ["ResNet50", "VGG16"]
_MEASURED = {
    "keras": "keras.models.load_model(folder / 'model.keras')",
    "import": "imported(ImportRequest(source='model.keras', preprocessing=PRESETS['raw']), folder)",
    "load": "CanonicalNetwork.load((folder / NETWORK_FILE).read_bytes(), folder / WEIGHTS_FILE)",
}
_PROGRAM = """
import json, os, resource, sys, time
from pathlib import Path
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from domain.preprocessing import PRESETS
from inference.importing.exchange import NETWORK_FILE, WEIGHTS_FILE, ImportRequest
from inference.importing.importer import imported
from network.canonical import CanonicalNetwork
folder = Path(sys.argv[1])
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, begun = peak(), time.perf_counter()
{measured}
print(json.dumps([time.perf_counter() - begun, peak() - before]))
"""
_SAVING = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
getattr(keras.applications, sys.argv[2])(weights=None).save(sys.argv[1] + "/model.keras")
"""


def measure() -> dict[str, float]:
    """Seconds and megabytes, and their ratios to Keras, all on the CPU."""
    figures: dict[str, float] = {}
    for name in ARCHITECTURES:
        with TemporaryDirectory() as folder:
            _run(_SAVING, folder, name)
            (Path(folder) / "model").symlink_to("model.keras")
            results = {
                what: json.loads(_run(_PROGRAM.replace("{measured}", code), folder)) for what, code in _MEASURED.items()
            }
        for what, (seconds, megabytes) in results.items():
            figures[f"{name}: {what} [s]"] = seconds
            figures[f"{name}: {what} [MB]"] = megabytes
        figures[f"{name}: import / keras.models.load_model"] = results["import"][0] / results["keras"][0]
        figures[f"{name}: load / keras.models.load_model"] = results["load"][0] / results["keras"][0]
    return figures


def _run(program: str, *arguments: str) -> str:
    """The last line that a program prints."""
    command = [sys.executable, "-c", program, *arguments]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return lines[-1] if lines else ""
