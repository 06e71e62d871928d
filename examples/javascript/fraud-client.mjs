// A client of the fraud scoring service, with retries that obey Retry-After. No dependencies.

/** The service refused a request, or did not answer; `problem` is what it said. */
export class FraudError extends Error {
  constructor(message, status, problem = {}) {
    super(message);
    this.name = 'FraudError';
    this.status = status;
    this.problem = problem;
  }
}

// Answers that another attempt may cure.
const MAY_PASS = [408, 429, 502, 503, 504];

const pause = (milliseconds, signal) => new Promise((resolve, reject) => {
  signal?.throwIfAborted();
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

export class FraudClient {
  #service;
  #options;

  constructor(service = 'http://127.0.0.1:8000', options = {}) {
    this.#service = service.replace(/\/$/, '');
    this.#options = {
      key: globalThis.process?.env.FRAUD_API_KEY, attempts: 4, timeout: 10_000, longestWait: 30_000, ...options,
    };
  }

  /** Scores one payment. It gets an id if it has none, so that a repeat is known as one. */
  predict(payment, signal) {
    return this.#call('/predict', { transaction_id: crypto.randomUUID(), ...payment }, signal);
  }

  /** Scores up to 1,000 payments; wrong ones are in the answer's `errors`. */
  predictBatch(payments, batchId, signal) {
    const transactions = payments.map((payment) => ({ transaction_id: crypto.randomUUID(), ...payment }));
    return this.#call('/predict/batch', { batch_id: batchId ?? crypto.randomUUID(), transactions }, signal);
  }

  /** Tells what was fraud: [{ transaction_id, is_fraud }]. */
  labels(labels, signal) {
    return this.#call('/labels', labels, signal);
  }

  health(signal) {
    return this.#call('/health', undefined, signal);
  }

  async #call(path, body, signal) {
    const { key, attempts, timeout, longestWait } = this.#options;
    for (let attempt = 1; ; attempt++) {
      let error;
      let asked = 0;
      try {
        const limit = AbortSignal.timeout(timeout);
        const answer = await fetch(this.#service + path, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { 'Content-Type': 'application/json', ...(key && { 'X-API-Key': key }) },
          body: body === undefined ? undefined : JSON.stringify(body),
          signal: signal ? AbortSignal.any([limit, signal]) : limit,
        });
        if (answer.ok) return await answer.json();
        const problem = await answer.json().catch(() => ({}));
        error = new FraudError(`${answer.status}: ${problem.detail ?? answer.statusText}`, answer.status, problem);
        asked = Number(answer.headers.get('Retry-After') ?? 0) * 1000;
      } catch (broken) {
        signal?.throwIfAborted();
        error = new FraudError(`the service does not answer: ${broken.cause?.code ?? broken.message}`);
      }
      // Never sooner than asked for, and not all at the same moment.
      const wait = asked + Math.min(5_000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      const mayPass = error.status === undefined || MAY_PASS.includes(error.status);
      if (!mayPass || attempt === attempts || wait > longestWait) throw error;
      await pause(wait, signal);
    }
  }
}
