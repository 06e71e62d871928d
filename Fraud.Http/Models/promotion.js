// Setting a version in Production: asked once more, with a reason.

import { call, words } from "/review/api.js";
import { byId, show } from "/review/format.js";

// The version is probed before: its golden rows are scored, which takes longer than a look.
const patience = 60_000;

let version = null;

/** @param whenDone told with the version that every node serves from now on */
export function preparePromotion(whenDone) {
  const dialog = byId("promotion");
  const submit = dialog.querySelector("[type=submit]");
  byId("promotion-cancel").addEventListener("click", () => dialog.close());
  dialog.querySelector("form").addEventListener("submit", async event => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await setInProduction(version, byId("promotion-reason").value);
      dialog.close();
      whenDone(version);
    } catch (error) {
      fail(error instanceof Refusal ? error.message : words(error));
    } finally {
      submit.disabled = false;
    }
  });
}

/** @param present the version that is in Production; undefined when none is */
export function askForPromotion(wanted, present) {
  version = wanted;
  byId("promotion-title").textContent = `Set version ${wanted.version} of ${wanted.name} in Production?`;
  byId("promotion-what").textContent = "Every node serves it within two seconds, without dropping a request. "
    + (present ? `Version ${present.version} is archived; setting that one in Production again is the way back.` : "Nothing is in Production now: nodes serve the newest version of their folder.");
  byId("promotion-reason").value = "";
  show(byId("promotion-problem"), false);
  byId("promotion").showModal();
  byId("promotion-reason").focus();
}

async function setInProduction(wanted, reason) {
  const answer = await call("/api/2.0/mlflow/model-versions/transition-stage", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: wanted.name, version: wanted.version, stage: "Production", archive_existing_versions: true, reason }),
    signal: AbortSignal.timeout(patience),
    // Said here: who may look need not be able to do this.
    expected: [400, 403],
  });
  if (!answer.ok) throw new Refusal((await answer.json()).message);
}

class Refusal extends Error {}

function fail(text) {
  byId("promotion-problem").textContent = text;
  show(byId("promotion-problem"), true);
}
