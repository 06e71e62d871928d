// What is in the queue: pure, knows neither the page nor the network.

const pageSize = 50;

// More than anybody reads, and what a browser still lays out without a pause.
const mostRows = 2_000;
const mostHeld = 500;

const key = { time: () => 0, score: row => row.fraud_score, amount: minorUnits };

// The service orders amounts so, whatever the currency.
function minorUnits(row) {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat("en", { style: "currency", currency: row.currency }).resolvedOptions();
    return row.amount * 10 ** maximumFractionDigits;
  } catch {
    return row.amount;
  }
}

export class Queue {
  filter = { status: "NEW", sort: "time", min_score: "", from: "", to: "" };
  rows = [];
  cursor = null;
  isRead = false;

  #byId = new Map();
  #held = new Map();
  #lost = 0;

  /** The address of the page behind the cursor, or of the first. */
  address(cursor) {
    const query = new URLSearchParams({ limit: pageSize });
    for (const [name, value] of Object.entries(this.filter)) {
      if (value !== "" && !(name === "sort" && value === "time")) query.set(name, value);
    }
    if (cursor) query.set("cursor", cursor);
    return `/api/v1/anomalies?${query}`;
  }

  /** The address of what is in the list now, whatever became of it. */
  addressOfChanges() {
    const query = new URLSearchParams(this.address().split("?")[1]);
    query.delete("status");
    query.set("limit", Math.min(200, Math.max(1, this.rows.length)));
    return `/api/v1/anomalies?${query}`;
  }

  replace(page) {
    this.rows = [];
    this.#byId.clear();
    this.#held.clear();
    this.#lost = 0;
    this.append(page);
  }

  append(page) {
    this.cursor = page.next_cursor;
    this.isRead = true;
    page.data.forEach(row => this.#insert(row));
    this.#sort();
  }

  find(id) {
    return this.#byId.get(id) ?? this.#held.get(id);
  }

  /** Takes an alert; true when it belongs to what is shown and is new. */
  arrive(alert, hold) {
    const row = { status: "NEW", version: 0, ...alert };
    if (!this.matches(row) || this.find(row.transaction_id)) return false;
    if (!hold && this.rows.length < mostRows) {
      this.#insert(row);
      this.#sort();
    } else if (this.#held.size < mostHeld) {
      this.#held.set(row.transaction_id, row);
    } else {
      this.#lost++;
    }
    return true;
  }

  get waiting() {
    return this.#held.size + this.#lost;
  }

  /** Shows what waits; false when not all of it is here any more and the list must be read again. */
  release() {
    if (this.#lost > 0 || this.rows.length >= mostRows) return false;
    this.#held.forEach(row => this.#insert(row));
    this.#held.clear();
    this.#sort();
    return true;
  }

  /** What is known now of a payment that is in the list; an older version changes nothing. True when it did. */
  update(known) {
    const row = this.find(known.transaction_id);
    if (!row || row.version >= known.version) return false;
    Object.assign(row, { status: known.status, version: known.version });
    return true;
  }

  matches(row) {
    const { status, min_score, from, to } = this.filter;
    const time = Date.parse(row.event_time);
    return (!status || row.status === status)
      && (min_score === "" || row.fraud_score >= Number(min_score))
      && (!from || time >= Date.parse(from))
      && (!to || time < Date.parse(to));
  }

  /** The row so many places from another; with `open` only such as still belong to what was asked for. */
  neighbour(id, step, open = false) {
    let at = this.rows.findIndex(row => row.transaction_id === id);
    if (at < 0 && step < 0) at = this.rows.length;
    for (at += step; at >= 0 && at < this.rows.length; at += step) {
      if (!open || this.matches(this.rows[at])) return this.rows[at];
    }
    return null;
  }

  #insert(row) {
    if (this.#byId.has(row.transaction_id)) return;
    row.place = { key: key[this.filter.sort](row), time: Date.parse(row.event_time) };
    this.#byId.set(row.transaction_id, row);
    this.rows.push(row);
  }

  // As the service orders them; the sort is stable, so of one time those stay as they came.
  #sort() {
    this.rows.sort((a, b) => b.place.key - a.place.key || b.place.time - a.place.time);
  }
}
