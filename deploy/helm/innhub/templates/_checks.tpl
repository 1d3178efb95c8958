{{/* What the schema cannot say: values that need each other. */}}
{{- define "innhub.checks" -}}
{{- $values := .Values -}}
{{- if and (not $values.s3.enabled) (not $values.s3.endpoint) -}}
{{- fail "s3.endpoint is empty: without the bundled S3 server (s3.enabled), name host and port of another one." -}}
{{- end -}}
{{- if and (not $values.s3.enabled) (not $values.s3.existingSecret) -}}
{{- fail "s3.existingSecret is empty: name the Secret with the keys of your S3 server." -}}
{{- end -}}
{{- if and (not $values.nats.enabled) (not $values.nats.url) -}}
{{- fail "nats.url is empty: without the bundled NATS (nats.enabled), say where another one is." -}}
{{- end -}}
{{- if and (not $values.token.enabled) (not $values.oidc.enabled) -}}
{{- fail "token.enabled and oidc.enabled are both false: nobody could sign in. Enable one of them." -}}
{{- end -}}
{{- if $values.oidc.enabled -}}
{{- range $key := list "issuer" "clientId" "existingSecret" -}}
{{- if not (index $values.oidc $key) -}}
{{- fail (printf "oidc.%s is empty: OIDC needs it." $key) -}}
{{- end -}}
{{- end -}}
{{- if not (include "innhub.publicUrl" .) -}}
{{- fail "publicUrl is empty: OIDC sends people back there. Give the address at which they reach the hub." -}}
{{- end -}}
{{- end -}}
{{- range $service := list "inference" "explainer" -}}
{{- $scaling := (index $values $service).autoscaling -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is larger than maxReplicas." $service) -}}
{{- end -}}
{{- $asked := and $scaling.enabled (eq $scaling.kind "keda") -}}
{{- if and $asked (not $values.nats.enabled) (not $values.nats.monitoringEndpoint) -}}
{{- $advice := printf "Name it, or take %s.autoscaling.kind=hpa." $service -}}
{{- fail (printf "nats.monitoringEndpoint is empty: KEDA asks there how much work waits. %s" $advice) -}}
{{- end -}}
{{- end -}}
{{- if and $values.gateway.ingress.enabled (not $values.gateway.ingress.host) -}}
{{- fail "gateway.ingress.host is empty: name the host at which people reach the hub." -}}
{{- end -}}
{{- if and $values.gateway.ingress.grpc.enabled (not $values.gateway.ingress.grpc.host) -}}
{{- fail "gateway.ingress.grpc.host is empty: gRPC needs a host name of its own." -}}
{{- end -}}
{{- if and $values.gateway.gatewayApi.enabled (not $values.gateway.gatewayApi.parentRefs) -}}
{{- fail "gateway.gatewayApi.parentRefs is empty: name the Gateway that takes up the routes." -}}
{{- end -}}
{{- end -}}
