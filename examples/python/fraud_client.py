"""A client of the fraud scoring service. Standard library only: copy it.

Each method is one operation of the service's OpenAPI document and has its name, in snake case. Answers are what the JSON says.
Retries obey Retry-After.
"""

import http.client
import itertools
import json
import os
import random
import re
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import quote, urlencode

REGISTRY = "/api/2.0/mlflow/registered-models"
VERSIONS = "/api/2.0/mlflow/model-versions"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


class FraudError(Exception):
    """The service refused a request, or did not answer; `problem` is what it said."""

    def __init__(self, message, status=None, problem=None, retry_after=None):
        super().__init__(message)
        self.status = status
        self.problem = problem or {}
        self.retry_after = retry_after


class FraudClient:
    """Thread-safe: it keeps nothing between calls."""

    # Answers that another attempt may cure.
    MAY_PASS = (408, 429, 502, 503, 504)

    # All lines of a request are written before the first answer is read: that many answers fit into the buffers on the way.
    MOST_LINES = 128

    def __init__(self, service="http://127.0.0.1:8000", key=None, attempts=4, timeout=10, longest_wait=30, longest_silence=60):
        self.service = service.rstrip("/")
        self.key = key or os.environ.get("FRAUD_API_KEY")
        self.attempts = attempts
        self.timeout = timeout
        self.longest_wait = longest_wait
        self.longest_silence = longest_silence

    # Scores

    def predict(self, explain=False, idempotency_key=None, timeout=None, **payment):
        """Scores one payment. It gets an id if it has none, so that a repeat is known as one."""
        headers = _scoring(idempotency_key, timeout)
        return self._json("POST", "/predict" + _query(explain=explain or None), _identified(payment), headers)

    def predict_batch(self, payments, batch_id=None, explain=False, idempotency_key=None, timeout=None):
        """Scores up to 1,000 payments; wrong ones are in the answer's "errors"."""
        body = {"transactions": [_identified(payment) for payment in payments]}
        if batch_id:
            body["batch_id"] = batch_id
        return self._json("POST", "/predict/batch" + _query(explain=explain or None), body, _scoring(idempotency_key, timeout))

    def predict_stream(self, payments):
        """Scores payments of any number, in requests of MOST_LINES, and yields their answers in order. What a broken answer
        leaves open is sent again, and counted once."""
        payments = iter(payments)
        before = 0
        while some := [_identified(payment) for payment in itertools.islice(payments, self.MOST_LINES)]:
            done = failures = 0
            while done < len(some):
                try:
                    for line in self._lines(some[done:]):
                        done, failures = done + 1, 0
                        yield {**line, "line": before + done}
                except FraudError as broken:
                    failures += 1
                    self._pause(failures, broken)
            before += len(some)

    # Labels

    def add_labels(self, labels, idempotency_key=None):
        """Tells what was fraud: [{"transaction_id": ..., "is_fraud": True}]. All are stored, or none; each counts once."""
        return self._json("POST", "/labels", labels, _scoring(idempotency_key))

    # Flagged payments

    def list_anomalies(self, **query):
        """A page: limit, sort, cursor, offset, min_score, status, from_, to."""
        return self._json("GET", "/api/v1/anomalies" + _query(**query))

    def each_anomaly(self, **query):
        """All of them, page by page as they are taken."""
        while True:
            page = self.list_anomalies(**query)
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]
            query.pop("offset", None)

    def get_anomaly(self, transaction_id, if_none_match=None):
        """A flagged payment with its history and "etag"; None when `if_none_match` is its etag still."""
        return self._case("/api/v1/anomalies/" + _segment(transaction_id), if_none_match)

    def get_anomaly_by_query(self, transaction_id, if_none_match=None):
        """The same, for ids that no path can carry, such as ".."."""
        return self._case("/api/v1/anomaly" + _query(transaction_id=transaction_id), if_none_match)

    def update_anomaly(self, transaction_id, new_status, note=None, if_match=None):
        """Stores a decision: NEW, INVESTIGATED, FRAUD or DISMISSED; refused with 412 when `if_match` is not its etag any more."""
        return self._decide("/api/v1/anomalies/" + _segment(transaction_id), new_status, note, if_match)

    def update_anomaly_by_query(self, transaction_id, new_status, note=None, if_match=None):
        """The same, for ids that no path can carry, such as ".."."""
        return self._decide("/api/v1/anomaly" + _query(transaction_id=transaction_id), new_status, note, if_match)

    def stream_alerts(self, last_event_id=None):
        """Alerts as they come, without end: {"id", "event": "alert" or "gap", "data"}. A connection that breaks is made again,
        and the stream goes on behind the last event."""
        attempt = 0
        while True:
            try:
                headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
                with self._send("GET", "/api/v1/alerts/stream", None, headers, timeout=self.longest_silence) as stream:
                    attempt = attempt or 1
                    for event in _events(stream):
                        last_event_id = event["id"] or last_event_id
                        if event["event"] in ("alert", "gap"):
                            yield {**event, "data": json.loads(event["data"])}
                wait = 2
            except FraudError as refused:
                if attempt == 0 or refused.status not in (None, *self.MAY_PASS):
                    raise
                wait = refused.retry_after or 2
            except (OSError, http.client.HTTPException):
                wait = 2
            time.sleep(wait + random.uniform(0.1, 1))

    # Models

    def get_model_info(self, model=None):
        return self._json("GET", "/model/info" + _query(model=model))

    def compare_models(self, since=None, settled_days=None):
        return self._json("GET", "/api/v1/models/comparison" + _query(since=since, settled_days=settled_days))

    def get_drift_report(self):
        return self._json("GET", "/api/v1/drift")

    # Model registry

    def list_registered_models(self, max_results=None, page_token=None):
        return self._json("GET", REGISTRY + "/list" + _query(max_results=max_results, page_token=page_token))

    def search_registered_models(self, filter=None, order_by=None, max_results=None, page_token=None):
        query = _query(filter=filter, order_by=order_by, max_results=max_results, page_token=page_token)
        return self._json("GET", REGISTRY + "/search" + query)

    def get_registered_model(self, name):
        return self._json("GET", REGISTRY + "/get" + _query(name=name))["registered_model"]

    def create_registered_model(self, name, description=""):
        body = {"name": name, "description": description}
        return self._json("POST", REGISTRY + "/create", body, once=True)["registered_model"]

    def get_latest_model_versions(self, name, stages=None):
        return self._json("GET", REGISTRY + "/get-latest-versions" + _query(name=name, stages=stages))["model_versions"]

    def query_latest_model_versions(self, name, stages=None):
        body = {"name": name, "stages": stages}
        return self._json("POST", REGISTRY + "/get-latest-versions", body)["model_versions"]

    def set_model_alias(self, name, alias, version):
        self._json("POST", REGISTRY + "/alias", {"name": name, "alias": alias, "version": version}, once=True)

    def get_model_version_by_alias(self, name, alias):
        return self._json("GET", REGISTRY + "/alias" + _query(name=name, alias=alias))["model_version"]

    def delete_model_alias(self, name, alias):
        self._json("DELETE", REGISTRY + "/alias" + _query(name=name, alias=alias), once=True)

    def get_model_version(self, name, version):
        return self._json("GET", VERSIONS + "/get" + _query(name=name, version=version))["model_version"]

    def search_model_versions(self, filter=None, max_results=None, page_token=None):
        return self._json("GET", VERSIONS + "/search" + _query(filter=filter, max_results=max_results, page_token=page_token))

    def get_model_version_download_uri(self, name, version):
        return self._json("GET", VERSIONS + "/get-download-uri" + _query(name=name, version=version))["artifact_uri"]

    def transition_model_version_stage(self, name, version, stage, archive_existing_versions=False):
        """None, Staging, Production or Archived; what is in Production is served."""
        body = {"name": name, "version": version, "stage": stage, "archive_existing_versions": archive_existing_versions}
        return self._json("POST", VERSIONS + "/transition-stage", body, once=True)["model_version"]

    def create_model_version(self, name, source):
        return self._json("POST", VERSIONS + "/create", {"name": name, "source": source}, once=True)["model_version"]

    def list_artifacts(self, name, version):
        return self._json("GET", ARTIFACTS + _query(path=f"models/{name}/{version}"))["files"]

    def download_artifact(self, name, version, file):
        return self._bytes("GET", f"{ARTIFACTS}/models/{_segment(name)}/{_segment(version)}/{_segment(file)}")

    def get_model_version_artifact(self, name, version, file):
        return self._bytes("GET", "/model-versions/get-artifact" + _query(name=name, version=version, path=file))

    # Open Inference Protocol

    def get_inference_server(self):
        return self._json("GET", "/v2")

    def get_inference_server_live(self):
        return self._json("GET", "/v2/health/live")

    def get_inference_server_ready(self):
        return self._json("GET", "/v2/health/ready", also=503)

    def get_inference_model(self, model):
        return self._json("GET", _model(model))

    def get_inference_model_version(self, model, version):
        return self._json("GET", _model(model, version))

    def get_inference_model_ready(self, model):
        return self._json("GET", _model(model) + "/ready", also=503)

    def get_inference_model_version_ready(self, model, version):
        return self._json("GET", _model(model, version) + "/ready", also=503)

    def infer(self, model, request):
        return self._json("POST", _model(model) + "/infer", request)

    def infer_version(self, model, version, request):
        return self._json("POST", _model(model, version) + "/infer", request)

    def list_inference_statistics(self):
        return self._json("GET", "/v2/models/stats")

    def get_inference_model_statistics(self, model):
        return self._json("GET", _model(model) + "/stats")

    def get_inference_model_version_statistics(self, model, version):
        return self._json("GET", _model(model, version) + "/stats")

    def list_inference_repository(self, ready=False):
        return self._json("POST", "/v2/repository/index", {"ready": ready})

    def load_inference_model(self, model, version=None):
        self._bytes("POST", f"/v2/repository/models/{_segment(model)}/load", _version(version), once=True)

    def unload_inference_model(self, model, version=None):
        self._bytes("POST", f"/v2/repository/models/{_segment(model)}/unload", _version(version), once=True)

    # Training

    def start_training(self, **request):
        """From store or file (`from_`), data, days, parameters; the trainer's defaults for the rest."""
        return self._json("POST", "/train", {name.rstrip("_"): value for name, value in request.items()}, once=True)

    def list_trainings(self):
        return self._json("GET", "/train")["jobs"]

    def get_training(self, job_id):
        return self._json("GET", "/train/" + _segment(job_id))

    def get_training_report(self, job_id):
        return self._bytes("GET", f"/train/{_segment(job_id)}/report").decode()

    def cancel_training(self, job_id):
        return self._json("DELETE", "/train/" + _segment(job_id), once=True)

    # Health

    def get_service(self):
        return self._json("GET", "/")

    def get_health(self):
        return self._json("GET", "/health")

    def get_healthz(self):
        return self._json("GET", "/healthz")

    def get_live(self):
        return self._json("GET", "/health/live")

    def get_livez(self):
        return self._json("GET", "/livez")

    def get_ready(self):
        """"not ready" is an answer, and no error."""
        return self._json("GET", "/health/ready", also=503)

    def get_readyz(self):
        return self._json("GET", "/readyz", also=503)

    # For those who run the service, and for other systems

    def get_stats(self):
        return self._json("GET", "/stats")

    def get_metrics(self):
        return self._bytes("GET", "/metrics").decode()

    def get_cluster_report(self):
        return self._json("GET", "/cluster")

    def list_audit_entries(self, limit=None, before=None):
        return self._json("GET", "/api/v1/audit" + _query(limit=limit, before=before))

    def get_open_api_document(self):
        return self._json("GET", "/openapi.json")

    def receive_stripe_event(self, body, signature):
        """Passes on an event, byte for byte as Stripe sent it, with its Stripe-Signature."""
        return self._json("POST", "/webhooks/stripe", body, {"Stripe-Signature": signature})

    # How it is asked

    def _case(self, path, if_none_match):
        headers = {} if if_none_match is None else {"If-None-Match": if_none_match}
        return self._send(
            "GET", path, None, headers, also=304,
            read=lambda answer: None if answer.status == 304 else {**json.load(answer), "etag": _tag(answer)})

    def _decide(self, path, new_status, note, if_match):
        headers = {} if if_match is None else {"If-Match": if_match}
        return self._send(
            "PUT", path, {"new_status": new_status, "note": note}, headers, once=True,
            read=lambda answer: {**json.load(answer), "etag": _tag(answer)})

    def _lines(self, payments):
        body = b"".join(json.dumps(payment).encode() + b"\n" for payment in payments)
        try:
            with self._send("POST", "/predict/stream", body, {"Content-Type": "application/x-ndjson"}) as answer:
                for _ in payments:
                    line = json.loads(answer.readline() or b'{"next_line":0,"error":{"status":503,"detail":"the answer ended early"}}')
                    if "next_line" in line:
                        error = line["error"]
                        raise FraudError(f"{error['status']}: {error['detail']}", error["status"], error, error.get("retry_after"))
                    yield line
        except (OSError, http.client.HTTPException) as broken:
            raise FraudError(f"the service does not answer: {broken}") from None

    def _json(self, method, path, body=None, headers=None, also=None, once=False):
        return self._send(method, path, body, headers, also, once, json.load)

    def _bytes(self, method, path, body=None, once=False):
        return self._send(method, path, body, once=once, read=lambda answer: answer.read())

    def _send(self, method, path, body=None, headers=None, also=None, once=False, read=None, timeout=None):
        """What `read` makes of the answer, or the answer itself, which the caller closes. `once`: not sent again when it is not
        known what became of it, as with what people decide: in the meantime another may have decided otherwise."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        if self.key:
            headers["X-API-Key"] = self.key
        for attempt in itertools.count(1):
            try:
                request = urllib.request.Request(self.service + path, data, headers, method=method)
                try:
                    answer = urllib.request.urlopen(request, timeout=timeout or self.timeout)
                except urllib.error.HTTPError as other:
                    if other.code != also:
                        raise
                    answer = other
                if read is None:
                    return answer
                with answer:
                    return read(answer)
            except urllib.error.HTTPError as refused:
                error = self._refusal(refused)
                may_pass = refused.code == 429 or not once
            except (OSError, http.client.HTTPException) as broken:
                error = FraudError(f"the service does not answer: {broken}")
                may_pass = not once
            if not may_pass:
                raise error
            self._pause(attempt, error)

    def _pause(self, attempt, error):
        """Never sooner than asked for, and not all at the same moment."""
        wait = min(5, 0.1 * 2 ** (attempt - 1)) * random.uniform(0.5, 1) + (error.retry_after or 0)
        if error.status not in (None, *self.MAY_PASS) or attempt >= self.attempts or wait > self.longest_wait:
            raise error from None
        time.sleep(wait)

    @staticmethod
    def _refusal(refused):
        """The same facts from problem details, the Open Inference Protocol ("error") and MLflow ("error_code", "message")."""
        with refused:
            try:
                problem = json.load(refused)
            except ValueError:
                problem = {}
        text = problem.get("detail") or problem.get("error") or problem.get("message")
        if text and "detail" not in problem:
            problem["detail"] = text
            if match := re.match(r"([^ :]+): expected (.+)", text):
                problem["field"], problem["expected"] = match.groups()
        asked = refused.headers.get("Retry-After", "")
        return FraudError(f"{refused.code}: {text or refused.reason}", refused.code, problem, float(asked) if asked.isdigit() else None)


def _identified(payment):
    return {"transaction_id": uuid.uuid4().hex, **payment}


def _scoring(idempotency_key=None, timeout=None):
    """`timeout` in seconds."""
    headers = {}
    if idempotency_key is not None:
        headers["Idempotency-Key"] = '"' + idempotency_key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if timeout is not None:
        headers["Request-Timeout"] = f"{timeout:f}"
    return headers


def _tag(answer):
    # Without the W/ of a proxy that compresses: a weak tag is no condition of a change, and the case's version is in it all the same.
    return answer.headers["ETag"].removeprefix("W/")


def _query(**parameters):
    """`from_` is sent as "from", which Python keeps to itself."""
    said = {name.rstrip("_"): str(value).lower() if isinstance(value, bool) else value for name, value in parameters.items() if value is not None}
    return "?" + urlencode(said, doseq=True) if said else ""


def _segment(text):
    if text in ("", ".", ".."):
        raise ValueError("expected a value that a path can carry")
    return quote(text, safe="")


def _model(model, version=None):
    return f"/v2/models/{_segment(model)}" + (f"/versions/{_segment(version)}" if version else "")


def _version(version):
    return {"parameters": {"version": version}} if version else {}


def _events(stream):
    """Server-sent events. One without data still moves the place in the stream on."""
    event = {"id": None, "event": "message", "data": ""}
    for line in stream:
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name in ("id", "event"):
            event[name] = value
        elif name == "data":
            event["data"] += value
        elif not name and not value:
            yield event
            event = {"id": event["id"], "event": "message", "data": ""}
