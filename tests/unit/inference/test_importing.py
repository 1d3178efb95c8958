import base64
import json
import marshal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from safetensors.numpy import load_file
from unit.inference.archives import REQUEST, layer, sequential, write_archive, write_weights

from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from domain.manifests import Head
from domain.preprocessing import PRESETS
from inference.importing.__main__ import main
from inference.importing.exchange import (
    MODEL_FILE,
    NETWORK_FILE,
    REPORT_FILE,
    REQUEST_FILE,
    WEIGHTS_FILE,
    Imported,
    ImportRequest,
    Report,
)
from inference.importing.importer import imported


def _refused(folder: Path, request: ImportRequest = REQUEST) -> HubError:
    with pytest.raises(HubError) as refusal:
        imported(request, folder)
    return refusal.value


def _write_config(folder: Path, config: dict[str, Any]) -> None:
    write_archive(folder, json.dumps(config).encode())


def test_keras_file_goes_through_the_real_process(tmp_path: Path) -> None:
    import keras

    from network.canonical import CanonicalNetwork
    from network.scores import scores

    inner = keras.Input((8, 8, 3))
    trunk = keras.Model(inner, keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3, activation="relu")(inner)))
    picture = keras.Input((8, 8, 3))
    seen = keras.layers.Conv2D(3, 3, padding="same")(keras.layers.RandomFlip()(picture))
    maps = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(6, 3)(trunk(seen)))
    model = keras.Model(picture, keras.layers.Dense(3, activation="softmax")(keras.layers.Dropout(0.3)(maps)))
    random = np.random.default_rng(0)
    model.set_weights([random.uniform(0.02, 0.2, array.shape) for array in model.get_weights()])
    model.save(tmp_path / "cats.keras")
    (tmp_path / "cats.keras").rename(tmp_path / MODEL_FILE)
    labels = ClassLabels(names=("cat", "dog", "owl"))
    request = ImportRequest(source="cats.keras", labels=labels, preprocessing=PRESETS["caffe"])
    (tmp_path / REQUEST_FILE).write_text(request.model_dump_json())

    program = [sys.executable, "-m", "inference.importing", str(tmp_path)]
    subprocess.run(program, check=True, capture_output=True, timeout=60)

    result = Report.model_validate_json((tmp_path / REPORT_FILE).read_bytes()).result
    assert isinstance(result, Imported)
    assert (result.head, result.labels, result.preprocessing) == (Head.SOFTMAX, labels, PRESETS["caffe"])
    assert result.parameters == model.count_params()
    network = CanonicalNetwork.load((tmp_path / NETWORK_FILE).read_bytes(), tmp_path / WEIGHTS_FILE)
    pictures = random.uniform(0, 1, (4, 8, 8, 3)).astype(np.float32)
    found = scores(network.logits(pictures), result.head)
    np.testing.assert_allclose(found, model.predict(pictures, verbose=0), rtol=1e-5, atol=1e-6)
    assert np.ptp(found, axis=0).max() > 1e-4


def test_archive_without_labels_gets_numbers_and_a_guess_that_is_said_aloud(tmp_path: Path) -> None:
    write_archive(tmp_path)

    result = imported(REQUEST, tmp_path)

    assert result.labels.names == ("0", "1")
    assert result.preprocessing == PRESETS["tf"]
    assert any("'tf' was assumed" in change for change in result.changes)
    np.testing.assert_array_equal(load_file(tmp_path / WEIGHTS_FILE)["logits.kernel"][1], [2.0, 3.0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"just some text", "of no known kind"),
        (b"", "empty"),
        (b"\x80\x04 and so on", "a pickle"),
        (b"\x1f\x8b and so on", "gzip"),
    ],
    ids=["text", "empty", "pickle", "gzip"],
)
def test_other_formats_are_refused_by_what_they_are(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes(content)

    error = _refused(tmp_path)

    assert error.reason is Reason.MODEL_FORMAT_UNSUPPORTED
    assert words in error.message
    assert "cats.keras" in error.message


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_truncated_archive_is_called_corrupt(kept: float, tmp_path: Path) -> None:
    path = write_archive(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])

    assert _refused(tmp_path).reason is Reason.MODEL_CORRUPT


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archive_with_flipped_bytes_is_called_corrupt(compression: int, tmp_path: Path) -> None:
    path = write_archive(tmp_path, compression=compression)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("config.json")
    content = bytearray(path.read_bytes())
    begin = member.header_offset + 30 + len("config.json")
    content[begin + 10 : begin + member.compress_size] = b"\xff" * (member.compress_size - 10)
    path.write_bytes(bytes(content))

    assert _refused(tmp_path).reason is Reason.MODEL_CORRUPT


def test_archive_without_configuration_is_no_keras_model(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / MODEL_FILE, "w") as archive:
        archive.writestr("saved_model.pb", b"")

    error = _refused(tmp_path)

    assert error.reason is Reason.MODEL_FORMAT_UNSUPPORTED
    assert "config.json" in error.message


@pytest.mark.parametrize(
    "config", [b"{", b"no JSON", b"[1, 2]", b"\xff\xfe\xff", b"[" * 100_000], ids=["{", "text", "list", "bytes", "deep"]
)
def test_configuration_that_is_no_json_object_is_called_corrupt(config: bytes, tmp_path: Path) -> None:
    write_archive(tmp_path, config)

    assert _refused(tmp_path).reason is Reason.MODEL_CORRUPT


def test_code_in_a_lambda_layer_is_refused_and_never_runs(tmp_path: Path) -> None:
    witness = tmp_path / "it ran"
    code = compile(f"open({str(witness)!r}, 'w').close()", "attack", "exec")
    function = {"class_name": "__lambda__", "config": {"code": base64.b64encode(marshal.dumps(code)).decode()}}
    _write_config(tmp_path, sequential(layer("Lambda", "secret", function=function)))

    error = _refused(tmp_path)

    assert error.reason is Reason.MODEL_FORBIDDEN
    assert "'secret'" in error.message
    assert not witness.exists()
    exec(code)
    assert witness.exists(), "the code would have left a file, had it run"


def test_layer_of_a_foreign_module_is_refused(tmp_path: Path) -> None:
    _write_config(tmp_path, sequential(layer("Dense", "mine", units=2) | {"module": "os"}))

    error = _refused(tmp_path)

    assert error.reason is Reason.MODEL_FORBIDDEN
    assert "'mine'" in error.message


def _link(tmp_path: Path, link: Any) -> None:
    with h5py.File(tmp_path / "elsewhere.h5", "w") as other:
        other["0"] = np.zeros((48, 2), np.float32)
    write_weights(tmp_path / "weights.h5")
    with h5py.File(tmp_path / "weights.h5", "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = link
    write_archive(tmp_path)


def test_weights_that_link_to_another_file_are_forbidden(tmp_path: Path) -> None:
    _link(tmp_path, h5py.ExternalLink(str(tmp_path / "elsewhere.h5"), "/0"))

    assert _refused(tmp_path).reason is Reason.MODEL_FORBIDDEN


def test_weights_that_link_to_another_place_are_forbidden(tmp_path: Path) -> None:
    _link(tmp_path, h5py.SoftLink("/layers/dense/vars/1"))

    assert _refused(tmp_path).reason is Reason.MODEL_FORBIDDEN


def test_weights_with_external_storage_are_forbidden(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(48 * 2 * 4))
    write_weights(tmp_path / "weights.h5")
    with h5py.File(tmp_path / "weights.h5", "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars"].create_dataset(
            "0", (48, 2), np.float32, external=[(str(tmp_path / "secret"), 0, 48 * 2 * 4)]
        )
    write_archive(tmp_path)

    assert _refused(tmp_path).reason is Reason.MODEL_FORBIDDEN


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file.create_group("layers")
    write_archive(tmp_path)

    error = _refused(tmp_path)

    assert error.reason is Reason.MODEL_CORRUPT
    assert "'logits' (Dense), which has 2: kernel, bias" in error.message


def test_weights_that_are_words_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file.create_group("layers/dense/vars")["0"] = b"words"
    write_archive(tmp_path)

    assert _refused(tmp_path).reason is Reason.MODEL_CORRUPT


def test_weights_that_are_no_hdf5_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(b"no weights")
    write_archive(tmp_path)

    assert _refused(tmp_path).reason is Reason.MODEL_CORRUPT


def test_labels_have_to_be_as_many_as_classes(tmp_path: Path) -> None:
    write_archive(tmp_path)
    labels = ClassLabels(names=("cat", "dog", "owl"))

    error = _refused(tmp_path, ImportRequest(source="cats.keras", labels=labels))

    assert error.reason is Reason.LABELS_INVALID
    assert "3 labels for 2 classes" in error.message


def test_refusal_is_left_as_a_report(tmp_path: Path) -> None:
    (tmp_path / REQUEST_FILE).write_text(REQUEST.model_dump_json())
    (tmp_path / MODEL_FILE).write_bytes(b"just some text")

    main(tmp_path)

    result = Report.model_validate_json((tmp_path / REPORT_FILE).read_bytes()).result
    assert not isinstance(result, Imported)
    assert result.reason is Reason.MODEL_FORMAT_UNSUPPORTED
