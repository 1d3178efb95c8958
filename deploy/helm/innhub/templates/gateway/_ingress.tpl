{{/* An Ingress to one port of the gateway: (root, of, className, suffix, port). */}}
{{- define "innhub.ingress" -}}
{{- $name := printf "%s-gateway" (include "innhub.name" .root) -}}
{{- $ingress := dict
      "root" .root
      "component" "gateway"
      "name" (printf "%s%s" $name .suffix)
      "annotations" .of.annotations
-}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "innhub.metadata" $ingress | nindent 2 }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .of.tlsSecret }}
  tls:
    - hosts: [{{ $.of.host | quote }}]
      secretName: {{ . }}
  {{- end }}
  rules:
    - host: {{ .of.host | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ $name }}
                port: {name: {{ .port }}}
{{- end -}}
