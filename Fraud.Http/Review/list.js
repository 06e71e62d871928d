// The rows of the queue.

import { foreign, make, money, score, shortTime, statusBadge, takeApart, when } from "/review/format.js";

export class List {
  #list;
  #onOpen;
  #items = new Map();
  #selected = null;

  constructor(list, onOpen) {
    this.#list = list;
    this.#onOpen = onOpen;
  }

  /** Brings the page to these rows. Those that stay are not touched, so that focus and place are kept. */
  draw(rows, selected, matches) {
    this.#selected = selected;
    const kept = new Map();
    let at = this.#list.firstElementChild;
    for (const row of rows) {
      const item = this.#items.get(row.transaction_id) ?? this.#make(row);
      kept.set(row.transaction_id, item);
      this.#refresh(item, row, matches(row));
      if (item.element === at) at = at.nextElementSibling;
      else this.#list.insertBefore(item.element, at);
    }
    while (at) {
      const gone = at;
      at = at.nextElementSibling;
      gone.remove();
    }
    this.#items = kept;
  }

  focus(id) {
    const button = this.#items.get(id)?.button;
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: "nearest" });
  }

  #make(row) {
    const status = make("span", "status");
    const bar = make("i", `meter ${row.decision}`);
    bar.style.setProperty("--part", row.fraud_score);
    const time = make("time", "time", shortTime(row.event_time));
    time.dateTime = row.event_time;
    time.title = when(row.event_time);
    const button = make("button", "row",
      make("span", "score", bar, make("b", "", score(row.fraud_score)), " ", make("span", "dim", row.decision)),
      make("span", "amount", money(row.amount, row.currency)),
      make("span", "payment", foreign(row.transaction_id), make("span", "dim", "card ", foreign(row.card_id), row.terminal_id && " at ", foreign(row.terminal_id))),
      make("span", "reason", row.reasons.length ? takeApart(row.reasons[0]).what : "no reason stored"),
      time,
      status);
    button.type = "button";
    button.addEventListener("click", () => this.#onOpen(row.transaction_id));
    return { element: make("li", "", button), button, status, shown: null };
  }

  #refresh(item, row, isOpen) {
    if (item.shown !== row.status) {
      item.status.replaceChildren(statusBadge(row.status));
      item.shown = row.status;
    }
    item.button.classList.toggle("done", !isOpen);
    if (row.transaction_id === this.#selected) item.button.setAttribute("aria-current", "true");
    else item.button.removeAttribute("aria-current");
  }
}
