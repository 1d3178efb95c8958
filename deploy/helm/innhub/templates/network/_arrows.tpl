{{/*
Who may talk to whom, an arrow a line: all that policies are made of. A name is a part of the chart, or one of
`networkPolicies`.
*/}}
{{- define "innhub.arrows" -}}
{{- $services := list "gateway" "inference" "explainer" "suggest" -}}
{{- $s3 := include "innhub.port" (list (include "innhub.s3Endpoint" .) (ternary 443 80 .Values.s3.secure)) -}}
{{- $nats := include "innhub.port" (list (include "innhub.natsUrl" .) 4222) -}}
- {from: clients, to: gateway, ports: [8080, 50051]}
- {from: gateway, to: ui, ports: [8050]}
- {from: ui, to: gateway, ports: [8080]}
- {from: gateway, to: inference, ports: [50051]}
- {from: gateway, to: explainer, ports: [50051]}
- {from: gateway, to: suggest, ports: [50051]}
- {from: ui, to: dns, ports: [53]}
{{- range $service := $services }}
- {from: {{ $service }}, to: dns, ports: [53]}
- {from: {{ $service }}, to: s3, ports: [{{ $s3 }}]}
- {from: {{ $service }}, to: nats, ports: [{{ $nats }}]}
- {from: prometheus, to: {{ $service }}, ports: [9100]}
{{- with $.Values.tracing.endpoint }}
- {from: {{ $service }}, to: collector, ports: [{{ include "innhub.port" (list . (ternary 443 80 (hasPrefix "https" .))) }}]}
{{- end }}
{{- end }}
{{- if .Values.nats.exporter.enabled }}
- {from: prometheus, to: nats, ports: [7777]}
{{- end }}
{{- range $service := list "inference" "explainer" }}
{{- with (index $.Values $service).autoscaling }}
{{- if and .enabled (eq .kind "keda") }}
- {from: keda, to: nats, ports: [8222]}
{{- end }}
{{- end }}
{{- end }}
{{- if .Values.oidc.enabled }}
- {from: gateway, to: oidc, ports: [{{ include "innhub.port" (list .Values.oidc.issuer 443) }}]}
{{- end }}
{{- if .Values.tests.enabled }}
- {from: test, to: dns, ports: [53]}
- {from: test, to: gateway, ports: [8080]}
{{- end }}
{{- end -}}

{{/* The port in an address, with or without a scheme and a path; else the other one: a list of both. */}}
{{- define "innhub.port" -}}
{{- $host := regexReplaceAll "^[a-z]+://|/.*$" (index . 0) "" -}}
{{- regexFind ":[0-9]+$" $host | trimPrefix ":" | default (index . 1 | toString) -}}
{{- end -}}

{{/* One rule for an arrow: (root, peer, key, ports). */}}
{{- define "innhub.rule" -}}
{{- $parts := list "gateway" "inference" "explainer" "suggest" "ui" "test" -}}
{{- if .root.Values.s3.enabled }}{{ $parts = append $parts "s3" }}{{ end -}}
{{- if .root.Values.nats.enabled }}{{ $parts = append $parts "nats" }}{{ end -}}
- ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- if eq (int .) 53 }}
    - {protocol: UDP, port: 53}
    {{- end }}
    {{- end }}
  {{- if has .peer $parts }}
  {{ .key }}:
    - podSelector:
        matchLabels:
          {{- include "innhub.selector" (dict "root" .root "component" .peer) | nindent 10 }}
  {{- else if index .root.Values.networkPolicies .peer }}
  {{ .key }}:
    {{- toYaml (index .root.Values.networkPolicies .peer) | nindent 4 }}
  {{- end }}
{{- end -}}
