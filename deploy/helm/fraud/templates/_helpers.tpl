{{- define "fraud.labels" -}}
app: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "fraud.selector" -}}
app: {{ .Release.Name }}
{{- end }}

{{- define "fraud.scheme" -}}
{{ ternary "http" "https" (empty .Values.tls.secret) }}
{{- end }}

{{- /* The account of the nodes. Empty: the namespace's default, which may ask Kubernetes nothing. */ -}}
{{- define "fraud.account" -}}
{{- if .Values.serviceAccountName -}}
{{ .Values.serviceAccountName }}
{{- else if eq .Values.discovery.method "kubernetes" -}}
{{ .Release.Name }}-api
{{- end -}}
{{- end }}

{{- /* A node without a shard only passes payments on. */ -}}
{{- define "fraud.checkNodes" -}}
{{- $nodes := ternary .Values.autoscaling.maxReplicas .Values.replicas .Values.autoscaling.enabled | int -}}
{{- if gt $nodes (int .Values.kafka.partitions) -}}
{{- fail (printf "%d nodes are more than the %d partitions (kafka.partitions): the rest would have no shard" $nodes (int .Values.kafka.partitions)) -}}
{{- end -}}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) -}}
{{- fail (printf "autoscaling.minReplicas (%d) is above autoscaling.maxReplicas (%d)" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- end }}
