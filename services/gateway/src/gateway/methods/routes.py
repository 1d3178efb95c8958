"""HTTP for the catalogue of methods, and for who is asking."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gateway.dependencies import HubDependency, PrincipalDependency
from gateway.methods.schemas import MethodList
from gateway.principals import Means

router = APIRouter(prefix="/v1", tags=["methods"])


class Me(BaseModel):
    """Who is asking."""

    name: str
    operator: bool = Field(description="Whether you may do what `innhub admin` does.")
    signed_in: Means = Field(
        description="How: with the token of the hub, a session of the pages, or an access token of the provider."
    )


@router.get("/me")
async def get_me(principal: PrincipalDependency) -> Me:
    """Who you are."""
    return Me(name=principal.name, operator=principal.may_operate(), signed_in=principal.means)


@router.get("/methods")
async def list_methods(hub: HubDependency, _: PrincipalDependency) -> MethodList:
    """All explanation methods with the schema of their parameters."""
    return MethodList(items=(await hub.explainer.methods()).methods)
