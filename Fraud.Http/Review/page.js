// Puts the parts of the page together.

import { followAlerts } from "/review/alerts.js";
import { mayAsk, read, words } from "/review/api.js";
import { Detail } from "/review/detail.js";
import { byId, number, show, statusWords } from "/review/format.js";
import { List } from "/review/list.js";
import { followService } from "/review/overview.js";
import { Queue } from "/review/queue.js";
import { prepareShortcuts } from "/review/shortcuts.js";
import { prepareSignIn } from "/review/sign-in.js";

const filterPlace = "fraud.review.filter";
const fields = { status: "status", sort: "sort", min_score: "min-score", from: "from", to: "to" };

const queue = new Queue();
const list = new List(byId("rows"), open);
const detail = new Detail({ known, decided });

// One drawing for all that comes within a frame.
let isDrawing = false;
function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    list.draw(queue.rows, detail.id, row => queue.matches(row));
    const open = queue.rows.filter(row => queue.matches(row)).length;
    byId("count").textContent = `${number(open)}${queue.cursor ? " shown, there are more" : ""}`;
    byId("arrivals").textContent = `${number(queue.waiting)} new, show`;
    show(byId("arrivals"), queue.waiting > 0);
    show(byId("empty"), queue.isRead && queue.rows.length === 0);
    show(byId("more"), queue.cursor !== null);
    document.title = (queue.waiting ? `(${queue.waiting}) ` : "") + "Fraud review";
  });
}

// ---- the queue

// Only the latest question counts: an answer to an earlier one is thrown away.
let question = 0;
async function load(cursor = null) {
  const mine = ++question;
  byId("queue").setAttribute("aria-busy", "true");
  try {
    const page = await read(queue.address(cursor));
    if (mine !== question) return;
    if (cursor) queue.append(page);
    else queue.replace(page);
    complain(null);
  } catch (error) {
    // Who is not signed in is asked to be, and needs no complaint besides.
    if (mine === question) complain(error.isRefusal ? null : words(error));
  } finally {
    if (mine === question) byId("queue").removeAttribute("aria-busy");
    draw();
  }
}

function complain(text) {
  byId("problem").textContent = text ?? "";
  show(byId("problem"), text !== null);
}

function readFilter() {
  for (const [name, id] of Object.entries(fields)) {
    const value = byId(id).value;
    queue.filter[name] = (name === "from" || name === "to") && value ? new Date(value).toISOString() : value;
  }
  sessionStorage.setItem(filterPlace, JSON.stringify(Object.fromEntries(Object.values(fields).map(id => [id, byId(id).value]))));
}

function restoreFilter() {
  const kept = JSON.parse(sessionStorage.getItem(filterPlace) ?? "{}");
  for (const id of Object.values(fields)) {
    if (typeof kept[id] === "string") byId(id).value = kept[id];
  }
}

function search() {
  if (!byId("filter").reportValidity()) return;
  readFilter();
  load();
}

async function showArrivals() {
  if (!queue.waiting) return;
  if (!queue.release()) await load();
  draw();
}

/** What others made of the payments that are listed. */
async function lookForChanges() {
  if (document.hidden || !queue.rows.length) return;
  await mayAsk();
  try {
    const page = await read(queue.addressOfChanges());
    page.data.forEach(known);
  } catch {
    // The next look may succeed; decisions are guarded anyway.
  }
}

// ---- one payment

function open(id) {
  const row = queue.find(id);
  if (!row) return;
  if (detail.id !== id) detail.open(row);
  document.body.classList.add("reading");
  draw();
  requestAnimationFrame(() => {
    list.focus(id);
    // Where list and payment do not fit beside each other.
    if (!byId("rows").checkVisibility()) byId("detail-title").focus();
  });
}

function close() {
  const id = detail.id;
  if (!id) return;
  detail.close();
  document.body.classList.remove("reading");
  showArrivals();
  draw();
  requestAnimationFrame(() => list.focus(id));
}

function step(by) {
  const row = detail.id ? queue.neighbour(detail.id, by) : queue.rows[0];
  if (row) open(row.transaction_id);
  else say(by > 0 ? "This is the last one shown." : "This is the first one.");
}

function known(payment) {
  if (queue.update(payment)) draw();
}

function decided(id, status) {
  say(`${id}: ${statusWords[status] ?? status}`);
  draw();
  if (detail.id !== id || !byId("advance").checked) return;
  const next = queue.neighbour(id, 1, true) ?? queue.neighbour(id, -1, true);
  if (next) open(next.transaction_id);
  else close();
}

let hush = 0;
function say(text) {
  const place = byId("said");
  place.textContent = text;
  show(place, true);
  clearTimeout(hush);
  hush = setTimeout(() => show(place, false), 4_000);
}

// ---- what comes by itself

const badges = { live: ["live", "badge good"], away: ["not connected, trying again", "badge bad"], refused: ["not signed in", "badge wait"] };

let isFirst = true;
function state(name, isFromNow = false) {
  const badge = byId("live");
  [badge.textContent, badge.className] = badges[name];
  // After the stream has begun, so that nothing falls between the two; without a stream the list is still worth reading.
  if (isFirst || isFromNow || (name === "live" && !byId("problem").hidden)) load();
  isFirst = false;
}

followAlerts({
  state,
  alert: alert => queue.arrive(alert, detail.id !== null) && draw(),
  gap: () => load(),
});
followService();
setInterval(() => detail.refresh(), 5_000);
setInterval(lookForChanges, 15_000);

// ---- what people do

prepareSignIn(() => load());
prepareShortcuts({
  j: () => step(1),
  k: () => step(-1),
  i: () => detail.decide("INVESTIGATED"),
  f: () => detail.decide("FRAUD"),
  d: () => detail.decide("DISMISSED"),
  n: () => detail.decide("NEW"),
  m: () => detail.id && byId("note").focus(),
  s: showArrivals,
  r: search,
  "?": () => byId("help").showModal(),
  Escape: close,
});
restoreFilter();
readFilter();
byId("filter").addEventListener("submit", event => {
  event.preventDefault();
  search();
});
byId("filter").addEventListener("change", search);
byId("filter").addEventListener("reset", () => setTimeout(search));
byId("more").addEventListener("click", () => load(queue.cursor));
byId("arrivals").addEventListener("click", showArrivals);
byId("close").addEventListener("click", close);
byId("next").addEventListener("click", () => step(1));
byId("previous").addEventListener("click", () => step(-1));
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("help-close").addEventListener("click", () => byId("help").close());
