"""All that the service can do, whoever asks: the servicers and the worker are thin skins over this."""

from dataclasses import dataclass
from typing import Self

from backplane.artifacts import ArtifactStore
from suggest.answered import AnsweredSamples
from suggest.clustered import ClusteredSamples
from suggest.embedded import EmbeddedSamples
from suggest.exporting import Exporting
from suggest.recorded import RecordedActivations
from suggest.samples import Samples
from suggest.settings import SuggestSettings
from suggest.statistics.tables import SampleTables


@dataclass(frozen=True)
class Cores:
    """Samples as they are, by what models answer, by where they lie, in groups, and as tables."""

    samples: Samples
    answered: AnsweredSamples
    embedded: EmbeddedSamples
    clustered: ClusteredSamples
    exporting: Exporting

    @classmethod
    def of(cls, store: ArtifactStore, settings: SuggestSettings) -> Self:
        """All of them over one store, sharing what they keep in memory."""
        memory_bytes = settings.table_memory_bytes
        tables, recorded = SampleTables(store, memory_bytes), RecordedActivations(store, memory_bytes)
        answered = AnsweredSamples(store, tables, recorded, memory_bytes)
        return cls(
            samples=Samples(store, tables, recorded, settings),
            answered=answered,
            embedded=EmbeddedSamples(store, answered, memory_bytes),
            clustered=ClusteredSamples(store, answered),
            exporting=Exporting(store, answered),
        )
