// The page of models: what is registered, what is in use, and which one decides from now on.

import { mayAsk, read, words } from "/review/api.js";
import { byId, make, show } from "/review/format.js";
import { prepareSignIn } from "/review/sign-in.js";
import { drawComparison } from "/models/comparison.js";
import { askForPromotion, preparePromotion } from "/models/promotion.js";
import { drawVersions } from "/models/versions.js";

const mlflow = "/api/2.0/mlflow";

// As often as the review page asks which model is served.
const pause = 15_000;

let versions = [];
let inUse = new Map();
let comparisons = [];
let chosen = new Set();

async function load() {
  await mayAsk();
  try {
    const models = (await read(`${mlflow}/registered-models/search`)).registered_models ?? [];
    drawModels(models.map(model => model.name));
    const name = byId("model").value;
    const [found, info, compared] = await Promise.all([
      name ? read(`${mlflow}/model-versions/search?${new URLSearchParams({ filter: `name='${name}'` })}`) : { model_versions: [] },
      read("/model/info"),
      read("/api/v1/models/comparison"),
    ]);
    // Another may have been chosen meanwhile.
    if (byId("model").value !== name) return;
    versions = found.model_versions ?? [];
    inUse = rolesOf(info.served, name);
    comparisons = compared.comparisons;
    const decides = [...inUse].filter(([, uses]) => uses.includes("champion") || uses.includes("features")).map(([version]) => version);
    byId("served").textContent = decides.length ? `version ${decides.join(", ")} decides` : "none of them decides";
    show(byId("problem"), false);
    draw();
  } catch (error) {
    byId("problem").textContent = words(error);
    show(byId("problem"), !error.isRefusal);
  }
}

function drawModels(names) {
  const select = byId("model");
  if (names.join("\n") === [...select.options].map(option => option.value).join("\n")) return;
  const before = select.value;
  select.replaceChildren(...names.map(name => make("option", "", name)));
  if (names.includes(before)) select.value = before;
}

/** What the versions of a model are in use as on this node. */
function rolesOf(served, name) {
  const roles = new Map();
  for (const one of served.filter(model => model.name === name)) roles.set(one.version, [...(roles.get(one.version) ?? []), one.role]);
  return roles;
}

function draw() {
  drawVersions(versions, inUse, chosen, { choose, promote });
  show(byId("empty"), versions.length === 0);
  const pair = versions.filter(version => chosen.has(version.version)).reverse();
  drawComparison(pair.length === 2 ? pair : null, comparisons);
}

function choose(version, isChosen) {
  if (!isChosen) chosen.delete(version);
  else {
    // Two at a time: the one that was chosen first goes.
    if (chosen.size === 2) chosen.delete(chosen.values().next().value);
    chosen.add(version);
  }
  draw();
}

function promote(version) {
  askForPromotion(version, versions.find(one => one.current_stage === "Production"));
}

let hush = 0;
function say(text) {
  byId("said").textContent = text;
  show(byId("said"), true);
  clearTimeout(hush);
  hush = setTimeout(() => show(byId("said"), false), 4_000);
}

prepareSignIn(load);
preparePromotion(version => {
  say(`Version ${version.version} of ${version.name} is in Production.`);
  load();
  // Nodes look once a second; until then the old one decides, and the page says so.
  setTimeout(load, 2_500);
});
byId("reload").addEventListener("click", load);
byId("model").addEventListener("change", () => {
  chosen = new Set();
  load();
});
load();
setInterval(() => document.hidden || load(), pause);
