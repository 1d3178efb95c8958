"""Configurations that are no model, or one without measure."""

import json
from typing import Any

from hostile.corpus import CORRUPT, FORBIDDEN, LARGE, UNSUPPORTED, Hostile
from hostile.dialects import (
    Json,
    archive,
    classifier,
    dense,
    functional,
    keras_3,
    layer,
    picture,
    reading,
    sequential,
)

MILLION = 10**6


def nested(depth: int) -> Json:
    model: Json = {**sequential(picture(), name="innermost"), "name": "innermost"}
    for _ in range(depth):
        model = {**sequential(model, name="shell"), "name": "shell"}
    return model


def idle(name: str, layers: int) -> Json:
    """A model of layers that do nothing."""
    inside = (layer("Dropout", str(number), rate=0.5) for number in range(layers))
    return {**sequential(picture(), *inside, name=name), "name": name}


def bracketed(depth: int) -> bytes:
    """JSON nested so deep in one argument."""
    text = json.dumps(classifier(last=dense("brackets", units="here")))
    return text.replace('"here"', "[" * depth + "]" * depth).encode()


def convolution(name: str, **config: Any) -> Json:
    return layer("Conv2D", name, **{"filters": 4, "kernel_size": [1, 1], **config})


HOSTILE = [
    Hostile("a list", CORRUPT, "is no JSON object", archive([1, 2])),
    Hostile(
        "half of the JSON",
        CORRUPT,
        "config.json in the archive is no JSON as Keras writes it (Unterminated",
        archive(json.dumps(classifier()).encode()[:200]),
    ),
    Hostile(
        "Latin-1",
        CORRUPT,
        "is no JSON as Keras writes it ('utf-8' codec",
        archive('{"class_name": "Modèle"}'.encode("latin-1")),
    ),
    Hostile(
        "brackets as deep as Python reads",
        FORBIDDEN,
        "'brackets' (Dense) has units = [[",
        archive(bracketed(900)),
    ),
    Hostile(
        "brackets without end", CORRUPT, "is no JSON as Keras writes it (maximum recursion", archive(bracketed(100_000))
    ),
    Hostile(
        "the same key twice, an honest value last",
        CORRUPT,
        "'class_name' twice",
        archive(b'{"class_name": "Lambda", ' + json.dumps(classifier())[1:].encode()),
    ),
    Hostile(
        "NaN", FORBIDDEN, "'nan' (Rescaling) has scale = nan", keras_3(layer("Rescaling", "nan", scale=float("nan")))
    ),
    Hostile(
        "infinity",
        FORBIDDEN,
        "'inf' (Rescaling) has offset = inf",
        keras_3(layer("Rescaling", "inf", offset=float("inf"))),
    ),
    Hostile("a name of 10 MB", FORBIDDEN, "name 'nnnn", keras_3(last=dense("n" * 10 * MILLION))),
    Hostile(
        "a kind of 10 MB",
        FORBIDDEN,
        "'long kind' is of the kind 'KKKK",
        keras_3(layer("K" * 10 * MILLION, "long kind")),
    ),
    Hostile("a name that climbs", FORBIDDEN, "name '../../elsewhere'", keras_3(last=dense("../../elsewhere"))),
    Hostile("a name that clears the screen", FORBIDDEN, r"name '\x1b[2J'", keras_3(last=dense("\x1b[2J"))),
    Hostile("models nested 300 deep", FORBIDDEN, "nested deeper than 16", keras_3(nested(300))),
    Hostile(
        "100,000 layers",
        LARGE,
        "more than 5000 layers",
        keras_3(*(layer("Flatten", f"flat {number}") for number in range(100_000))),
    ),
    Hostile(
        "100,000 layers that do nothing, backwards",
        LARGE,
        "more than 5000 layers",
        archive(
            functional(
                *(
                    reading(layer("Dropout", str(number), rate=0.5), str(number - 1))
                    for number in range(100_000, 0, -1)
                ),
                {**picture(), "name": "0"},
                inputs=("0",),
                outputs=("100000",),
            )
        ),
    ),
    Hostile(
        "80,000 layers that do nothing, in nested models",
        LARGE,
        "more than 5000 layers",
        keras_3(*(idle(f"idle {number}", 4000) for number in range(20))),
    ),
    Hostile(
        "a circle",
        CORRUPT,
        "in a circle: ring",
        archive(functional(picture(), reading(dense("ring"), "classes"), reading(dense("classes"), "ring"))),
    ),
    Hostile(
        "a layer that reads nothing",
        CORRUPT,
        "'lonely' reads the layer 'nowhere', which is not there",
        archive(functional(picture(), reading(dense("lonely"), "nowhere"), outputs=("lonely",))),
    ),
    Hostile(
        "an output that is no layer",
        CORRUPT,
        "'vanished'",
        archive(functional(picture(), reading(dense("classes"), "picture"), outputs=("vanished",))),
    ),
    Hostile("two layers of one name", CORRUPT, "called 'twin'", keras_3(layer("ReLU", "twin"), layer("ReLU", "twin"))),
    Hostile(
        "two inputs",
        UNSUPPORTED,
        "has 2 inputs and 1 outputs",
        archive(functional(picture(), reading(dense("classes"), "picture"), inputs=("picture", "picture"))),
    ),
    Hostile(
        "two outputs",
        UNSUPPORTED,
        "has 1 inputs and 2 outputs",
        archive(functional(picture(), reading(dense("classes"), "picture"), outputs=("classes", "classes"))),
    ),
    Hostile(
        "no layers",
        UNSUPPORTED,
        "has no layers",
        archive(sequential()),
    ),
    Hostile(
        "an answer for each pixel",
        UNSUPPORTED,
        "answers with an array of shape (4, 4, 3)",
        archive(sequential(picture(), layer("ReLU", "map"))),
    ),
    Hostile(
        "2^40 units",
        FORBIDDEN,
        "'endless' (Dense) has units = 1099511627776",
        keras_3(last=dense("endless", units=2**40)),
    ),
    Hostile("minus two units", FORBIDDEN, "'minus' (Dense) has units = -2", keras_3(last=dense("minus", units=-2))),
    Hostile("units of 2.0", FORBIDDEN, "'float' (Dense) has units = 2.0", keras_3(last=dense("float", units=2.0))),
    Hostile("units as text", FORBIDDEN, "'text' (Dense) has units = '2'", keras_3(last=dense("text", units="2"))),
    Hostile("true units", FORBIDDEN, "'true' (Dense) has units = True", keras_3(last=dense("true", units=True))),
    Hostile(
        "a kernel of terabytes",
        CORRUPT,
        "for the layer 'vast kernel' (Conv2D)",
        keras_3(convolution("vast kernel", filters=MILLION, kernel_size=[MILLION, MILLION])),
    ),
    Hostile(
        "an enlargement to terabytes",
        LARGE,
        "'vast picture' (UpSampling2D)",
        keras_3(layer("UpSampling2D", "vast picture", size=[MILLION, MILLION])),
    ),
    Hostile(
        "a margin of terabytes",
        LARGE,
        "'vast margin' (ZeroPadding2D)",
        keras_3(layer("ZeroPadding2D", "vast margin", padding=[[10**7, 10**7], [10**7, 10**7]])),
    ),
    Hostile(
        "a margin of 10^9",
        FORBIDDEN,
        "'margin' (ZeroPadding2D) has padding = 1000000000",
        keras_3(layer("ZeroPadding2D", "margin", padding=10**9)),
    ),
    Hostile(
        "pictures of terabytes",
        UNSUPPORTED,
        "has the shape [None, 1000000, 1000000, 3]",
        archive(sequential(picture(batch_shape=[None, MILLION, MILLION, 3]), dense("classes"))),
    ),
    Hostile(
        "pictures of any size",
        UNSUPPORTED,
        "has the shape [None, None, None, 3]",
        archive(sequential(picture(batch_shape=[None, None, None, 3]), dense("classes"))),
    ),
    Hostile(
        "true as the height of pictures",
        UNSUPPORTED,
        "has the shape [None, True, 4, 3]",
        archive(sequential(picture(batch_shape=[None, True, 4, 3]), dense("classes"))),
    ),
    Hostile(
        "pictures of two channels",
        UNSUPPORTED,
        "has 2 channels",
        archive(sequential(picture(batch_shape=[None, 4, 4, 2]), dense("classes"))),
    ),
]
