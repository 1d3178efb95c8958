"""Bodies about nearness."""

from pydantic import BaseModel, ConfigDict, Field

from gateway.datasets.schemas import Sample
from gateway.suggestions.schemas import Answer


class EmbeddedSample(BaseModel):
    """A sample in the plane."""

    sample: Sample
    x: float
    y: float
    answer: Answer


class Embedding(BaseModel):
    """Samples in the plane."""

    points: list[EmbeddedSample]
    samples: int = Field(description="How many samples have an embedding by now.")
    explained_variance: list[float] = Field(description="Of a PCA: the shares of the variance along the axes.")


class DistantSample(BaseModel):
    """A sample at a cosine distance in [0, 2]."""

    sample: Sample
    distance: float
    answer: Answer


class Neighbours(BaseModel):
    """The samples nearest to one, the nearest first."""

    neighbours: list[DistantSample] = Field(serialization_alias="items")
    samples: int = Field(description="Among how many samples they were found.")


class SamplePair(BaseModel):
    """Two samples that lie close together."""

    first: Sample
    second: Sample
    distance: float


class Duplicates(BaseModel):
    """Pairs of samples, the closest first."""

    pairs: list[SamplePair] = Field(serialization_alias="items")
    total: int = Field(description="At least so many: of each sample the fifteen nearest are known.")
    samples: int = Field(description="Among how many samples they were found.")


class Outliers(BaseModel):
    """The samples that lie farthest from their neighbours, the farthest first."""

    outliers: list[DistantSample] = Field(serialization_alias="items")
    samples: int = Field(description="Among how many samples they were found.")


class Cluster(BaseModel):
    """Samples whose explanations look alike."""

    number: int
    samples: int
    typical_map: list[float] = Field(description="The mean of their maps, row by row, each scaled to at most 1.")
    members: list[EmbeddedSample] = Field(description="The most typical first; not all of them.")
    accuracy: float | None = Field(default=None, description="The share of them that the model answers rightly.")


class Clusters(BaseModel):
    """Groups of samples, the largest first."""

    clusters: list[Cluster] = Field(serialization_alias="items")
    map_side: int = Field(description="Rows and columns of the maps.")
    samples: int
    eigenvalues: list[float] = Field(
        description="The smallest of the graph's Laplacian: a gap behind k of them speaks for k groups."
    )


class ClusterQuery(BaseModel):
    """Which groups: those that a run found, or those of a run that explains, by the label of the samples."""

    model_config = ConfigDict(extra="forbid")

    run: str = Field(description="A run of the kind clusters, or explain.")
    model: str = Field(default="", description="One of its models; needed where it has several.")
    label: str | None = Field(default=None, description="The label; that of the run, or none, unless said.")
    max_members: int = Field(default=12, ge=1, le=1000)
