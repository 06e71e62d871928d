"""A payment, the same again, a batch, a label and a mistake. First argument: the service."""

import sys
import uuid

from fraud_client import FraudClient, FraudError

client = FraudClient(sys.argv[1]) if len(sys.argv) > 1 else FraudClient()
health = client.get_health()
print(f"{health['status']}, model {health['model']} version {health['model_version']}")

transaction = f"python-{uuid.uuid4().hex}"
payment = dict(transaction_id=transaction, card_id="card-1", terminal_id="terminal-1", amount=950.00, currency="EUR")
score = client.predict(**payment)
print(f"{score['transaction_id']}: {score['decision']}, score {score['fraud_score']:.3f}")
for reason in score["reasons"]:
    print(f"  {reason}")

again = client.predict(**payment)
print(f"the same again: {again['fraud_score']:.3f}, duplicate {again['duplicate']}")

batch = client.predict_batch([{"card_id": "card-2", "amount": 12.5}, {"amount": -1}])
print(f"batch: {batch['statistics']['scored']} scored, {batch['statistics']['failed']} failed")
for error in batch["errors"]:
    print(f"  item {error['index']}: {error['detail']}")

labels = client.add_labels([{"transaction_id": transaction, "is_fraud": True}])
print(f"labels: {labels['stored']} stored")

try:
    client.predict(amount="many")
except FraudError as refused:
    print(f"refused with {refused.status}: {refused.problem.get('detail')}")
