"""Calls each operation of the Python client once and prints which. Arguments: the service, a Stripe signing secret, an input row."""

import hashlib
import hmac
import inspect
import json
import sys
import time

from fraud_client import FraudClient, FraudError

service, secret, row = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
called = []


class Recorded(FraudClient):
    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if not name.startswith("_") and callable(found) and name not in called:
            called.append(name)
        return found


def refused(status, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except FraudError as error:
        assert error.status == status, error
        return error.problem
    raise AssertionError(f"{call.__name__} was not refused")


client = Recorded(service)

score = client.predict(explain=True, idempotency_key='python-"1"', timeout=2, transaction_id="python-1", card_id="c", amount=3)
assert score["explanation"]["contributions"], score
batch = client.predict_batch([{"amount": 1}, {"amount": -1}], "python")
assert (len(batch["results"]), len(batch["errors"])) == (1, 1), batch
lines = list(client.predict_stream({"transaction_id": f"python-{n}", "amount": n - 1} for n in range(300)))
assert [line["line"] for line in lines] == list(range(1, 301)), lines
assert lines[0]["error"]["field"] == "amount" and lines[299]["transaction_id"] == "python-299", (lines[0], lines[299])
assert client.add_labels([{"transaction_id": "python-1", "is_fraud": True}], "python-labels")["stored"] == 1

page = client.list_anomalies(limit=1, sort="score", min_score=0, status="NEW", from_="1970-01-01T00:00:00Z")
assert page["count"] == 1 and page["next_cursor"], page
case = client.get_anomaly("python-case-1")
assert case["etag"] == '"v0"' and client.get_anomaly("python-case-1", case["etag"]) is None, case
assert client.update_anomaly("python-case-1", "FRAUD", "denied", case["etag"])["etag"] == '"v1"'
assert refused(412, client.update_anomaly, "python-case-1", "NEW", if_match=case["etag"])["field"] == "If-Match"
assert client.get_anomaly_by_query("python-case-1")["history"][0]["note"] == "denied"
assert client.update_anomaly_by_query("python-case-2", "DISMISSED")["version"] == 1
alert = next(client.stream_alerts("0"))
assert alert["data"]["alert_id"] == "alert-" + alert["data"]["transaction_id"] and alert["id"], alert

assert client.get_model_info("payments")["name"] == "payments"
assert client.compare_models("1970-01-01", 7)["comparisons"] == []
assert client.get_drift_report()["model"] == "payments"

assert client.list_registered_models(10)["registered_models"]
assert len(client.search_registered_models("name = 'payments'", "name DESC")["registered_models"]) == 1
assert client.get_registered_model("payments")["latest_versions"]
assert client.create_registered_model("python", "planned")["description"] == "planned"
assert client.create_model_version("payments", "payments/7")["version"] == "7"
assert client.get_latest_model_versions("payments", ["None", "Production"])
assert client.query_latest_model_versions("payments", ["None"])[0]["version"] == "7"
client.set_model_alias("payments", "tried", "7")
assert client.get_model_version_by_alias("payments", "tried")["version"] == "7"
client.delete_model_alias("payments", "tried")
assert refused(404, client.get_model_version_by_alias, "payments", "tried")["error_code"] == "RESOURCE_DOES_NOT_EXIST"
assert client.get_model_version("payments", "7")["current_stage"] == "None"
assert client.search_model_versions(max_results=1)["model_versions"]
assert client.get_model_version_download_uri("payments", "7").endswith("/models/payments/7")
assert client.transition_model_version_stage("payments", "7", "Archived")["current_stage"] == "Archived"
assert "model.onnx" in [file["path"] for file in client.list_artifacts("payments", "7")]
assert client.download_artifact("payments", "7", "model.onnx")
assert client.get_model_version_artifact("payments", "7", "manifest.json")

request = {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, len(row)], "data": row}]}
assert client.get_inference_server()["extensions"]
assert client.get_inference_server_live()["live"] and client.get_inference_server_ready()["ready"]
assert client.list_inference_repository(ready=True)[0]["state"] == "READY"
client.load_inference_model("payments", "7")
assert client.get_inference_model("payments")["inputs"][0]["shape"][1] == len(row)
assert client.get_inference_model_version("payments", "7")["properties"]["version"] == "7"
assert client.get_inference_model_ready("payments")["ready"] and client.get_inference_model_version_ready("payments", "7")["ready"]
assert client.infer("payments", request)["outputs"]
assert client.infer_version("payments", "7", request)["model_version"] == "7"
assert client.list_inference_statistics()["model_stats"] and client.get_inference_model_statistics("payments")["model_stats"]
assert client.get_inference_model_version_statistics("payments", "7")["model_stats"][0]["execution_count"] == 1
client.unload_inference_model("payments", "7")
assert refused(409, client.infer_version, "payments", "7", request)["field"] == "version"

job = client.start_training(train_from="2018-05-08", max_rounds=20, seed=7)["job_id"]
assert client.list_trainings()[0]["job_id"] == job
assert client.get_training(job)["status"] == "running"
refused(404, client.get_training_report, job)
assert client.cancel_training(job)["status"] == "cancelled"

assert "POST /predict" in client.get_service()["endpoints"]
assert client.get_health()["status"] == client.get_healthz()["status"] == "healthy"
assert client.get_live()["status"] == client.get_livez()["status"] == "live"
assert client.get_ready()["checks"] and client.get_readyz()["checks"]

assert client.get_stats()["total_predictions"] > 0
assert "fraud_predictions_total" in client.get_metrics()
assert client.get_cluster_report()["nodes"]
assert client.list_audit_entries(2)["count"] == 2
assert client.get_open_api_document()["paths"]
charge = {"id": "ch_python", "object": "charge", "amount": 1250, "currency": "eur", "created": 1763640000}
event = json.dumps({"id": "evt_python", "type": "charge.succeeded", "data": {"object": charge}}).encode()
now = str(int(time.time()))
signature = hmac.new(secret.encode(), now.encode() + b"." + event, hashlib.sha256).hexdigest()
assert client.receive_stripe_event(event, f"t={now},v1={signature}")["outcome"] == "payment"

assert [case["transaction_id"] for case in client.each_anomaly(limit=1, status="DISMISSED")] == ["python-case-2"]
called.remove("each_anomaly")
public = {name for name, _ in inspect.getmembers(FraudClient, inspect.isfunction) if not name.startswith("_")} - {"each_anomaly"}
print(json.dumps({"called": sorted(called), "methods": sorted(public)}))
