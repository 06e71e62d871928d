// The strip above the queue: how the service is doing.

import { mayAsk, read } from "/review/api.js";
import { byId, number } from "/review/format.js";

const milliseconds = value => (value < 10 ? value.toFixed(2) : number(value, 0));

/** Keeps the strip up to date for as long as the page is seen. */
export function followService() {
  every(2_000, "/stats", stats, "rate", "latency", "flagged", "node");
  every(15_000, "/model/info", model, "model");
  every(15_000, "/api/v1/drift", drift, "drift");
}

async function every(pause, path, draw, ...places) {
  for (;;) {
    await mayAsk();
    await seen();
    try {
      draw(await read(path));
      places.forEach(place => byId(place).classList.remove("stale"));
    } catch (error) {
      // What is shown is old; the badge in the header says that the service is away.
      places.forEach(place => byId(place).classList.add("stale"));
      // Asked again as soon as someone has signed in.
      if (error.isRefusal) continue;
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

function seen() {
  return document.hidden ? new Promise(resolve => document.addEventListener("visibilitychange", resolve, { once: true })) : undefined;
}

function put(place, text, title, kind = "") {
  const element = byId(place);
  element.textContent = text;
  element.title = title;
  element.className = kind;
}

function stats(now) {
  put("rate", number(now.throughput_per_second, 1), `over the last ${number(now.window.samples)} payments of this node, ${number(now.window.seconds)} s`);
  const beyond = now.alerts.map(alert => `${alert.name} ${number(alert.value, 1)} (limit ${number(alert.limit, 1)})`);
  put("node", beyond.length ? beyond.join(", ") : "within its limits", `processor ${number(now.cpu_percent, 1)} %, memory ${number(now.memory_mb)} MB`, beyond.length ? "bad" : "");
  if (now.window.samples === 0) {
    put("latency", "–", "no payment yet");
    put("flagged", "–", "no payment yet");
    return;
  }
  put("latency", `${milliseconds(now.latency_ms.p50)} / ${milliseconds(now.latency_ms.p99)} ms`, "from arrival to the stored result, over the same payments");
  put("flagged", `${number(now.fraud_rate * 100, 2)} %`, `${number(now.fraud_detections)} of ${number(now.total_predictions)} payments since the start`);
}

function model(info) {
  put("model", `${info.name} ${info.version}`, `reviews from ${number(info.thresholds.review, 3)}, blocks from ${number(info.thresholds.block, 3)}`);
}

function drift(report) {
  const alarms = report.alarms;
  if (alarms.length) {
    put("drift", `${alarms.length} ${alarms.length === 1 ? "alarm" : "alarms"}: ${alarms[0].subject}`, alarms.map(alarm => `${alarm.subject}: ${alarm.detail}`).join("\n"), "bad");
  } else {
    const { payments, size } = report.window;
    const isWaiting = report.status === "filling" || report.status === "learning";
    put("drift", report.status === "watching" ? "none" : isWaiting ? `${report.status}, ${number((payments / size) * 100)} %` : report.status,
      `${number(payments)} of ${number(size)} payments in the window`);
  }
}
