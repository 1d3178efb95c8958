{{/* One Secret a credential: which, and, where the chart makes it, what is in it. */}}

{{- define "innhub.tokenSecret" -}}
{{- .Values.token.existingSecret | default (printf "%s-token" (include "innhub.name" .)) -}}
{{- end -}}

{{- define "innhub.s3Secret" -}}
{{- .Values.s3.existingSecret | default (printf "%s-s3" (include "innhub.name" .)) -}}
{{- end -}}

{{/* Empty where another NATS wants no credentials. */}}
{{- define "innhub.natsSecret" -}}
{{- if .Values.nats.existingSecret -}}
{{- .Values.nats.existingSecret -}}
{{- else if .Values.nats.enabled -}}
{{- include "innhub.name" . }}-nats
{{- end -}}
{{- end -}}

{{/*
A Secret that is made once: (root, component, name, data). What is there already stays, key by key; what is missing is
taken from data. It survives an uninstall, as the volumes do that were written with it.
*/}}
{{- define "innhub.madeOnce" -}}
{{- $there := (lookup "v1" "Secret" .root.Release.Namespace .name).data | default dict -}}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "innhub.metadata" (merge (dict "annotations" (dict "helm.sh/resource-policy" "keep")) .) | nindent 2 }}
type: Opaque
data:
  {{- range $key, $value := .data }}
  {{ $key }}: {{ index $there $key | default ($value | b64enc) | quote }}
  {{- end }}
{{- end -}}
