// The versions of a model in a table.

import { byId, foreign, make, number, when } from "/review/format.js";

const figures = ["average_precision", "precision_at_review", "recall_at_review"];

/** A measure of a version, as the registry has it; null when it was not measured. */
export function measure(version, name) {
  const tag = version.tags.find(one => one.key === `metric.${name}`);
  const value = tag ? Number(tag.value) : NaN;
  return Number.isFinite(value) ? value : null;
}

const stage = version => make("span", `badge stage-${version.current_stage.toLowerCase()}`, version.current_stage);

/**
 * @param versions newest first
 * @param roles what each version is in use as, by its number
 * @param chosen numbers of those that are compared
 */
export function drawVersions(versions, roles, chosen, { choose, promote }) {
  const body = byId("versions").tBodies[0];
  const focused = document.activeElement?.closest("#versions")?.id === "versions" ? document.activeElement.id : null;
  body.replaceChildren(...versions.map(version => row(version, roles.get(version.version) ?? [], chosen.has(version.version), choose, promote)));
  if (focused) byId(focused)?.focus();
}

function row(version, uses, isChosen, choose, promote) {
  const box = make("input", "");
  box.type = "checkbox";
  box.checked = isChosen;
  box.id = `compare-${version.version}`;
  box.setAttribute("aria-label", `Compare version ${version.version}`);
  box.addEventListener("change", () => choose(version.version, box.checked));

  const name = make("th", "", foreign(version.version));
  name.scope = "row";
  const action = make("td", "");
  if (version.current_stage !== "Production") {
    const button = make("button", "", "Set in Production …");
    button.type = "button";
    button.id = `promote-${version.version}`;
    button.setAttribute("aria-label", `Set version ${version.version} in Production`);
    button.addEventListener("click", () => promote(version));
    action.append(button);
  }

  const line = make("tr", uses.includes("champion") || uses.includes("features") ? "decides" : "",
    make("td", "", box), name, make("td", "", stage(version)),
    make("td", "", ...uses.map(use => make("span", "badge good", use)), ...version.aliases.map(alias => make("span", "badge wait", "alias ", foreign(alias)))),
    ...figures.map(figure => make("td", "figure", number(measure(version, figure), 3))),
    make("td", "", when(version.creation_timestamp)), make("td", "", foreign(version.user_id)), action);
  line.dataset.version = version.version;
  return line;
}
