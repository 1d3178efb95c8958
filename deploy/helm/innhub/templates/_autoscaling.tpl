{{/* Replicas by the work that waits: (root, component, own, scaling, consumer). */}}
{{- define "innhub.autoscaler" }}
---
{{- if eq .scaling.kind "keda" }}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "innhub.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    name: {{ include "innhub.name" .root }}-{{ .component }}
  minReplicaCount: {{ .scaling.minReplicas }}
  maxReplicaCount: {{ .scaling.maxReplicas }}
  pollingInterval: {{ .scaling.pollingSeconds }}
  # Where NATS does not say how much waits, as many as there are stay.
  fallback:
    failureThreshold: 3
    replicas: {{ .scaling.minReplicas }}
    behavior: currentReplicasIfHigher
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        {{- include "innhub.scaleDown" .scaling | nindent 8 }}
  triggers:
    - type: nats-jetstream
      metadata:
        natsServerMonitoringEndpoint: {{ include "innhub.natsMonitoring" .root | quote }}
        account: $G
        stream: TASKS
        consumer: {{ .consumer }}
        lagThreshold: {{ .scaling.tasksPerReplica | quote }}
{{- else }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "innhub.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "innhub.name" .root }}-{{ .component }}
  minReplicas: {{ .scaling.minReplicas }}
  maxReplicas: {{ .scaling.maxReplicas }}
  behavior:
    {{- include "innhub.scaleDown" .scaling | nindent 4 }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .scaling.cpuPercent }}}
{{- end }}
{{- end -}}

{{- define "innhub.scaleDown" -}}
scaleDown:
  stabilizationWindowSeconds: {{ .scaleDownStabilizationSeconds }}
{{- end -}}
