// Single keys, where nobody is writing.

import { byId } from "/review/format.js";

/** @param actions what each key does, by key */
export function prepareShortcuts(actions) {
  document.addEventListener("keydown", event => {
    // A key that is held down must not decide about one payment after the other.
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape") {
      if (writing) writing.blur();
      else actions.Escape();
      return;
    }
    if (writing || !byId("shortcuts").checked) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : null;
    if (action) {
      event.preventDefault();
      action();
    }
  });
}
