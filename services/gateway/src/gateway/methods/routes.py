"""HTTP for the catalogue of methods, and for who is asking."""

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.dependencies import HubDependency, PrincipalDependency
from gateway.methods.schemas import MethodList

router = APIRouter(prefix="/v1", tags=["methods"])


class Me(BaseModel):
    """Who is asking."""

    name: str


@router.get("/me")
async def get_me(principal: PrincipalDependency) -> Me:
    """Who you are."""
    return Me(name=principal.name)


@router.get("/methods")
async def list_methods(hub: HubDependency, _: PrincipalDependency) -> MethodList:
    """All explanation methods with the schema of their parameters."""
    return MethodList(items=(await hub.explainer.methods()).methods)
