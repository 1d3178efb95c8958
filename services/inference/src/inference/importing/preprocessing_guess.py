"""What preprocessing a network expects, where nobody said so: guessed from its first layers, and said aloud."""

from domain.preprocessing import PRESETS, ChannelOrder, Preprocessing
from network.description import NetworkDescription

_OWN_SCALING = {"Rescaling", "Normalization"}


def guessed(description: NetworkDescription) -> tuple[Preprocessing, str]:
    """A preprocessing, and the sentence that tells people what was assumed."""
    scales_itself = any(node.kind in _OWN_SCALING for node in description.nodes[:4])
    preset = "raw" if scales_itself else "tf"
    guess = PRESETS[preset]
    if description.input_shape[2] == 1:
        guess = guess.model_copy(
            update={"channel_order": ChannelOrder.GREY, "mean": guess.mean[:1], "scale": guess.scale[:1]}
        )
    why = "the network scales its input itself" if scales_itself else "nothing was said"
    return guess, f"Preprocessing {preset!r} was assumed, since {why}; give another if the training used one."
