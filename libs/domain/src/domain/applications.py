"""The image classifiers that Keras brings along: their names, the side of their pictures, their preprocessing.

Facts of `keras.applications` (3.15), kept as a table because most of the house must not load TensorFlow to know them.
"""

from dataclasses import dataclass

PREFIX = "keras:"


@dataclass(frozen=True)
class Application:
    """An architecture of `keras.applications`."""

    name: str
    side: int
    """Height and width of the pictures that its ImageNet weights were trained on, in pixels."""
    preset: str
    """The preprocessing that it expects, by its name in `domain.preprocessing.PRESETS`."""


_TABLE = {
    ("torch", 224): ["DenseNet121", "DenseNet169", "DenseNet201"],
    ("caffe", 224): ["ResNet50", "ResNet101", "ResNet152", "VGG16", "VGG19"],
    ("tf", 224): ["MobileNet", "MobileNetV2", "NASNetMobile", "ResNet50V2", "ResNet101V2", "ResNet152V2"],
    ("tf", 299): ["InceptionResNetV2", "InceptionV3", "Xception"],
    ("tf", 331): ["NASNetLarge"],
    ("raw", 224): [
        "ConvNeXtBase",
        "ConvNeXtLarge",
        "ConvNeXtSmall",
        "ConvNeXtTiny",
        "ConvNeXtXLarge",
        "EfficientNetB0",
        "EfficientNetV2B0",
        "MobileNetV3Large",
        "MobileNetV3Small",
    ],
    ("raw", 240): ["EfficientNetB1", "EfficientNetV2B1"],
    ("raw", 260): ["EfficientNetB2", "EfficientNetV2B2"],
    ("raw", 300): ["EfficientNetB3", "EfficientNetV2B3"],
    ("raw", 380): ["EfficientNetB4"],
    ("raw", 384): ["EfficientNetV2S"],
    ("raw", 456): ["EfficientNetB5"],
    ("raw", 480): ["EfficientNetV2L", "EfficientNetV2M"],
    ("raw", 528): ["EfficientNetB6"],
    ("raw", 600): ["EfficientNetB7"],
}

APPLICATIONS: dict[str, Application] = {
    name: Application(name, side, preset)
    for name, side, preset in sorted((name, side, preset) for (preset, side), names in _TABLE.items() for name in names)
}
