# The pages, and the command line. docs/operations/images.md says how to build it.
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS wishes
COPY . /workspace
RUN ["sh", "/workspace/deploy/images/install.sh", "wishes"]

FROM ${BASE} AS dependencies
COPY --from=wishes /wishes /workspace
RUN --mount=type=cache,target=/root/.cache/uv --mount=type=secret,id=index \
    --mount=type=secret,id=certificates --mount=type=secret,id=uv.toml \
    ["sh", "/workspace/deploy/images/install.sh", "dependencies", "ui"]

FROM dependencies AS code
WORKDIR /workspace
COPY LICENSE LICENSE
COPY deploy/images/src/images/sbom.py deploy/images/src/images/sbom.py
COPY libs/serving libs/serving
COPY client client
COPY ui ui
RUN --mount=type=cache,target=/root/.cache/uv --mount=type=secret,id=index \
    --mount=type=secret,id=certificates --mount=type=secret,id=uv.toml \
    ["sh", "/workspace/deploy/images/install.sh", "code", "ui"]

FROM ${BASE}
COPY --from=dependencies /opt/innhub /opt/innhub
COPY --from=code /own /
# The root file system is read only; all that is written goes to /tmp.
ENV PATH=/opt/innhub/bin:$PATH \
    HOME=/tmp \
    TMPDIR=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    INNHUB_UI_ADDRESS=0.0.0.0:8050
USER 10001:10001
WORKDIR /tmp
EXPOSE 8050
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8050, timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "ui"]
# Last, since they change with every build.
ARG BASE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="innhub-ui" \
    org.opencontainers.image.description="The pages, and the command line" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.source="$SOURCE" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.base.name="$BASE"
