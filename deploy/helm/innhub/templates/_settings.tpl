{{/* Variables that several services share. */}}

{{/* What those on the bus agree about. */}}
{{- define "innhub.backplane" -}}
- {name: INNHUB_LEASE_SECONDS, value: {{ .Values.leaseSeconds | quote }}}
- {name: INNHUB_TASK_DELIVERIES, value: {{ .Values.taskDeliveries | quote }}}
{{- end -}}

{{/* Where both stores are, and with which credentials. */}}
{{- define "innhub.stores" -}}
- name: INNHUB_NATS_URL
  value: {{ include "innhub.natsUrl" . | quote }}
{{- if include "innhub.natsSecret" . }}
- name: INNHUB_NATS_USER
  valueFrom:
    secretKeyRef: {name: {{ include "innhub.natsSecret" . }}, key: {{ .Values.nats.userKey }}}
- name: INNHUB_NATS_PASSWORD
  valueFrom:
    secretKeyRef: {name: {{ include "innhub.natsSecret" . }}, key: {{ .Values.nats.passwordKey }}}
{{- end }}
- name: INNHUB_S3_ENDPOINT
  value: {{ include "innhub.s3Endpoint" . | quote }}
- {name: INNHUB_S3_SECURE, value: {{ and (not .Values.s3.enabled) .Values.s3.secure | quote }}}
- {name: INNHUB_S3_REGION, value: {{ .Values.s3.region | quote }}}
- {name: INNHUB_S3_BUCKET, value: {{ .Values.s3.bucket | quote }}}
- name: INNHUB_S3_ACCESS_KEY
  valueFrom:
    secretKeyRef: {name: {{ include "innhub.s3Secret" . }}, key: {{ .Values.s3.accessKeyKey }}}
- name: INNHUB_S3_SECRET_KEY
  valueFrom:
    secretKeyRef: {name: {{ include "innhub.s3Secret" . }}, key: {{ .Values.s3.secretKeyKey }}}
{{- end -}}

{{- define "innhub.natsUrl" -}}
{{- if .Values.nats.enabled -}}nats://{{ include "innhub.name" . }}-nats:4222{{- else -}}{{ .Values.nats.url }}{{- end -}}
{{- end -}}

{{- define "innhub.natsMonitoring" -}}
{{- if .Values.nats.enabled -}}
{{ include "innhub.name" . }}-nats.{{ .Release.Namespace }}.svc:8222
{{- else -}}
{{ .Values.nats.monitoringEndpoint }}
{{- end -}}
{{- end -}}

{{- define "innhub.s3Endpoint" -}}
{{- if .Values.s3.enabled -}}{{ include "innhub.name" . }}-s3:8333{{- else -}}{{ .Values.s3.endpoint }}{{- end -}}
{{- end -}}

{{/* Where traces go; nothing where they go nowhere. */}}
{{- define "innhub.tracing" -}}
{{- with .Values.tracing -}}
{{- if .endpoint -}}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }}}
- {name: OTEL_TRACES_SAMPLER, value: parentbased_traceidratio}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ .samplerRatio | quote }}}
{{- end -}}
{{- end -}}
{{- end -}}
