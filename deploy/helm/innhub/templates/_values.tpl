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

{{/* The most replicas that a service may have: its values. */}}
{{- define "innhub.mostReplicas" -}}
{{- $scaling := .autoscaling | default dict -}}
{{- if $scaling.enabled }}{{ $scaling.maxReplicas }}{{ else }}{{ .replicas }}{{ end -}}
{{- end -}}
