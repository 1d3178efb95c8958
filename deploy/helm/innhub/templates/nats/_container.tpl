{{/* What makes the container of NATS its own. */}}
{{- define "innhub.nats.container" -}}
args: [--config=/etc/nats/nats.conf]
env:
  - name: NATS_USER
    valueFrom:
      secretKeyRef: {name: {{ include "innhub.natsSecret" . }}, key: {{ .Values.nats.userKey }}}
  - name: NATS_PASSWORD
    valueFrom:
      secretKeyRef: {name: {{ include "innhub.natsSecret" . }}, key: {{ .Values.nats.passwordKey }}}
ports:
  - {name: nats, containerPort: 4222}
  - {name: monitoring, containerPort: 8222}
{{ include "innhub.storeProbes" (dict "path" "/healthz" "port" "monitoring") }}
{{- end -}}

{{/* The figures of NATS for Prometheus, asked beside it. */}}
{{- define "innhub.nats.exporter" -}}
- name: exporter
  image: {{ .Values.nats.exporter.image }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args: [-port=7777, -varz, -jsz=all, "http://127.0.0.1:8222"]
  securityContext:
    {{- include "innhub.containerSecurity" . | nindent 4 }}
  ports:
    - {name: metrics, containerPort: 7777}
  livenessProbe:
    tcpSocket: {port: metrics}
    periodSeconds: 30
  readinessProbe:
    tcpSocket: {port: metrics}
    periodSeconds: 10
  resources:
    {{- toYaml .Values.nats.exporter.resources | nindent 4 }}
{{- end -}}

{{- define "innhub.nats.volumes" -}}
- name: configuration
  configMap: {name: {{ include "innhub.name" . }}-nats}
{{- end -}}

{{- define "innhub.nats.configuration" -}}
server_name: innhub
port: 4222
http_port: 8222
jetstream { store_dir: "/data", max_memory_store: 64M }
authorization { users = [ { user: $NATS_USER, password: $NATS_PASSWORD } ] }
{{- end -}}
