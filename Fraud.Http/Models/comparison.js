// Two versions beside each other: what was measured at their training, and what they make of the same payments now.

import { byId, foreign, make, number, show } from "/review/format.js";
import { measure } from "/models/versions.js";

// Where less is better; what only counts is neither.
const lessIsBetter = /error|false_positive|deviation|operations|spikes/;
const counts = /_rows$|_frauds$/;

/** @param pair two versions, the older one first; null hides it */
export function drawComparison(pair, comparisons) {
  show(byId("comparison"), Boolean(pair));
  if (!pair) return;
  const [before, after] = pair;
  byId("comparison-title").textContent = `Version ${before.version} and version ${after.version}`;
  const names = [...new Set(pair.flatMap(version => version.tags).map(tag => tag.key))].filter(key => key.startsWith("metric.")).map(key => key.slice(7)).sort();
  const unlike = names.filter(name => counts.test(name) && name.startsWith("test_") && measure(before, name) !== measure(after, name));
  byId("unlike").textContent = "These two were tested on other payments: their measures say little about which is better.";
  show(byId("unlike"), unlike.length > 0);
  const table = byId("measures");
  table.tHead.rows[0].replaceChildren(...["Measure", `Version ${before.version}`, `Version ${after.version}`, "Difference"].map((text, i) => heading(text, i > 0)));
  table.tBodies[0].replaceChildren(...names.map(name => line(name, measure(before, name), measure(after, name))));
  drawLive(before, after, comparisons);
}

function heading(text, isFigure) {
  const cell = make("th", isFigure ? "figure" : "", text);
  cell.scope = "col";
  return cell;
}

function line(name, before, after) {
  const digits = counts.test(name) ? 0 : 4;
  const difference = before === null || after === null ? null : after - before;
  // What four digits do not show is no difference.
  const isBetter = Math.abs(difference) >= 5e-5 && !counts.test(name) && (lessIsBetter.test(name) ? difference < 0 : difference > 0);
  const title = make("th", "", name.replaceAll("_", " "));
  title.scope = "row";
  const sign = difference > 0 ? "+" : "";
  return make("tr", "", title, make("td", "figure", number(before, digits)), make("td", "figure", number(after, digits)),
    make("td", isBetter ? "figure better" : "figure", difference === null ? "–" : sign + number(difference, digits)));
}

function drawLive(before, after, comparisons) {
  const place = byId("live-comparison");
  const pair = new Set([before.version, after.version]);
  const found = comparisons.find(one => one.model === before.name && one.champion === before.name && pair.has(one.version) && pair.has(one.champion_version));
  if (!found) {
    place.replaceChildren(make("p", "dim",
      "They have not scored the same payments. Give one of them the alias shadow, and it is compared with the one in Production without deciding anything."));
    return;
  }
  const facts = [
    ["Payments that both scored", number(found.payments)],
    ["Decided differently", `${number(found.disagreement * 100, 2)} %`],
    [`Mean score of ${found.version}`, number(found.scores.mean, 4)],
    [`Mean score of ${found.champion_version}`, number(found.champion_scores.mean, 4)],
  ];
  const labelled = found.labelled;
  if (labelled) {
    facts.push(
      ["With a label, of these frauds", `${number(labelled.payments)}, ${number(labelled.frauds)}`],
      [`Precision and recall of ${found.version}`, share(labelled.candidate)],
      [`Precision and recall of ${found.champion_version}`, share(labelled.champion)],
      [`${found.version} decides`, `${{ better: "better", worse: "worse", not_shown: "not shown to differ" }[labelled.verdict]} (p ${number(labelled.p_value, 4)})`]);
  }
  place.replaceChildren(make("dl", "", ...facts.map(([what, value]) => make("div", "", make("dt", "", what), make("dd", "", foreign(value))))));
}

const share = quality => `${number(quality.precision, 3)} and ${number(quality.recall, 3)}`;
