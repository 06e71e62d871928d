"""A client of the fraud scoring service, with retries that obey Retry-After. Standard library only."""

import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid


class FraudError(Exception):
    """The service refused a request, or did not answer; `problem` is what it said."""

    def __init__(self, message, status=None, problem=None):
        super().__init__(message)
        self.status = status
        self.problem = problem or {}


class FraudClient:
    """Thread-safe: it keeps nothing between calls."""

    # Answers that another attempt may cure.
    MAY_PASS = (408, 429, 502, 503, 504)

    def __init__(self, service="http://127.0.0.1:8000", key=None, attempts=4, timeout=10, longest_wait=30):
        self.service = service.rstrip("/")
        self.key = key or os.environ.get("FRAUD_API_KEY")
        self.attempts = attempts
        self.timeout = timeout
        self.longest_wait = longest_wait

    def predict(self, **payment):
        """Scores one payment. It gets an id if it has none, so that a repeat is known as one."""
        payment.setdefault("transaction_id", uuid.uuid4().hex)
        return self._call("/predict", payment)

    def predict_batch(self, payments, batch_id=None):
        """Scores up to 1,000 payments; wrong ones are in the answer's "errors"."""
        payments = [{"transaction_id": uuid.uuid4().hex, **payment} for payment in payments]
        body = {"transactions": payments}
        if batch_id:
            body["batch_id"] = batch_id
        return self._call("/predict/batch", body)

    def labels(self, labels):
        """Tells what was fraud: [{"transaction_id": ..., "is_fraud": True}]."""
        return self._call("/labels", labels)

    def health(self):
        return self._call("/health")

    def _call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["X-API-Key"] = self.key
        for attempt in range(1, self.attempts + 1):
            asked = None
            try:
                request = urllib.request.Request(self.service + path, data, headers)
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refused:
                error = self._refusal(refused)
                asked = refused.headers.get("Retry-After")
                if refused.code not in self.MAY_PASS:
                    raise error from None
            except OSError as broken:
                error = FraudError(f"the service does not answer: {broken}")
            # Never sooner than asked for, and not all at the same moment.
            backoff = min(5, 0.1 * 2 ** (attempt - 1)) * random.uniform(0.5, 1)
            wait = backoff + (float(asked) if asked and asked.isdigit() else 0)
            if attempt == self.attempts or wait > self.longest_wait:
                raise error
            time.sleep(wait)

    @staticmethod
    def _refusal(refused):
        try:
            problem = json.load(refused)
        except ValueError:
            problem = {}
        return FraudError(f"{refused.code}: {problem.get('detail') or refused.reason}", refused.code, problem)
