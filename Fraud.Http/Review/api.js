// The public API, asked in the name of whoever signed in.

// In session storage: gone with the tab. Never in an address, which logs and histories keep.
const place = "fraud.review.credential";

// A frozen service must not freeze the page.
const patience = 10_000;

/** An answer that says no, in the service's words. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    // MLflow's addresses say it in another field.
    super(body.detail || body.message || body.title || `status ${status}`);
    this.status = status;
    this.title = body.title || "";
    this.retryAfter = Number(retryAfter) || 0;
  }

  get isRefusal() {
    return this.status === 401 || this.status === 403;
  }
}

let refused = null;
let onRefused = () => {};
let signedIn = deferred();

function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
}

/** Called with the problem when the service does not let the page in; nothing is asked of it until somebody signs in. */
export function whenRefused(handler) {
  onRefused = handler;
}

/** Settles once the service may be asked again. */
export const mayAsk = () => (refused ? signedIn.promise : Promise.resolve());

export function credential() {
  try {
    return JSON.parse(sessionStorage.getItem(place));
  } catch {
    return null;
  }
}

/** @param kind "key" or "token"; null forgets what was entered. */
export function signIn(kind, text) {
  if (kind) sessionStorage.setItem(place, JSON.stringify({ kind, text }));
  else sessionStorage.removeItem(place);
  refused = null;
  signedIn.resolve();
  signedIn = deferred();
}

function credentialHeaders() {
  const known = credential();
  if (!known) return {};
  return known.kind === "token" ? { Authorization: `Bearer ${known.text}` } : { "X-API-Key": known.text };
}

/**
 * Asks the service. Answers that are fine, and those whose status is in `expected`, are returned; others are thrown.
 * With a signal the caller sees to the end of it, without one it ends after ten seconds.
 */
export async function call(path, { method = "GET", headers = {}, body, signal, expected = [] } = {}) {
  if (refused) throw refused;
  const asked = JSON.stringify(credential());
  const response = await fetch(path, {
    method,
    body,
    headers: { ...credentialHeaders(), ...headers },
    cache: "no-store",
    // The cookie of a person who signed in by the identity provider; none where there is no such.
    credentials: "same-origin",
    redirect: "error",
    signal: signal ?? AbortSignal.timeout(patience),
  });
  if (response.ok || expected.includes(response.status)) return response;
  const problem = new Problem(response.status, await response.json().catch(() => ({})), response.headers.get("Retry-After"));
  // Another credential may have come while this one was on its way.
  if (problem.isRefusal && !refused && asked === JSON.stringify(credential())) {
    refused = problem;
    onRefused(problem);
  }
  throw problem;
}

export const read = async (path, options) => (await call(path, options)).json();

/** Why a call failed, for people. */
export function words(error) {
  if (error instanceof Problem) return error.message;
  return error.name === "TimeoutError" ? "The service did not answer in time." : "The service does not answer.";
}
