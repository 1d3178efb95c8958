"""gRPC for suggest: thin skins over the cores, a class a core, and `SuggestServicer`, which is all of them.

Numbers are checked here; all work, messages too, is done in threads.
"""

from suggest.servicers.answers import AnswersServicer
from suggest.servicers.nearness import NearnessServicer
from suggest.servicers.samples import SamplesServicer


class SuggestServicer(SamplesServicer, AnswersServicer, NearnessServicer):
    """Answers `innhub.suggest.v1.SuggestService`."""
