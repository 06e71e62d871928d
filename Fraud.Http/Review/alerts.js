// The stream of alerts, read by fetch: EventSource cannot send a key.

import { call, mayAsk } from "/review/api.js";

const path = "/api/v1/alerts/stream";

// Heartbeats come every 15 s by default. Where they come more rarely, this only means to resume now and then.
const silence = 60_000;
const longestPause = 30_000;

/** Server-sent events out of text that comes in pieces. */
export class EventReader {
  #rest = "";
  #type = "";
  #data = [];
  #id = null;

  lastId = null;

  /** The events that are complete with this piece. */
  push(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    const events = [];
    for (const line of lines) {
      this.#take(line.endsWith("\r") ? line.slice(0, -1) : line, events);
    }
    return events;
  }

  #take(line, events) {
    if (line === "") {
      if (this.#id !== null) this.lastId = this.#id;
      if (this.#data.length) events.push({ type: this.#type || "message", data: this.#data.join("\n") });
      this.#type = "";
      this.#data = [];
      this.#id = null;
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (field === "event") this.#type = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
  }
}

/**
 * Follows alerts for as long as the page is open, from the last one seen on.
 * @param on.alert with each alert
 * @param on.gap when alerts in between are no longer sent
 * @param on.state with "live", "away" or "refused", and whether alerts come from now on only
 */
export async function followAlerts(on) {
  let lastId = null;
  let pause = 0;
  for (;;) {
    await mayAsk();
    let without = "away";
    const end = new AbortController();
    let watch = setTimeout(() => end.abort(), silence);
    try {
      const response = await call(path, { headers: lastId === null ? {} : { "Last-Event-ID": lastId }, signal: end.signal });
      on.state("live", lastId === null);
      const events = new EventReader();
      const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await text.read();
        if (done) break;
        clearTimeout(watch);
        watch = setTimeout(() => end.abort(), silence);
        for (const event of events.push(value)) tell(event, on);
        // Only what was told counts as seen.
        lastId = events.lastId ?? lastId;
        pause = 0;
      }
    } catch (error) {
      // It is tried again; when nobody is signed in, after that.
      if (error.isRefusal) without = "refused";
    } finally {
      clearTimeout(watch);
      end.abort();
    }
    on.state(without);
    // Asked again as soon as someone has signed in.
    if (without === "refused") continue;
    pause = Math.min(Math.max(1_000, pause * 2), longestPause);
    // All pages lose a node at the same moment; they need not come back at the same one.
    await new Promise(resolve => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
  }
}

function tell(event, on) {
  if (event.type === "alert") on.alert(JSON.parse(event.data));
  else if (event.type === "gap") on.gap();
}
