// What people read, and how it gets into the page: as text, never as markup.

/** An element with a class and children; a child that is no element becomes text. */
export function make(tag, kind, ...children) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...children.map(child => child instanceof Node ? child : String(child)));
  return element;
}

/** Text from outside, kept apart: signs that turn the reading direction end with it. */
export const foreign = text => make("bdi", "", text);

export const byId = id => document.getElementById(id);

export function show(element, visible) {
  element.hidden = !visible;
}

export const number = (value, digits = 0) =>
  value === null || value === undefined ? "–" : value.toLocaleString(undefined, { maximumFractionDigits: digits });

export const score = value => value.toFixed(3);

export function money(amount, currency) {
  try {
    return new Intl.NumberFormat(undefined, { style: "currency", currency, currencyDisplay: "code" }).format(amount);
  } catch {
    // No currency that the browser knows.
    return `${number(amount, 3)} ${currency}`;
  }
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

export function when(iso) {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : moment.format(time);
}

/** The time alone today, with its day before. */
export function shortTime(iso) {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : day.format(time);
}

export const statusWords = { NEW: "New", INVESTIGATED: "Investigated", FRAUD: "Fraud", DISMISSED: "Dismissed" };

export function statusBadge(status) {
  return make("span", `badge status-${String(status).toLowerCase()}`, statusWords[status] ?? status);
}

/** A reason taken apart: what is unusual, what is usual, and how far it moved the score; whole when it reads otherwise. */
export function takeApart(reason) {
  const parts = /^(.*?)(?: \((.*)\))?: (raises|lowers) the log-odds of fraud by ([\d.]+)$/s.exec(reason);
  return parts
    ? { what: parts[1], usual: parts[2] ?? "", weight: (parts[3] === "raises" ? 1 : -1) * Number(parts[4]) }
    : { what: reason, usual: "", weight: null };
}
