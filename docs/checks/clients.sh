#!/usr/bin/env bash
# Neighbours' own clients against this service: docs/checks/clients.sh
# Stripe's library for Node makes and signs events: STRIPE_CLIENT names a folder where `npm install stripe` ran. Triton's client for Python
# asks, loads and unloads: it is imported (pip install 'tritonclient[http]', or PYTHONPATH) by PYTHON, python3 by default. A client that is not
# there is named and passed over. Prints each call and what the client made of the answer; ends with 1 when one of them is not as expected.
set -euo pipefail
cd "$(dirname "$0")/../.."
work="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
fraud=(dotnet Fraud.Cli/bin/Release/net10.0/fraud.dll)
port="${PORT:-8198}"
export FRAUD_URL="http://127.0.0.1:$port" STRIPE_WEBHOOK_SECRET=whsec_only_for_this_check
export Stripe__WebhookSecrets="$STRIPE_WEBHOOK_SECRET" Stripe__Mode=Test

FRAUD_KEY="$("${fraud[@]}" keys create --name clients --scope score --scope analyst --scope admin --data "$work/data" --json | sed -n 's/.*"key": *"\([^"]*\)".*/\1/p')"
export FRAUD_KEY
"${fraud[@]}" serve --no-feed --no-welcome --data "$work/data" --urls "$FRAUD_URL" >"$work/log" 2>&1 &
for _ in $(seq 600); do
    curl -sf "$FRAUD_URL/health/ready" >/dev/null && break
    sleep 0.1
done

cat >"$work/stripe.cjs" <<'JS'
const Stripe = require('stripe');
const stripe = new Stripe('sk_test_only_for_this_check');
const secret = process.env.STRIPE_WEBHOOK_SECRET;
const now = Math.floor(Date.now() / 1000);
let failed = 0;

async function send(name, type, object, expected, more = {}) {
  const payload = JSON.stringify({
    id: `evt_${name}`, object: 'event', api_version: '2026-01-28', created: now, livemode: false, pending_webhooks: 1,
    request: { id: null, idempotency_key: null }, type, data: { object }, ...more,
  });
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret });
  // What the library itself would take, but for thin events, which have a method of their own.
  if (!more.object) stripe.webhooks.constructEvent(payload, header, secret);
  const answer = await fetch(`${process.env.FRAUD_URL}/webhooks/stripe`, {
    method: 'POST', body: payload, headers: { 'Content-Type': 'application/json; charset=utf-8', 'Stripe-Signature': header, 'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)' },
  });
  const body = await answer.json();
  const told = `${answer.status} ${body.outcome ?? body.detail}`;
  console.log(`stripe  ${type} (${name}): ${told}`);
  if (told !== expected) { failed++; console.log(`        expected ${expected}`); }
}

const charge = (id, more = {}) => ({
  id, object: 'charge', amount: 1999, currency: 'usd', created: now, livemode: false, payment_intent: `pi_${id}`, metadata: {}, fraud_details: {},
  payment_method_details: { type: 'card', card: { brand: 'visa', fingerprint: `fp_${id}`, last4: '4242' } }, ...more,
});

(async () => {
  await send('charge', 'charge.succeeded', charge('ch_1'), '200 payment');
  await send('long_id', 'charge.succeeded', charge('ch_' + 'l'.repeat(252), { metadata: { merchant_id: 'm'.repeat(500) } }), '200 payment');
  await send('line_break', 'charge.succeeded', charge('ch_2', { metadata: { merchant_id: 'one\ntwo' } }), '200 payment');
  await send('usdc', 'charge.succeeded', charge('ch_3', { currency: 'usdc' }), '200 refused');
  await send('too_much', 'charge.succeeded', charge('ch_4', { amount: 1e15 }), '200 refused');
  await send('lost', 'charge.dispute.closed', { id: 'dp_1', object: 'dispute', charge: 'ch_1', reason: 'fraudulent', status: 'lost' }, '200 label');
  await send('refund', 'refund.created', { id: 're_1', object: 'refund', charge: 'ch_2', reason: 'fraudulent' }, '200 label');
  await send('review', 'review.closed', { id: 'prv_1', object: 'review', charge: 'ch_2', closed_reason: 'refunded_as_fraud' }, '200 label');
  await send('live', 'charge.succeeded', charge('ch_5'), '200 other_mode', { livemode: true });
  await send('thin', 'v1.billing.meter.no_meter_found', {}, '200 refused', { object: 'v2.core.event', data: null });
  process.exit(failed ? 1 : 0);
})();
JS

cat >"$work/triton.py" <<'PY'
import os, sys
import numpy as np
import tritonclient.http as http

key = {"Authorization": "Bearer " + os.environ["FRAUD_KEY"]}
client = http.InferenceServerClient(os.environ["FRAUD_URL"].removeprefix("http://"))
failed = 0

def call(name, work, expected):
    global failed
    try:
        told = str(work())
    except http.InferenceServerException as refused:
        told = f"refused: {refused.message()}"
    print(f"triton  {name}: {told[:150]}")
    if expected not in told:
        failed += 1
        print(f"        expected {expected}")

# Of a call with bytes the client leaves a header in what it is given: each call has a copy.
def infer(binary):
    tensor = http.InferInput("features", [2, 33], "FP32")
    tensor.set_data_from_numpy(np.zeros((2, 33), dtype=np.float32), binary_data=binary)
    outputs = [http.InferRequestedOutput("probabilities", binary_data=binary)]
    return client.infer("payments", [tensor], outputs=outputs, headers=dict(key)).as_numpy("probabilities").shape

call("is_server_live", client.is_server_live, "True")
call("is_server_ready", client.is_server_ready, "True")
call("get_model_metadata", lambda: client.get_model_metadata("payments", headers=dict(key))["inputs"], "features")
call("get_model_repository_index", lambda: client.get_model_repository_index(headers=dict(key)), "payments")
call("infer, bytes", lambda: infer(True), "(2, 2)")
call("infer, JSON", lambda: infer(False), "(2, 2)")
call("load_model", lambda: client.load_model("payments", headers=dict(key)), "None")
call("unload_model", lambda: client.unload_model("payments", headers=dict(key)), "scored with")
call("get_inference_statistics", lambda: len(client.get_inference_statistics("payments", headers=dict(key))["model_stats"]), "1")
call("load_model without a key", lambda: client.load_model("payments"), "Expected a key")
sys.exit(1 if failed else 0)
PY

status=0
if [ -n "${STRIPE_CLIENT:-}" ]; then
    NODE_PATH="$STRIPE_CLIENT/node_modules" node "$work/stripe.cjs" || status=1
else
    echo "stripe  not run: STRIPE_CLIENT names no folder with the library"
fi
if "${PYTHON:-python3}" -c 'import tritonclient.http' 2>/dev/null; then
    "${PYTHON:-python3}" "$work/triton.py" || status=1
else
    echo "triton  not run: no module tritonclient"
fi
exit $status
