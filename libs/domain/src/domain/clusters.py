"""Groups of samples whose explanations look alike, as a run leaves them."""

from pydantic import BaseModel, ConfigDict, Field


class ClusterMember(BaseModel):
    """A sample of a group, and its place in the plane."""

    model_config = ConfigDict(frozen=True)

    sample: int
    x: float
    y: float


class ClusterRecord(BaseModel):
    """A group."""

    model_config = ConfigDict(frozen=True)

    members: tuple[ClusterMember, ...] = Field(description="The nearest to the typical map first.")
    typical_map: tuple[float, ...] = Field(description="The mean of the maps, row by row, each scaled to at most 1.")


class ClustersRecord(BaseModel):
    """All groups, the largest first."""

    model_config = ConfigDict(frozen=True)

    clusters: tuple[ClusterRecord, ...]
    side: int = Field(description="Rows and columns of the maps.")
    eigenvalues: tuple[float, ...] = Field(description="The smallest of the graph's Laplacian, in order.")
