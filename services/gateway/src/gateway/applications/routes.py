"""HTTP for the image classifiers that Keras brings along, which need no upload."""

from fastapi import APIRouter

from domain.applications import APPLICATIONS
from gateway.applications.schemas import ApplicationList
from gateway.dependencies import PrincipalDependency

router = APIRouter(prefix="/v1/applications", tags=["models"])


@router.get("")
async def list_applications(_: PrincipalDependency) -> ApplicationList:
    """What can be imported as `keras:NAME`: the side of the pictures in pixels, and the preprocessing."""
    return ApplicationList(items=list(APPLICATIONS.values()))
