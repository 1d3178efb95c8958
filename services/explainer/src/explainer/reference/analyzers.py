"""What it takes to ask innvestigate for one analyzer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import HubError, Reason
from explainer.engine import FloatArray
from explainer.reference.forms import Form
from explainer.surroundings import InputRange
from network.description import NetworkDescription

Units = npt.NDArray[np.int32]
Analyze = Callable[[FloatArray, Units], FloatArray]
"""From inputs (batch, height, width, channels) and output units (batch,) to relevance."""

_AT_ONCE = 16


@dataclass(frozen=True)
class Case:
    """What an analyzer is built for.

    Attributes:
        model: the network in tf_keras, in the form that the analyzer wants.
        description: of the network.
        parameters: of the method, checked.
        input_range: what the network reads for black and white.
    """

    model: Any
    description: NetworkDescription
    parameters: Any
    input_range: InputRange


@dataclass(frozen=True)
class Analyzer:
    """How a method is asked of innvestigate.

    Attributes:
        build: makes the analyzer in the graph and session that are entered.
        form: the form of the network that it wants.
        warnings: what a reader of its maps should know of a network.
    """

    build: Callable[[Case], Analyze]
    form: Form = Form.ELEMENTWISE
    warnings: Callable[[NetworkDescription], tuple[str, ...]] = lambda _: ()


def created(name: str, case: Case, *, head: Callable[[Any], Any] | None = None, **options: Any) -> Analyze:
    """An analyzer of innvestigate.

    Args:
        name: as innvestigate calls it.
        case: what it is for.
        head: what becomes of the output's value before it is handed back; left out, what innvestigate does.
        options: as innvestigate calls them.

    Raises:
        HubError: `METHOD_NOT_APPLICABLE` if innvestigate fails at the network.
    """
    import innvestigate

    from explainer.reference.fast_build import build

    try:
        # Its own checks raise an empty NotImplementedError; ours are the preconditions of the methods.
        analyzer = innvestigate.create_analyzer(
            name, case.model, neuron_selection_mode="index", disable_model_checks=True, **options
        )
        if head is not None:
            analyzer._head_mapping = head
        build(analyzer)
    except (AttributeError, IndexError, NotImplementedError, TypeError, ValueError) as error:
        raise HubError(
            Reason.METHOD_NOT_APPLICABLE,
            f"innvestigate cannot build its analyzer {name} for the network: {error or type(error).__name__}.",
            "Use the native engine.",
        ) from error
    # Always a list of indices: a single one would silently leave most rows of a batch at zero.
    return lambda inputs, units: analyzer.analyze(inputs, neuron_selection=units.tolist())


def portions(count: int) -> Iterator[range]:
    """The numbers from 0 to count, in portions that are analyzed at once."""
    for begin in range(0, count, _AT_ONCE):
        yield range(begin, min(begin + _AT_ONCE, count))
