{{/* A service of ours: a Deployment, a Service, and what goes with them. */}}

{{/*
A service: (root, component, class, ports, probe, environment).
Ports are names with numbers; probe is "grpc" or the path and port of a page; environment is YAML of its own variables.
*/}}
{{- define "innhub.service" -}}
{{- $root := .root -}}
{{- $own := include "innhub.values" . | fromYaml -}}
{{- $gpu := $own.gpu | default dict -}}
{{- $scaling := $own.autoscaling | default dict -}}
{{- $stop := add $root.Values.drainSeconds (mul 2 $own.graceSeconds) 5 -}}
{{- $of := dict "root" $root "component" .component "own" $own "class" .class "stopSeconds" $stop -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "innhub.metadata" $of | nindent 2 }}
spec:
  {{- if not $scaling.enabled }}
  replicas: {{ $own.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: {{ $own.rollingUpdate.maxSurge }}
      maxUnavailable: {{ $own.rollingUpdate.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "innhub.selector" $of | nindent 6 }}
  template:
    metadata:
      {{- include "innhub.podMetadata" $of | nindent 6 }}
    spec:
      {{- include "innhub.pod" $of | nindent 6 }}
      containers:
        - name: {{ .component }}
          image: {{ include "innhub.image" $of }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext:
            {{- include "innhub.containerSecurity" . | nindent 12 }}
          env:
            {{- include "innhub.environment" (dict "root" $root "own" $own) | nindent 12 }}
            {{- with .environment }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- if $gpu.enabled }}
            # Several processes of a replica share its GPU: each takes what it needs instead of all there is.
            - {name: TF_FORCE_GPU_ALLOW_GROWTH, value: "true"}
            {{- end }}
            {{- range $name, $value := $own.settings }}
            - {name: {{ $name }}, value: {{ include "innhub.text" $value }}}
            {{- end }}
          ports:
            {{- range $name, $port := .ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}}
            {{- end }}
          {{- include "innhub.probes" . | nindent 10 }}
          resources:
            {{- include "innhub.resources" $own | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            {{- with $root.Values.certificates.existingConfigMap }}
            - {name: certificates, mountPath: /etc/innhub/certificates, readOnly: true}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: {{ $own.temporarySize }}
        {{- with $root.Values.certificates.existingConfigMap }}
        - name: certificates
          configMap: {name: {{ . }}}
        {{- end }}
{{- include "innhub.podDisruptionBudget" $of }}
{{- if $scaling.enabled }}
{{- include "innhub.autoscaler" (merge (dict "scaling" $scaling "consumer" .consumer) $of) }}
{{- end }}
{{- end -}}

{{/* The variables that every service has: (root, own). */}}
{{- define "innhub.environment" -}}
- {name: INNHUB_LOG_LEVEL, value: {{ .root.Values.logLevel }}}
- {name: INNHUB_DRAIN_SECONDS, value: {{ .root.Values.drainSeconds | quote }}}
- {name: INNHUB_GRACE_SECONDS, value: {{ .own.graceSeconds | quote }}}
{{- if .root.Values.certificates.existingConfigMap }}
- {name: SSL_CERT_FILE, value: /etc/innhub/certificates/{{ .root.Values.certificates.key }}}
{{- end }}
{{- end -}}

{{/* How a container is probed: (probe). It may take long to find the stores; then it must answer within seconds. */}}
{{- define "innhub.probes" -}}
startupProbe:
  {{- include "innhub.probe" (dict "probe" .probe "service" "liveness") | nindent 2 }}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 90
livenessProbe:
  {{- include "innhub.probe" (dict "probe" .probe "service" "liveness") | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  {{- include "innhub.probe" (dict "probe" .probe "service" "") | nindent 2 }}
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{- define "innhub.probe" -}}
{{- if kindIs "map" .probe -}}
httpGet:
  {{- toYaml .probe | nindent 2 }}
{{- else -}}
grpc:
  port: 50051
  service: {{ .service | quote }}
{{- end -}}
{{- end -}}

{{/* A Service that names every replica, for those who choose among them by themselves: (root, component, ports). */}}
{{- define "innhub.headless" -}}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "innhub.metadata" . | nindent 2 }}
spec:
  clusterIP: None
  selector:
    {{- include "innhub.selector" . | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - {name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }}}
    {{- end }}
{{- end -}}

{{/* A worker behind gRPC: (root, component, consumer, environment). */}}
{{- define "innhub.worker" -}}
{{- $service := dict
      "class" "workers"
      "probe" "grpc"
      "ports" (dict "grpc" 50051 "metrics" 9100)
      "environment" (include "innhub.workerEnvironment" .)
-}}
{{- include "innhub.service" (merge $service .) }}
{{ include "innhub.headless" (dict "root" .root "component" .component "ports" (dict "grpc" 50051)) }}
{{- end -}}

{{- define "innhub.workerEnvironment" -}}
{{ include "innhub.backplane" .root }}
{{ include "innhub.stores" .root }}
{{- if and .threads (not (hasKey (index .root.Values .component).settings "INNHUB_THREADS")) }}
# By itself it would count the processors of the node.
- {name: INNHUB_THREADS, value: {{ include "innhub.threads" (index .root.Values .component) | quote }}}
{{- end }}
{{- with include "innhub.tracing" .root }}
{{ . }}
{{- end }}
{{- end -}}
