{{- define "innhub.ui.environment" -}}
- {name: INNHUB_URL, value: "http://{{ include "innhub.name" . }}-gateway:8080"}
{{- end -}}
