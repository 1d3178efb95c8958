"""What a network expects and answers, where nobody said so: labels and preprocessing, each said aloud."""

from domain.applications import APPLICATIONS, PREFIX
from domain.errors import HubError, Reason
from domain.labels import ClassLabels
from domain.preprocessing import PRESETS, ChannelOrder, Preprocessing
from inference.importing import labels as label_files
from inference.importing.exchange import ImportRequest, Pretrained
from network.description import NetworkDescription

_OWN_SCALING = {"Rescaling", "BatchNormalization"}
_FIRST_LAYERS = 4


def labels_for(description: NetworkDescription, request: ImportRequest) -> ClassLabels:
    """The names of the classes: as given, else those of ImageNet for its weights, else numbers.

    Raises:
        HubError: `LABELS_INVALID` if they are not as many as the classes.
    """
    given = request.labels
    if given is None and request.builtin and request.pretrained is Pretrained.IMAGENET:
        return label_files.imagenet()
    if given is None:
        return ClassLabels.numbered(description.classes)
    if len(given.names) == 1 and description.classes == 2:
        return ClassLabels(names=(f"not {given.names[0]}", given.names[0]))
    if len(given.names) != description.classes:
        raise HubError(
            Reason.LABELS_INVALID,
            f"There are {len(given.names)} labels for {description.classes} classes.",
            "Give one label for each output of the network, in their order.",
        )
    return given


def preprocessing_for(description: NetworkDescription, request: ImportRequest) -> tuple[Preprocessing, tuple[str, ...]]:
    """The preprocessing, and sentences that tell people what was assumed.

    Raises:
        HubError: `ARGUMENT_INVALID` if it does not make the channels that the network reads.
    """
    if request.preprocessing is None and request.builtin:
        preset = APPLICATIONS[request.builtin.removeprefix(PREFIX)].preset
        return PRESETS[preset], (f"Preprocessing {preset!r} is what Keras' {request.builtin} was trained with.",)
    if request.preprocessing is None:
        return guessed(description)
    channels = description.input_shape[2]
    if len(request.preprocessing.mean) != channels:
        raise HubError(
            Reason.ARGUMENT_INVALID,
            f"The preprocessing makes {len(request.preprocessing.mean)} channels, the network reads {channels}.",
            "Set channel_order to 'grey' for one channel, to 'rgb' or 'bgr' for three.",
        )
    return request.preprocessing, ()


def guessed(description: NetworkDescription) -> tuple[Preprocessing, tuple[str, ...]]:
    """A preprocessing told from the first layers of the network, and the sentence that says so."""
    first = [node.kind for node in description.nodes[:_FIRST_LAYERS]]
    scales_itself = any(kind in _OWN_SCALING for kind in first[:2]) or "Rescaling" in first
    preset = "raw" if scales_itself else "tf"
    guess = PRESETS[preset]
    if description.input_shape[2] == 1:
        guess = guess.model_copy(
            update={"channel_order": ChannelOrder.GREY, "mean": guess.mean[:1], "scale": guess.scale[:1]}
        )
    why = "the network scales its input itself" if scales_itself else "nothing was said"
    remark = f"Preprocessing {preset!r} was assumed, since {why}; give another if the training used one."
    return guess, (remark,)
