{{/* The bundled stores: a StatefulSet of one pod with a volume that outlives it. */}}

{{/* A store: (root, component, ports, checksum, container and others as YAML, mounts, volumes). */}}
{{- define "innhub.store" -}}
{{- $own := include "innhub.values" . | fromYaml -}}
{{- $of := merge (dict "own" $own "class" "stores" "stopSeconds" 60) . -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "innhub.metadata" $of | nindent 2 }}
spec:
  replicas: 1
  serviceName: {{ include "innhub.name" .root }}-{{ .component }}
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
          image: {{ $own.image }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext:
            {{- include "innhub.containerSecurity" . | nindent 12 }}
          {{- .container | nindent 10 }}
          resources:
            {{- toYaml $own.resources | nindent 12 }}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: tmp, mountPath: /tmp}
            {{- with .mounts }}
            {{- . | nindent 12 }}
            {{- end }}
        {{- with .others }}
        {{- . | nindent 8 }}
        {{- end }}
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: 1Gi
        {{- with .volumes }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- if not $own.storage.enabled }}
        - name: data
          emptyDir:
            sizeLimit: {{ $own.storage.size }}
        {{- end }}
  {{- if $own.storage.enabled }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: {{ $own.storage.whenDeleted }}
    whenScaled: Retain
  volumeClaimTemplates:
    # Nothing in it may ever change, so it bears no version.
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: data
        labels:
          {{- include "innhub.selector" $of | nindent 10 }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $own.storage.className }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $own.storage.size }}
  {{- end }}
{{ include "innhub.headless" (dict "root" .root "component" .component "ports" .ports) }}
{{- end -}}

{{/* How a page of a store is probed: (path, port). A store that reads much at its start gets five minutes. */}}
{{- define "innhub.storeProbes" -}}
startupProbe:
  httpGet: {path: {{ .path }}, port: {{ .port }}}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 150
livenessProbe:
  httpGet: {path: {{ .path }}, port: {{ .port }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: {{ .path }}, port: {{ .port }}}
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}
