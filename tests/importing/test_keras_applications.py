"""Every family of keras.applications goes in as `.keras` and as `.h5` and answers as before."""

from pathlib import Path

import keras
import numpy as np
import pytest
from importing.originals import answers, brought_in, pictures, unsettled

from backplane.throwaway import Bounds, Refused, run_throwaway
from domain.applications import APPLICATIONS
from explainer.methods import registry
from inference.importing import keras_archive, keras_hdf5
from inference.importing.exchange import REPORT_FILE, REQUEST_FILE, ImportRequest, Report
from network.flatten import flatten

_SIDE = {"InceptionResNetV2": 75, "InceptionV3": 75, "Xception": 71}
_WITHOUT = {
    # Architectures of the same family as one in the table, and too large for a quick test.
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtXLarge",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "NASNetLarge",
}
ARCHITECTURES = sorted(set(APPLICATIONS) - _WITHOUT)


@pytest.fixture(autouse=True)
def _forget() -> None:
    keras.backend.clear_session()


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architecture_answers_as_before(name: str, tmp_path: Path) -> None:
    shape = (_SIDE.get(name, 32), _SIDE.get(name, 32), 3)
    model = unsettled(getattr(keras.applications, name)(weights=None, input_shape=shape, classes=10))
    model.save(tmp_path / "model.keras")
    model.save(tmp_path / "model.h5")
    inputs = pictures(shape, 1)

    report, network = brought_in(tmp_path / "model.keras", tmp_path / "import")

    expected = np.asarray(model(inputs, training=False))
    np.testing.assert_allclose(answers(report, network, inputs), expected, rtol=0, atol=1e-5)
    archive = keras_archive.read(tmp_path / "model.keras", tmp_path)
    file = keras_hdf5.read(tmp_path / "model.h5")
    one, other = (flatten(found.config, found.weights) for found in (archive, file))
    assert one.nodes == other.nodes
    assert one.weights.keys() == other.weights.keys()
    assert all(np.array_equal(one.weights[key], other.weights[key]) for key in one.weights)
    obstacles = {method.id: method.obstacle(network.description) for method in registry.methods().values()}
    assert obstacles["gradient"] is None
    assert all(obstacle is None or obstacle.reason for obstacle in obstacles.values())


def test_the_table_of_applications_is_that_of_keras() -> None:
    theirs = {name for name in dir(keras.applications) if name[0].isupper()}

    assert set(APPLICATIONS) == theirs


async def test_weights_that_cannot_be_downloaded_are_refused_with_another_way(tmp_path: Path) -> None:
    """The process is as it is for a stranger's file: without the network."""
    request = ImportRequest(source="keras:MobileNet", builtin="keras:MobileNet", keras_home=str(tmp_path / "cache"))
    (tmp_path / REQUEST_FILE).write_text(request.model_dump_json())
    bounds = Bounds(seconds=120, memory_bytes=4 * 1024**3, file_bytes=1024**3)

    await run_throwaway("inference.importing", tmp_path, bounds)

    result = Report.model_validate_json((tmp_path / REPORT_FILE).read_bytes()).result
    assert isinstance(result, Refused)
    assert "MobileNet could not be downloaded" in result.message
    assert "give the file as weights" in result.advice
    assert (tmp_path / "cache").exists(), "Keras was to look into the cache that it was given"
