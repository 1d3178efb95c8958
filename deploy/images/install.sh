#!/bin/sh
# What all Dockerfiles here do alike, in stages that are thrown away:
#
#   install.sh wishes                  /wishes: what decides about dependencies, and nothing that changes more often
#   install.sh dependencies SERVICE    /opt/innhub: the environment of a service, without our own code
#   install.sh code SERVICE            /own: our own code for that environment, what the image consists of, the licence
#
# TENSORFLOW=cuda takes the TensorFlow of cuda.txt in place of the one in the lock.
set -eu
cd /workspace

# Behind a mirror: what the builder knows of its index comes in secrets, which no layer holds.
if [ -f /run/secrets/index ]; then
  set -a
  . /run/secrets/index
  set +a
fi
if [ -f /run/secrets/certificates ]; then
  export SSL_CERT_FILE=/run/secrets/certificates PIP_CERT=/run/secrets/certificates
fi
if [ -f /run/secrets/uv.toml ]; then
  export UV_CONFIG_FILE=/run/secrets/uv.toml
fi

export UV_PROJECT_ENVIRONMENT=/opt/innhub UV_PYTHON=python3.11 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
export PATH="/opt/uv/bin:$PATH"
TENSORFLOW=${TENSORFLOW:-cpu}

# Fails where the lock is older than the wishes.
sync() {
  if [ "$TENSORFLOW" = cuda ]; then
    set -- "$@" --no-install-package tensorflow-cpu
  fi
  uv sync --locked --no-dev --inexact --package "innhub-$service" "$@"
}

wishes() {
  mkdir /wishes
  find . -name pyproject.toml -exec cp --parents {} /wishes ';'
  cp --parents uv.lock deploy/images/install.sh deploy/images/*.txt /wishes
  # Of one time, so that the next stage is found in the cache for as long as their contents are the same.
  find /wishes -exec touch --date=@0 {} +
}

dependencies() {
  python3.11 -m venv /opt/uv
  pip install --no-cache-dir --no-deps --require-hashes --requirement deploy/images/uv.txt
  sync --no-install-workspace --compile-bytecode
  if [ "$TENSORFLOW" = cuda ]; then
    # Elsewhere, for here uv would heed the workspace, which never wants the package `tensorflow`.
    (cd / && uv pip install --python /opt/innhub --no-deps --require-hashes --compile-bytecode \
      --requirement /workspace/deploy/images/cuda.txt)
  fi
  # Headers for those who compile against it: 290 MB.
  rm -rf /opt/innhub/lib/python3.11/site-packages/tensorflow/include
}

# Only what is new goes to /own: the layer of our own code holds nothing of the layer below it.
code() {
  find /opt/innhub ! -type d | sort > /tmp/before
  sync --no-editable
  find /opt/innhub ! -type d | sort | comm -13 /tmp/before - > /tmp/new
  mkdir -p /own/usr/share/innhub
  xargs -d '\n' cp --parents --target-directory /own < /tmp/new
  python3.11 -m compileall -q -s /own /own
  cp LICENSE /own/usr/share/innhub/
  uv export --quiet --locked --no-dev --package "innhub-$service" --preview-features sbom-export \
    --format cyclonedx1.5 --output-file /tmp/lock.cdx.json
  set -- /tmp/lock.cdx.json
  if [ "$TENSORFLOW" = cuda ]; then
    set -- "$@" deploy/images/cuda.txt
  fi
  python3.11 deploy/images/src/images/sbom.py "$@" > /own/usr/share/innhub/sbom.cdx.json
}

service=${2:-}
"$1"
