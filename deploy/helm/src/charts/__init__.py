"""The Helm chart rendered, described, and held against the API of Kubernetes."""
