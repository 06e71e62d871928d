// One payment, and what is decided about it.

import { call, words } from "/review/api.js";
import { byId, foreign, make, money, score, show, statusBadge, statusWords, takeApart, when } from "/review/format.js";

const mostDrafts = 200;

export class Detail {
  #on;
  #id = null;
  #listed = 0;
  #payment = null;
  #tag = null;
  #loading = Promise.resolve();
  #busy = false;
  #drafts = new Map();

  /**
   * @param on.known with what is known of a payment now
   * @param on.decided with id and status once a decision is stored
   */
  constructor(on) {
    this.#on = on;
    byId("note").addEventListener("input", () => this.#keepDraft());
    for (const button of byId("choices").children) {
      // The second click of a double click would hit the next payment.
      button.addEventListener("click", event => event.detail < 2 && this.decide(button.dataset.status));
    }
  }

  get id() {
    return this.#id;
  }

  open(row) {
    this.#id = row.transaction_id;
    this.#listed = row.version;
    this.#payment = null;
    this.#tag = null;
    this.#warn(null);
    byId("detail-title").replaceChildren("Payment ", foreign(row.transaction_id));
    byId("facts").replaceChildren(make("p", "dim", "loading …"));
    byId("reasons").replaceChildren();
    byId("history").replaceChildren();
    byId("note").value = this.#drafts.get(row.transaction_id) ?? "";
    this.#press(null);
    show(byId("detail"), true);
    this.#loading = this.#load();
  }

  close() {
    this.#id = null;
    show(byId("detail"), false);
  }

  /** Looks whether somebody changed it. */
  async refresh() {
    if (!this.#id || this.#busy || !this.#payment || document.hidden) return;
    const before = this.#payment;
    await this.#load(true);
    if (this.#payment?.transaction_id === before.transaction_id && this.#payment.version > before.version) {
      this.#warn(`${this.#lastChange()} just now.`);
    }
  }

  /** Stores a decision upon what is shown; not upon what somebody else has made of it since. */
  async decide(status) {
    const id = this.#id;
    if (!id || this.#busy) return;
    const seen = this.#payment?.version ?? this.#listed;
    this.#busy = true;
    byId("choices").setAttribute("aria-busy", "true");
    try {
      await this.#loading;
      if (this.#id !== id || !this.#payment) return;
      if (this.#payment.version !== seen) {
        this.#warn(`${this.#lastChange()} since the queue was read. Nothing of yours was stored: decide upon what is there now.`);
        return;
      }
      await this.#store(id, status);
    } finally {
      this.#busy = false;
      byId("choices").removeAttribute("aria-busy");
    }
  }

  async #store(id, status) {
    const note = byId("note").value.trim();
    try {
      const answer = await call(addressOf(id), {
        method: "PUT",
        headers: { "Content-Type": "application/json", "If-Match": this.#tag },
        body: JSON.stringify(note ? { new_status: status, note } : { new_status: status }),
        expected: [412],
      });
      if (answer.status === 412) {
        await this.#load();
        this.#warn(`${this.#lastChange()} before you. Nothing of yours was stored: decide upon what is there now.`);
        return;
      }
      const { version, new_status } = await answer.json();
      this.#drafts.delete(id);
      this.#on.known({ transaction_id: id, status: new_status, version });
      if (this.#id === id) {
        byId("note").value = "";
        this.#warn(null);
        this.#loading = this.#load();
      }
      this.#on.decided(id, new_status);
    } catch (error) {
      // Without an answer nobody knows what became of it: what is stored says.
      await this.#load();
      if (this.#id === id) this.#warn(`${words(error)} What is shown is what is stored.`);
    }
  }

  async #load(quietly = false) {
    const id = this.#id;
    try {
      const answer = await call(addressOf(id), { headers: this.#tag ? { "If-None-Match": this.#tag } : {}, expected: [304] });
      if (answer.status === 304) return;
      const payment = await answer.json();
      if (this.#id !== id || payment.version < (this.#payment?.version ?? 0)) return;
      // Weak behind a proxy that compresses, and as such no condition of a change; the case's version is in it all the same.
      this.#tag = answer.headers.get("ETag")?.replace(/^W\//, "");
      this.#payment = payment;
      this.#draw(payment);
      this.#on.known(payment);
    } catch (error) {
      if (this.#id !== id) return;
      if (!this.#payment) byId("facts").replaceChildren();
      if (!quietly) this.#warn(words(error));
    }
  }

  #draw(payment) {
    const bar = make("i", `meter ${payment.decision}`);
    bar.style.setProperty("--part", payment.fraud_score);
    const facts = [
      ["Score", make("span", "score", bar, make("b", "", score(payment.fraud_score)), ` ${payment.decision}`)],
      ["Amount", make("b", "", money(payment.amount, payment.currency))],
      ["Status", statusBadge(payment.status)],
      ["Card", foreign(payment.card_id)],
      ["Terminal", foreign(payment.terminal_id || "–")],
      ["Channel", foreign(payment.source || "–")],
      ["Paid", when(payment.event_time)],
      ["Scored", when(payment.scored_at)],
      ["Model", `${payment.model} ${payment.model_version}`],
    ];
    byId("facts").replaceChildren(make("dl", "", ...facts.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value)))));
    byId("reasons").replaceChildren(...reasonItems(payment.reasons));
    byId("history").replaceChildren(...(payment.history.length ? payment.history.map(changeItem) : [make("li", "dim", "Nobody has decided anything yet.")]));
    this.#press(payment.status);
  }

  #press(status) {
    for (const button of byId("choices").children) button.setAttribute("aria-pressed", String(button.dataset.status === status));
  }

  #lastChange() {
    const last = this.#payment?.history[0];
    return last ? `${last.by} changed this to ${statusWords[last.to] ?? last.to}` : "Somebody changed this";
  }

  #warn(text) {
    byId("changed").textContent = text ?? "";
    show(byId("changed"), text !== null);
  }

  #keepDraft() {
    if (this.#drafts.size >= mostDrafts) this.#drafts.delete(this.#drafts.keys().next().value);
    this.#drafts.set(this.#id, byId("note").value);
  }
}

// Not in the path: browsers take an id that is ".." for a step in it, and proxies change encoded slashes.
const addressOf = id => `/api/v1/anomaly?transaction_id=${encodeURIComponent(id)}`;

function reasonItems(reasons) {
  if (!reasons.length) return [make("li", "dim", "None was stored.")];
  const parts = reasons.map(takeApart);
  const most = Math.max(...parts.map(part => Math.abs(part.weight ?? 0)), 0.001);
  return parts.map(part => {
    const item = make("li", "", make("span", "what", part.what));
    if (part.weight !== null) {
      const bar = make("i", part.weight > 0 ? "weight up" : "weight down");
      bar.style.setProperty("--part", Math.abs(part.weight) / most);
      item.append(make("span", "push", bar, make("span", "", `${part.weight > 0 ? "+" : "−"}${Math.abs(part.weight).toFixed(2)} log-odds`)));
    }
    if (part.usual) item.append(make("span", "dim usual", part.usual));
    return item;
  });
}

function changeItem(change) {
  const item = make("li", "", statusBadge(change.from), " → ", statusBadge(change.to), make("span", "dim", ` ${when(change.at)}, `, foreign(change.by)));
  if (change.note) item.append(make("p", "note", foreign(change.note)));
  return item;
}
