"""The composition root of the gateway: everything is connected and wired here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from backplane.artifacts import ArtifactStore
from backplane.bus import Bus
from backplane.lifecycle import beside, working
from backplane.queue_figures import watch_queues
from backplane.queues import dead_letters, gateway_events, tasks
from backplane.tasks import QueueWorker
from domain.errors import Reason
from gateway import health, problems, public_rpc
from gateway.activations import routes as activations
from gateway.admin import routes as admin
from gateway.applications import routes as applications
from gateway.clients.explainer import ExplainerClient
from gateway.clients.inference import InferenceClient
from gateway.clients.suggest import SuggestClient
from gateway.clients.suggestions import SuggestionsClient
from gateway.datasets import routes as datasets
from gateway.datasets.schemas import DatasetRecord
from gateway.datasets.service import Datasets
from gateway.dependencies import Hub
from gateway.entrance import Entrance
from gateway.explanations import routes as explanations
from gateway.imported_records import NamedRecords
from gateway.leaving import answering
from gateway.listener import Listener
from gateway.methods import routes as methods
from gateway.models import routes as models
from gateway.models.schemas import ModelRecord
from gateway.models.service import Models
from gateway.nearness import routes as nearness
from gateway.pages import proxy
from gateway.predictions import routes as predictions
from gateway.principals import Authenticator
from gateway.reasons import routes as reasons
from gateway.records import Records
from gateway.runs import routes as runs
from gateway.runs.dispatcher import Dispatcher
from gateway.runs.dispatching import Limits
from gateway.runs.record import RunRecord
from gateway.runs.service import Runs
from gateway.selections import routes as selections
from gateway.settings import GatewaySettings
from gateway.sign_in import routes as sign_in_routes
from gateway.sign_in.service import SignIn
from gateway.suggestions import routes as suggestions
from gateway.uploads import routes as uploads
from gateway.workspaces import routes as workspaces
from gateway.workspaces.service import Workspaces
from serving import Departure

_ROUTERS = [
    health.router,
    methods.router,
    applications.router,
    workspaces.router,
    uploads.router,
    models.router,
    activations.router,
    datasets.router,
    predictions.router,
    explanations.router,
    runs.router,
    suggestions.router,
    nearness.router,
    reasons.router,
    selections.router,
    admin.router,
]


def create_app(settings: GatewaySettings, departure: Departure | None = None) -> FastAPI:
    """The application; it connects when it starts.

    Args:
        settings: its settings.
        departure: of this replica; without one it leaves when the application ends.
    """

    sign_in = SignIn(settings.oidc, settings.public_url) if settings.oidc.enabled else None
    authenticator = Authenticator(settings.token, sign_in, settings.public_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if sign_in is not None:
                stack.push_async_callback(sign_in.close)
            app.state.hub = await _hub(settings, authenticator, departure or Departure(), stack)
            yield

    app = FastAPI(
        title="iNNvestigate Hub",
        version="0.1.0",
        summary="Explain, compare and search image classifiers.",
        lifespan=lifespan,
        responses=problems.RESPONSES,
        # The usual pages for these fetch their scripts from another host.
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(Entrance)
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    if sign_in is not None:
        app.include_router(
            sign_in_routes.router(sign_in, authenticator.cookie, settings.oidc.session_seconds, settings.public_url)
        )
    if settings.ui_url:
        app.include_router(proxy.router(settings.ui_url))
    return app


async def _hub(
    settings: GatewaySettings, authenticator: Authenticator, departure: Departure, stack: AsyncExitStack
) -> Hub:
    """Connects, wires and starts what runs beside the requests; the stack takes it down again."""
    store = ArtifactStore.connect(settings.store)
    await asyncio.to_thread(store.ensure_bucket)
    bus = await Bus.connect(settings.bus, "gateway")
    stack.push_async_callback(bus.close)
    names = await bus.bucket("names")
    suggest = SuggestClient(settings.suggest_addresses)
    hub = Hub(
        store=store,
        bus=bus,
        authenticator=authenticator,
        inference=InferenceClient(settings.inference_addresses),
        explainer=ExplainerClient(settings.explainer_addresses),
        suggest=suggest,
        suggestions=SuggestionsClient(suggest.replicas),
        workspaces=Workspaces(await bus.bucket("workspaces")),
        models=Models(
            NamedRecords(await bus.bucket("models"), names, ModelRecord, "model", Reason.MODEL_NOT_FOUND), store, bus
        ),
        datasets=Datasets(
            NamedRecords(await bus.bucket("datasets"), names, DatasetRecord, "data set", Reason.DATASET_NOT_FOUND),
            store,
            bus,
        ),
        runs=Runs(Records(await bus.bucket("runs"), RunRecord, "run", Reason.RUN_NOT_FOUND), bus),
        upload_bytes=settings.upload_bytes,
    )
    for client in (hub.inference, hub.explainer, hub.suggest):
        stack.push_async_callback(client.replicas.close)
    await hub.workspaces.ensure_default()
    listener = Listener(bus, hub.models, hub.datasets, hub.runs)
    workers = [
        QueueWorker(bus, gateway_events(settings), listener.event, listener.refused),
        QueueWorker(bus, dead_letters(settings), listener.dead_letter, listener.refused),
    ]
    await stack.enter_async_context(working(workers, settings.grace_seconds))
    limits = Limits(settings.tasks_on_queue, settings.run_samples_a_day)
    dispatcher = Dispatcher(hub.runs.records, bus, limits)
    await stack.enter_async_context(beside(*dispatcher.works, watch_queues(bus, tasks(settings))))
    rpc = public_rpc.server(settings.grpc_address, hub)
    await stack.enter_async_context(answering(rpc, workers, departure, settings.grace_seconds))
    return hub
