{{/* What makes the container of the S3 server its own. */}}
{{- define "innhub.s3.container" -}}
{{- with .Values.s3.command -}}
command:
  {{- range . }}
  - {{ tpl . $ | quote }}
  {{- end }}
{{ end -}}
args:
  {{- range .Values.s3.arguments }}
  - {{ tpl . $ | quote }}
  {{- end }}
env:
  - name: {{ .Values.s3.environment.accessKey }}
    valueFrom:
      secretKeyRef: {name: {{ include "innhub.s3Secret" . }}, key: {{ .Values.s3.accessKeyKey }}}
  - name: {{ .Values.s3.environment.secretKey }}
    valueFrom:
      secretKeyRef: {name: {{ include "innhub.s3Secret" . }}, key: {{ .Values.s3.secretKeyKey }}}
  # SeaweedFS is written in Go: its collector works harder beyond what was asked for, long before the limit.
  - name: GOMEMLIMIT
    valueFrom:
      resourceFieldRef: {resource: requests.memory, divisor: "1"}
ports:
  - {name: s3, containerPort: 8333}
{{ include "innhub.storeProbes" (dict "path" .Values.s3.healthPath "port" "s3") }}
{{- end -}}
