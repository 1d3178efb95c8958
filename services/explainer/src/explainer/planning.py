"""What is checked before a run explains a whole data set, so that it is not found out in every shard.

Lives in a child process.
"""

from pydantic import JsonValue

from backplane.catalogue import Catalogue
from domain.targets import LABEL, PREDICTED, UnitTarget
from explainer.methods import registry
from explainer.methods.base import Needs
from explainer.native import chosen_layer
from explainer.parameters import checked_parameters, refuse_obstacle
from explainer.pattern_statistics import complete_parts
from explainer.question import Question
from explainer.targets import selection
from explainer.wanted import named_class, unit_choice
from network.description import NetworkDescription


def planned(question: Question, catalogue: Catalogue) -> dict[str, JsonValue]:
    """The parameters of a question about all samples of a data set, as they are understood.

    Raises:
        HubError: naming what keeps the method from explaining any sample: the method, its parameters, the network, the
            layer, the target, or patterns that are not fitted yet.
    """
    workspace, model, dataset = question.workspace, question.model, question.dataset
    method = registry.get(question.method)
    parameters = checked_parameters(method, question.parameters)
    description = NetworkDescription.model_validate_json(catalogue.description(workspace, model))
    refuse_obstacle(method, description)
    chosen_layer(method, description, question.layer)
    if isinstance(question.target, UnitTarget):
        selection(description, [unit_choice(question.target)])
    else:
        manifest = catalogue.model(workspace, model)
        targets = question.target if isinstance(question.target, tuple) else (question.target,)
        for target in targets:
            if target not in {PREDICTED, LABEL}:
                named_class(target, manifest)
    if method.needs is Needs.PATTERNS:
        complete_parts(catalogue, workspace, model, dataset)
    return parameters.model_dump(mode="json")
