{{- define "innhub.gateway.environment" -}}
{{- $name := include "innhub.name" . -}}
{{ include "innhub.backplane" . }}
{{ include "innhub.stores" . }}
{{- range $service := list "inference" "explainer" "suggest" }}
- {name: INNHUB_{{ upper $service }}_ADDRESSES, value: "{{ $name }}-{{ $service }}:50051"}
{{- end }}
- {name: INNHUB_UI_URL, value: "http://{{ $name }}-ui:8050"}
{{- if not (hasKey .Values.gateway.settings "INNHUB_TASKS_ON_QUEUE") }}
# With fewer tasks the last replicas would never be asked for.
- {name: INNHUB_TASKS_ON_QUEUE, value: "{{ include "innhub.gateway.tasksOnQueue" . }}"}
{{- end }}
{{- with include "innhub.publicUrl" . }}
- {name: INNHUB_PUBLIC_URL, value: {{ . | quote }}}
{{- end }}
{{- if .Values.token.enabled }}
- name: INNHUB_TOKEN
  valueFrom:
    secretKeyRef: {name: {{ include "innhub.tokenSecret" . }}, key: {{ .Values.token.key }}}
{{- end }}
{{- if .Values.oidc.enabled }}
{{ include "innhub.gateway.oidc" .Values.oidc }}
{{- end }}
{{- with include "innhub.tracing" . }}
{{ . }}
{{- end }}
{{- end -}}

{{- define "innhub.gateway.tasksOnQueue" -}}
{{- $most := 4 -}}
{{- range $service := list "inference" "explainer" "suggest" -}}
{{- $most = max $most (include "innhub.tasks" (index $.Values $service) | int) -}}
{{- end -}}
{{- $most -}}
{{- end -}}

{{/* Sign-in: the values of OIDC. What is left empty is left out. */}}
{{- define "innhub.gateway.oidc" -}}
- {name: INNHUB_OIDC_ISSUER, value: {{ .issuer | quote }}}
- {name: INNHUB_OIDC_CLIENT_ID, value: {{ .clientId | quote }}}
- name: INNHUB_OIDC_CLIENT_SECRET
  valueFrom:
    secretKeyRef: {name: {{ .existingSecret }}, key: {{ .key }}}
- {name: INNHUB_OIDC_SESSION_SECONDS, value: {{ include "innhub.text" .sessionSeconds }}}
{{- with .audience }}
- {name: INNHUB_OIDC_AUDIENCE, value: {{ . | quote }}}
{{- end }}
{{- with .groupsClaim }}
- {name: INNHUB_OIDC_GROUPS_CLAIM, value: {{ . | quote }}}
{{- end }}
{{- with .allowedGroups }}
- {name: INNHUB_OIDC_ALLOWED_GROUPS, value: {{ join "," . | quote }}}
{{- end }}
{{- with .operatorGroups }}
- {name: INNHUB_OIDC_OPERATOR_GROUPS, value: {{ join "," . | quote }}}
{{- end }}
{{- with .scopes }}
- {name: INNHUB_OIDC_SCOPES, value: {{ . | quote }}}
{{- end }}
{{- end -}}
