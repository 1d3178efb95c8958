"""Files of Keras 2, `.h5` and `.keras`, answer here as they did there."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from importing.originals import answers, brought_in


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keras_2")
    script = Path(__file__).with_name("keras_2.py")
    subprocess.run([sys.executable, script, folder], check=True, timeout=300)
    return folder


@pytest.mark.parametrize("suffix", ["h5", "keras"])
@pytest.mark.parametrize("name", ["plain", "transfer", "operators"])
def test_file_of_keras_2_answers_as_there(name: str, suffix: str, saved: Path, tmp_path: Path) -> None:
    report, network = brought_in(saved / f"{name}.{suffix}", tmp_path / "import")

    found = answers(report, network, np.load(saved / "inputs.npy"))

    np.testing.assert_allclose(found, np.load(saved / f"{name}.npy"), rtol=1e-5, atol=1e-5)
    assert np.ptp(found, axis=1).min() > 1e-3, "the classes must differ for this to say anything"
