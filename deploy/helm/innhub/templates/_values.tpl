{{/* The values of a part over those for all, as YAML: (root, component). */}}
{{- define "innhub.values" -}}
{{- $merged := deepCopy .root.Values.defaults -}}
{{- include "innhub.overlay" (list $merged (index .root.Values .component)) -}}
{{- toYaml $merged -}}
{{- end -}}

{{/* Puts a dict over another, which is changed. The function of the library leaves out what is false, 0 or empty. */}}
{{- define "innhub.overlay" -}}
{{- $under := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- if and (kindIs "map" $value) (kindIs "map" (index $under $key)) (ne $key "seccompProfile") -}}
{{- include "innhub.overlay" (list (index $under $key) $value) -}}
{{- else -}}
{{- $_ := set $under $key $value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A number or a text as the text of a variable. Numbers of YAML would be written with an exponent. */}}
{{- define "innhub.text" -}}
{{- if kindIs "string" . -}}{{ . | quote }}{{- else -}}{{ toJson . | quote }}{{- end -}}
{{- end -}}

{{/*
As many tasks as keep all replicas busy that a service may have, and ask for all of them: its values. One waits for each
that is worked on.
*/}}
{{- define "innhub.tasks" -}}
{{- $scaling := .autoscaling | default dict -}}
{{- if $scaling.enabled -}}
{{- mul $scaling.maxReplicas (max 2 (int $scaling.tasksPerReplica)) -}}
{{- else -}}
{{- mul .replicas 2 -}}
{{- end -}}
{{- end -}}

{{/* Half of the processors of a container, since a run and a person may be served at a time: its values. */}}
{{- define "innhub.threads" -}}
{{- $limit := .resources.limits.cpu | toString -}}
{{- $milli := hasSuffix "m" $limit | ternary (trimSuffix "m" $limit | float64) (mulf (float64 $limit) 1000) -}}
{{- divf $milli 2000 | ceil | max 1 -}}
{{- end -}}
