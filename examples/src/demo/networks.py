"""The three networks of the demo: how each sees a picture, and its file in the cache."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.cache import appearing, made_directory
from domain.preprocessing import PRESETS, Preprocessing

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class DemoNetwork:
    """A network under the name that it gets in the Hub."""

    name: str
    preprocessing: Preprocessing
    trained: Callable[[], Any]
    """Makes the Keras model; calling it imports TensorFlow, which takes seconds."""

    @property
    def path(self) -> Path:
        """The file for the Hub."""
        return made_directory() / "networks" / f"{self.name}.keras"

    def prepare(self) -> Path:
        """The file for the Hub, converted if it is not there yet."""
        if not self.path.is_file():
            LOG.info("converting %s", self.name)
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # the demo's few lines, without TensorFlow's many
            with appearing(self.path) as draft:
                self.trained().save(draft)
        return self.path


def _lite0() -> Any:
    from demo import efficientnet_lite

    return efficientnet_lite.trained(efficientnet_lite.LITE0)


def _lite2() -> Any:
    from demo import efficientnet_lite

    return efficientnet_lite.trained(efficientnet_lite.LITE2)


def _squeezenet() -> Any:
    from demo import squeezenet

    return squeezenet.trained()


def _efficientnet_preprocessing(crop_fraction: float) -> Preprocessing:
    return Preprocessing(mean=(127.0,) * 3, scale=(128.0,) * 3, crop_fraction=crop_fraction)


NETWORKS = (
    DemoNetwork("lite0", _efficientnet_preprocessing(crop_fraction=0.875), _lite0),
    DemoNetwork("lite2", _efficientnet_preprocessing(crop_fraction=0.89), _lite2),
    DemoNetwork("squeezenet", PRESETS["caffe"], _squeezenet),
)
