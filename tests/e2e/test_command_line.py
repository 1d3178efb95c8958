"""The command line as a script uses it: JSON out, exit codes, files."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from e2e.program import Innhub, document
from PIL import Image


def test_lists_are_arrays_of_items(innhub: Innhub) -> None:
    assert {"lite0", "lite2", "squeezenet"} <= {model["name"] for model in document(innhub("models", "list", "--json"))}
    assert "photos" in {data["name"] for data in document(innhub("datasets", "list", "--json"))}
    assert any(run["state"] == "done" for run in document(innhub("runs", "list", "--json")))
    assert len(document(innhub("datasets", "samples", "photos", "--limit", 5, "--json"))) == 5
    methods = document(innhub("methods", "--json"))
    one = document(innhub("methods", "lrp.epsilon", "--json"))
    assert one in methods


def test_a_model_is_shown_with_its_layers_and_methods(innhub: Innhub) -> None:
    assert document(innhub("models", "show", "squeezenet", "--json"))["name"] == "squeezenet"
    assert len(document(innhub("models", "graph", "squeezenet", "--json"))) > 20
    assert all(row["applicable"] for row in document(innhub("models", "methods", "squeezenet", "--json")))


def test_people_get_tables(innhub: Innhub) -> None:
    listed = innhub("models", "list")
    assert listed.returncode == 0
    assert "squeezenet" in listed.stdout
    assert "gradient" in innhub("methods").stdout


def test_an_explanation_is_written_as_picture_and_as_numbers(innhub: Innhub, tmp_path: Path) -> None:
    asked = ("explain", "squeezenet", "photos", 3, "--method", "lrp.epsilon", "--set", "epsilon=1e-7", "--json")
    record = document(innhub(*asked, "-o", tmp_path / "why.png"))
    assert record["parameters"]["epsilon"] == 1e-7
    again = document(innhub(*asked, "-o", tmp_path / "why.npy"))
    assert again == record
    relevance = np.load(tmp_path / "why.npy", allow_pickle=False)
    assert (relevance.dtype, list(relevance.shape)) == (np.float32, record["shape"])
    with Image.open(tmp_path / "why.png") as picture:
        assert picture.format == "PNG"
        picture.load()


def test_targets_can_be_named_in_every_way(innhub: Innhub) -> None:
    asked = ("explain", "squeezenet", "photos", 3, "--method", "gradient", "--json")
    predicted = document(innhub(*asked))
    by_index = document(innhub(*asked, "--target", predicted["target_index"]))
    by_name = document(innhub(*asked, "--target", predicted["target_name"]))
    assert predicted["target_index"] == by_index["target_index"] == by_name["target_index"]
    assert by_index["target_value"] == predicted["target_value"]


def test_suggestions_are_printed_and_written(innhub: Innhub, tmp_path: Path) -> None:
    rows = document(innhub("suggest", "agreement", "photos", "lite0", "squeezenet", "--json"))
    assert {row["predicted_classes"] for row in rows} <= {1, 2}
    assert innhub("suggest", "agreement", "photos", "lite0", "squeezenet", "-o", tmp_path / "a.csv").returncode == 0
    with (tmp_path / "a.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(rows)
    worst = document(
        innhub("suggest", "samples", "photos", "lite0", "--order", "label_error", "--descending", "--json")
    )
    assert worst[0]["label"] is not None
    bars = document(innhub("suggest", "histogram", "photos", "lite0", "--bins", 5, "--json"))
    assert len(bars["bins"]) == 5


def test_a_model_and_a_data_set_of_ones_own_from_beginning_to_end(
    innhub: Innhub, classifier: Path, pictures: Callable[[int, int], Path], tmp_path: Path
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("0\n1\n2\n")
    model = document(
        innhub("models", "add", classifier, "--name", "mine", "--labels", labels, "--preprocessing", "unit", "--json")
    )
    assert (model["state"], model["summary"]["classes"], model["summary"]["input_shape"]) == ("ready", 3, [16, 16, 3])
    data = document(innhub("datasets", "add", pictures(9, 32), "--name", "noise", "--json"))
    assert (data["state"], data["summary"]["samples"], data["summary"]["labels"]) == ("ready", 9, ["0", "1", "2"])

    run = document(innhub("predict", "noise", "mine", "--wait", "--json"))
    assert (run["state"], run["progress"]["samples_done"]) == ("done", 9)
    assert document(innhub("runs", "watch", run["id"], "--json"))["state"] == "done"
    assert document(innhub("runs", "cancel", run["id"], "--json"))["state"] == "done"
    assert len(document(innhub("suggest", "samples", "noise", "mine", "--label", "1", "--json"))) == 3
    assert document(innhub("explain", "mine", "noise", 0, "--method", "gradient", "--json"))["shape"] == [16, 16, 3]

    assert innhub("models", "remove", "mine").returncode == 0
    assert innhub("datasets", "remove", "noise").returncode == 0
    assert "mine" not in {entry["name"] for entry in document(innhub("models", "list", "--json"))}
    assert "noise" not in {entry["name"] for entry in document(innhub("datasets", "list", "--json"))}


def test_a_failure_is_one_line_with_its_reason_and_exit_code_1(innhub: Innhub, tmp_path: Path) -> None:
    for failed, reason in (
        (innhub("models", "show", "nothing"), "MODEL_NOT_FOUND"),
        (innhub("methods", "voodoo"), "METHOD_UNKNOWN"),
        (innhub("models", "add", tmp_path / "absent.keras", "--name", "x"), "FILE_NOT_FOUND"),
        (innhub("--workspace", "elsewhere", "models", "list"), "WORKSPACE_NOT_FOUND"),
        (innhub("models", "list", INNHUB_TOKEN="wrong"), "UNAUTHENTICATED"),
        (innhub("models", "list", INNHUB_URL="http://127.0.0.1:9"), "HUB_UNREACHABLE"),
    ):
        assert failed.returncode == 1
        assert failed.stdout == ""
        assert failed.stderr.startswith("innhub: ")
        assert failed.stderr.rstrip().endswith(f"[{reason}]")
        assert len(failed.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "misuse",
    [
        ["models", "add"],
        ["nonsense"],
        ["explain", "squeezenet", "photos", "0"],
        ["explain", "squeezenet", "photos", "-1", "--method", "gradient"],
        ["explain", "squeezenet", "photos", "0", "--method", "gradient", "--set", "novalue"],
        ["explain", "squeezenet", "photos", "0", "--method", "gradient", "-o", "why.gif"],
        ["models", "add", "x.keras", "--name", "x", "--preprocessing", "{"],
    ],
)
def test_misuse_is_exit_code_2(innhub: Innhub, misuse: list[str]) -> None:
    misused = innhub(*misuse)
    assert misused.returncode == 2
    assert "Traceback" not in misused.stderr
