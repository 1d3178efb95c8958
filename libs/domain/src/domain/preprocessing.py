"""How a picture becomes the input of a network: the specification alone. `imaging.preprocessing` carries it out."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.errors import HubError, Reason


class ChannelOrder(StrEnum):
    """The order of channels that the network reads."""

    RGB = "rgb"
    BGR = "bgr"
    GREY = "grey"


class Resize(StrEnum):
    """What happens to a picture whose shape is not the network's."""

    CROP = "crop"
    """Scale the short side, then cut the centre out."""
    PAD = "pad"
    """Scale the long side, then fill the borders with black."""
    STRETCH = "stretch"
    """Scale both sides, whatever becomes of the aspect ratio."""


class Interpolation(StrEnum):
    """How pixels are computed when a picture is scaled."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


class Preprocessing(BaseModel):
    """Picture (0..255) to network input: resize, order the channels, then `(x - mean) / scale` a channel.

    `mean` and `scale` stand in the order of the network's channels (so in BGR for a network that reads BGR).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel_order: ChannelOrder = ChannelOrder.RGB
    mean: tuple[float, ...] = Field(default=(0.0, 0.0, 0.0), description="Subtracted a channel, in 0..255.")
    scale: tuple[float, ...] = Field(default=(1.0, 1.0, 1.0), description="Divides a channel, after the mean.")
    resize: Resize = Resize.CROP
    crop_fraction: float = Field(
        default=0.875, gt=0, le=1, description="With crop: the part of the short side that is kept."
    )
    interpolation: Interpolation = Interpolation.BICUBIC

    @model_validator(mode="after")
    def _channels_agree(self) -> "Preprocessing":
        channels = 1 if self.channel_order is ChannelOrder.GREY else 3
        if len(self.mean) != channels or len(self.scale) != channels:
            raise ValueError(f"mean and scale need {channels} values for channel order {self.channel_order}")
        if any(scale == 0 for scale in self.scale):
            raise ValueError("scale must not be zero")
        return self


PRESETS: dict[str, Preprocessing] = {
    "raw": Preprocessing(),
    "unit": Preprocessing(scale=(255.0, 255.0, 255.0)),
    "tf": Preprocessing(mean=(127.5, 127.5, 127.5), scale=(127.5, 127.5, 127.5)),
    "caffe": Preprocessing(channel_order=ChannelOrder.BGR, mean=(103.939, 116.779, 123.68)),
    "torch": Preprocessing(mean=(123.675, 116.28, 103.53), scale=(58.395, 57.12, 57.375)),
}
"""The modes of `keras.applications` by their names there, `unit` (0..1), and `raw` (the network does it itself)."""


def named(preset: str) -> Preprocessing:
    """A preset by name.

    Raises:
        HubError: `ARGUMENT_INVALID` for an unknown name.
    """
    if preset not in PRESETS:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"There is no preprocessing called {preset!r}.",
            f"Use one of {', '.join(sorted(PRESETS))}, or give mean, scale and channel order yourself.",
        )
    return PRESETS[preset]
