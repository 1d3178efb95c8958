"""Files that carry code, or name code or files of this machine."""

from typing import Any

from hostile.corpus import FORBIDDEN, UNSUPPORTED, Hostile
from hostile.dialects import (
    PICTURE,
    archive,
    classifier,
    dense,
    functional,
    hdf5_of_keras_2,
    hdf5_of_keras_3,
    keras_2,
    keras_3,
    layer,
    picture,
    reading,
    sequential,
)
from hostile.trap import CODE

FUNCTION_OF_KERAS_3 = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}
FUNCTION_OF_KERAS_2 = [CODE, None, None]
SYSTEM = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
DOWNLOAD = {"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "get_file"}

QUANTISED = {
    "module": "keras",
    "class_name": "QuantizedFloat8DTypePolicy",
    "config": {"mode": "float8", "source_name": "float32"},
    "registered_name": None,
}


def lambda_3(name: str) -> dict[str, Any]:
    return layer("Lambda", name, function=FUNCTION_OF_KERAS_3, arguments={})


def lambda_2(name: str) -> dict[str, Any]:
    return layer("Lambda", name, function=FUNCTION_OF_KERAS_2, function_type="lambda", arguments={})


def wrapper(kind: str, name: str) -> dict[str, Any]:
    return layer(kind, name, layer=lambda_3("wrapped"))


HOSTILE = [
    Hostile("code, .keras of 3", FORBIDDEN, "'keras 3' is of the kind 'Lambda'", keras_3(lambda_3("keras 3"))),
    Hostile("code, .h5 of 3", FORBIDDEN, "'h5 of 3' is of the kind 'Lambda'", hdf5_of_keras_3(lambda_3("h5 of 3"))),
    Hostile("code, .keras of 2", FORBIDDEN, "'keras 2' is of the kind 'Lambda'", keras_2(lambda_2("keras 2"))),
    Hostile("code, .h5 of 2", FORBIDDEN, "'h5 of 2' is of the kind 'Lambda'", hdf5_of_keras_2(lambda_2("h5 of 2"))),
    Hostile(
        "code in a nested model",
        FORBIDDEN,
        "'inner/deep' is of the kind 'Lambda'",
        keras_3({**sequential(picture(), lambda_3("deep"), name="inner"), "name": "inner"}),
    ),
    Hostile(
        "code in TimeDistributed",
        FORBIDDEN,
        "'every' is of the kind 'TimeDistributed'",
        keras_3(wrapper("TimeDistributed", "every")),
    ),
    Hostile(
        "code in Bidirectional",
        FORBIDDEN,
        "'both' is of the kind 'Bidirectional'",
        keras_3(wrapper("Bidirectional", "both")),
    ),
    Hostile(
        "code as the whole model",
        UNSUPPORTED,
        "class 'Lambda', which has no graph",
        archive({"class_name": "Lambda", "config": {"function": FUNCTION_OF_KERAS_3}}),
    ),
    Hostile(
        "code as an activation",
        FORBIDDEN,
        "'marshalled' (Dense) has activation = {",
        keras_3(last=dense("marshalled", activation=FUNCTION_OF_KERAS_3)),
    ),
    Hostile(
        "os.system as an activation",
        FORBIDDEN,
        "'shell' (Dense) has activation = {'module': 'os'",
        keras_3(last=dense("shell", activation=SYSTEM)),
    ),
    Hostile(
        "a path to a function",
        FORBIDDEN,
        "'path' (Dense) has activation = 'os.system'",
        keras_3(last=dense("path", activation="os.system")),
    ),
    Hostile(
        "an array for a number",
        FORBIDDEN,
        "'array' (Rescaling) has scale = {'class_name': '__numpy__'",
        keras_3(layer("Rescaling", "array", scale={"class_name": "__numpy__", "config": {"value": [1.0]}}, offset=0.0)),
    ),
    Hostile(
        "a tensor for a number",
        FORBIDDEN,
        "'tensor' (Rescaling) has offset = {'class_name': '__tensor__'",
        keras_3(layer("Rescaling", "tensor", scale=1.0, offset={"class_name": "__tensor__", "config": {"value": 1}})),
    ),
    Hostile(
        "a saved TensorFlow program",
        FORBIDDEN,
        "'program' is of the kind 'TFSMLayer'",
        keras_3(layer("TFSMLayer", "program", filepath="/tmp", call_endpoint="serve")),
    ),
    Hostile(
        "a function of TensorFlow by name",
        FORBIDDEN,
        "'reads' is the TensorFlow function 'io.read_file'",
        archive(functional(picture(), reading(layer("TFOpLambda", "reads", function="io.read_file"), "picture"))),
    ),
    Hostile(
        "a layer of another package",
        FORBIDDEN,
        "'foreign' is a 'Dense' of 'evil>Dense'",
        keras_3(last=dense("foreign", module="evil.layers", registered_name="evil>Dense")),
    ),
    Hostile(
        "a module of Python",
        FORBIDDEN,
        "'of os' is a 'Dense' of 'os'",
        keras_3(last=dense("of os", module="os")),
    ),
    Hostile(
        "a registered name beside an honest module",
        FORBIDDEN,
        "'registered' is a 'Dense' of 'Custom>Dense'",
        keras_3(last=dense("registered", registered_name="Custom>Dense")),
    ),
    Hostile(
        "a module that only begins like a layer's",
        FORBIDDEN,
        "'beside' is a 'Dense' of 'keras.src.layers_of_mine'",
        keras_3(last=dense("beside", module="keras.src.layers_of_mine")),
    ),
    Hostile(
        "a module that is no text",
        FORBIDDEN,
        "'listed' is a 'Dense' of ['os']",
        keras_3(last=dense("listed", module=["os"])),
    ),
    Hostile(
        "a download by a class of keras.utils",
        FORBIDDEN,
        "'download' is a 'get_file' of 'keras.utils'",
        keras_3(layer("get_file", "download", module="keras.utils", origin="http://127.0.0.1")),
    ),
    Hostile(
        "a download by a function of keras.src",
        FORBIDDEN,
        "'fetched' is a 'function' of 'get_file'",
        keras_3({**DOWNLOAD, "module": "keras.src.utils.file_utils", "name": "fetched"}),
    ),
    Hostile(
        "a builtin among the layers",
        FORBIDDEN,
        "'builtin' is of the kind 'eval'",
        keras_3(layer("eval", "builtin", module="keras.src.layers.core")),
    ),
    Hostile(
        "a whole model loaded as a layer",
        FORBIDDEN,
        "'loaded' is a 'Functional' of 'keras.saving'",
        keras_3({**layer("Functional", "loaded", module="keras.saving"), "config": {"name": "loaded", "layers": []}}),
    ),
    Hostile(
        "a file as vocabulary (CVE-2025-12058)",
        FORBIDDEN,
        "'words' is of the kind 'StringLookup'",
        keras_3(layer("StringLookup", "words", vocabulary="/etc/passwd")),
    ),
    Hostile(
        "a file as vocabulary, split",
        FORBIDDEN,
        "'text' is of the kind 'TextVectorization'",
        keras_3(layer("TextVectorization", "text", vocabulary="/etc/passwd", split=FUNCTION_OF_KERAS_3)),
    ),
    Hostile(
        "an 8-bit float",
        FORBIDDEN,
        "'eighth' (Dense) has the number format 'float8_e4m3fn'",
        keras_3(last=dense("eighth", dtype="float8_e4m3fn")),
    ),
    Hostile(
        "numbers that are rounded as it answers",
        FORBIDDEN,
        "'rounded' (Dense) has the number format {'module': 'keras'",
        keras_3(last=dense("rounded", dtype=QUANTISED)),
    ),
    Hostile(
        "a number format of another package",
        FORBIDDEN,
        "'policy' (Dense) has the number format {'module': 'evil'",
        keras_3(last=dense("policy", dtype={"module": "evil", "class_name": "Policy", "config": {"name": "float32"}})),
    ),
    Hostile(
        "a subclassed model",
        UNSUPPORTED,
        "class 'MyModel', which has no graph",
        archive({"module": "mine", "class_name": "MyModel", "registered_name": "mine>MyModel", "config": {"units": 2}}),
    ),
]

HARMLESS = archive(
    {
        **classifier(
            last=dense(
                "classes",
                kernel_initializer=FUNCTION_OF_KERAS_3,
                bias_initializer=SYSTEM,
                kernel_regularizer=DOWNLOAD,
                bias_constraint={"module": "evil", "class_name": "Constraint", "config": {}, "registered_name": "evil"},
            )
        ),
        "compile_config": {"optimizer": SYSTEM, "loss": FUNCTION_OF_KERAS_3},
        "build_config": {"module": "os", "class_name": "system", "input_shape": PICTURE},
    }
)
"""Code where only training would look: it is left behind with the rest of the training, and the model is imported."""
