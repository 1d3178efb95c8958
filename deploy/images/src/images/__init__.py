"""The container images: built with buildah, started with podman as a cluster would start them, and looked at."""
