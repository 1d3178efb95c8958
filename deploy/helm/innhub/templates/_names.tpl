{{/* What things are called. */}}

{{/* The name of the release, as all objects bear it. */}}
{{- define "innhub.name" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What never changes of a part, for selectors: (root, component). */}}
{{- define "innhub.selector" -}}
app.kubernetes.io/name: innhub
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* All labels of an object: (root, component). */}}
{{- define "innhub.labels" -}}
{{ include "innhub.selector" . }}
app.kubernetes.io/part-of: innhub
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Name, namespace and labels of an object: (root, component, and optionally name, labels, annotations). */}}
{{- define "innhub.metadata" -}}
name: {{ .name | default (printf "%s-%s" (include "innhub.name" .root) .component) }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "innhub.labels" . | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where people reach the hub, as far as values tell. */}}
{{- define "innhub.publicUrl" -}}
{{- $ingress := .Values.gateway.ingress -}}
{{- if .Values.publicUrl -}}
{{- .Values.publicUrl -}}
{{- else if and $ingress.enabled $ingress.tlsSecret -}}
https://{{ $ingress.host }}
{{- end -}}
{{- end -}}

{{- define "innhub.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "innhub.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* One of our own images: (root, own). */}}
{{- define "innhub.image" -}}
{{- $gpu := .own.gpu | default dict -}}
{{- $tag := .root.Values.image.tag | default .root.Chart.AppVersion -}}
{{- with .root.Values.image.registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- .own.image }}:{{ $tag }}{{ if $gpu.enabled }}{{ $gpu.tagSuffix }}{{ end -}}
{{- with .own.digest }}@{{ . }}{{ end -}}
{{- end -}}
