"""Sends a test charge the way Stripe does: a signed event. Arguments: the service, the amount in minor units.

The secret is the service's Stripe__WebhookSecrets, here in STRIPE_WEBHOOK_SECRET.
"""

import hashlib
import hmac
import json
import os
import sys
import time
import urllib.request
import uuid

service = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
amount = int(sys.argv[2]) if len(sys.argv) > 2 else 95_000
secret = os.environ["STRIPE_WEBHOOK_SECRET"]

now = int(time.time())
event = {
    "object": "event",
    "id": f"evt_{uuid.uuid4().hex}",
    "type": "charge.succeeded",
    "created": now,
    "data": {
        "object": {
            "object": "charge",
            "id": f"ch_{uuid.uuid4().hex}",
            "amount": amount,
            "currency": "eur",
            "created": now,
            "metadata": {"terminal_id": "terminal-1"},
            "payment_method_details": {"type": "card", "card": {"fingerprint": "test-card-1"}},
        }
    },
}
body = json.dumps(event).encode()
signature = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
request = urllib.request.Request(
    service + "/webhooks/stripe",
    body,
    {"Content-Type": "application/json", "Stripe-Signature": f"t={now},v1={signature}"},
)
with urllib.request.urlopen(request, timeout=10) as answer:
    outcome = json.load(answer)
result = outcome["result"]
print(f"{outcome['outcome']} {result['transaction_id']}: {result['decision']}, score {result['fraud_score']:.3f}")
