{{/* What all pods have: who they run as, where they may run, and what they may not do. */}}

{{/*
Metadata of a pod: (root, component, own, and optionally checksum). It bears no version of the chart: the stores would be
started anew by every upgrade.
*/}}
{{- define "innhub.podMetadata" -}}
labels:
  {{- include "innhub.selector" . | nindent 2 }}
  app.kubernetes.io/part-of: innhub
  {{- with .own.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- if or .own.podAnnotations .checksum }}
annotations:
  {{- with .own.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .checksum }}
  innhub/configuration: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The part of a pod that is alike in all: (root, component, own, class, stopSeconds). */}}
{{- define "innhub.pod" -}}
{{- $gpu := .own.gpu | default dict -}}
serviceAccountName: {{ include "innhub.serviceAccount" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .stopSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    {{- toYaml .own.seccompProfile | nindent 4 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- if .own.priorityClassName }}
priorityClassName: {{ .own.priorityClassName }}
{{- else if .root.Values.priorityClasses.create }}
priorityClassName: {{ include "innhub.name" .root }}-{{ .class }}
{{- end }}
{{- with .own.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $ofGpus := ternary $gpu.tolerations list ($gpu.enabled | default false) }}
{{- with concat .own.tolerations ($ofGpus | default list) }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .own.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $spread := .own.topologySpread -}}
{{- if or $spread.zone $spread.host }}
topologySpreadConstraints:
  {{- if $spread.zone }}
  {{- include "innhub.spread" (dict "of" . "key" "topology.kubernetes.io/zone" "otherwise" $spread.zone) | nindent 2 }}
  {{- end }}
  {{- if $spread.host }}
  {{- include "innhub.spread" (dict "of" . "key" "kubernetes.io/hostname" "otherwise" $spread.host) | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "innhub.spread" -}}
- maxSkew: 1
  topologyKey: {{ .key }}
  whenUnsatisfiable: {{ .otherwise }}
  labelSelector:
    matchLabels:
      {{- include "innhub.selector" .of | nindent 6 }}
{{- end -}}

{{/* What a container may not do. */}}
{{- define "innhub.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What a container asks for, its GPUs included: the values of its part. */}}
{{- define "innhub.resources" -}}
{{- $resources := deepCopy .resources -}}
{{- $gpu := .gpu | default dict -}}
{{- if $gpu.enabled -}}
{{- $_ := set $resources.limits $gpu.resource ($gpu.count | toString) -}}
{{- $_ := set $resources.requests $gpu.resource ($gpu.count | toString) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* A budget of disruption: (root, component, own). */}}
{{- define "innhub.podDisruptionBudget" -}}
{{- if .own.podDisruptionBudget }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "innhub.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "innhub.selector" . | nindent 6 }}
{{- end }}
{{- end -}}
