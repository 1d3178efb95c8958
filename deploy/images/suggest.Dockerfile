# Imports data sets and finds the samples worth looking at. docs/operations/images.md says how to build it.
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS wishes
COPY . /workspace
RUN ["sh", "/workspace/deploy/images/install.sh", "wishes"]

FROM ${BASE} AS dependencies
COPY --from=wishes /wishes /workspace
RUN --mount=type=cache,target=/root/.cache/uv --mount=type=secret,id=index \
    --mount=type=secret,id=certificates --mount=type=secret,id=uv.toml \
    ["sh", "/workspace/deploy/images/install.sh", "dependencies", "suggest"]

FROM dependencies AS code
WORKDIR /workspace
COPY LICENSE LICENSE
COPY deploy/images/src/images/sbom.py deploy/images/src/images/sbom.py
COPY libs/domain libs/domain
COPY libs/backplane libs/backplane
COPY libs/imaging libs/imaging
COPY proto/gen proto/gen
COPY services/suggest services/suggest
RUN --mount=type=cache,target=/root/.cache/uv --mount=type=secret,id=index \
    --mount=type=secret,id=certificates --mount=type=secret,id=uv.toml \
    ["sh", "/workspace/deploy/images/install.sh", "code", "suggest"]

FROM ${BASE}
COPY --from=dependencies /opt/innhub /opt/innhub
COPY --from=code /own /
# The root file system is read only; all that is written goes to /tmp.
ENV PATH=/opt/innhub/bin:$PATH \
    HOME=/tmp \
    TMPDIR=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    INNHUB_GRPC_ADDRESS=0.0.0.0:50051 \
    INNHUB_METRICS_HOST=0.0.0.0 \
    INNHUB_METRICS_PORT=9100
USER 10001:10001
WORKDIR /tmp
EXPOSE 50051 9100
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-m", "backplane.probe", "127.0.0.1:50051"]
ENTRYPOINT ["python", "-m", "suggest"]
# Last, since they change with every build.
ARG BASE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="innhub-suggest" \
    org.opencontainers.image.description="Imports data sets and finds the samples worth looking at" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.source="$SOURCE" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.base.name="$BASE"
