// Asks for a key or a token when the service wants one.

import { credential, signIn, whenRefused } from "/review/api.js";
import { byId, show } from "/review/format.js";

// What a header can carry; anything else was copied wrong.
const fits = /^[\x21-\x7e]+$/;
const looksLikeToken = /^ey[\w-]+\.[\w-]+\.[\w-]+$/;

/** @param onSignedIn when somebody did, or forgot what was entered */
export function prepareSignIn(onSignedIn) {
  const dialog = byId("sign-in");
  const text = byId("credential");

  function name() {
    byId("key-change").textContent = credential() ? "Change key" : "Sign in";
  }

  function open(problem) {
    byId("refusal").textContent = problem ? [problem.title, problem.message].filter(Boolean).join(": ") : "";
    show(byId("refusal"), Boolean(problem?.message) && Boolean(credential()) || problem?.status === 403);
    show(byId("forget"), Boolean(credential()));
    show(byId("credential-wrong"), false);
    text.value = "";
    if (!dialog.open) dialog.showModal();
    text.focus();
  }

  // Exactly one of them: without a name they are no group, and a name would send them somewhere.
  const kinds = [byId("as-key"), byId("as-token")];
  kinds.forEach(kind => kind.addEventListener("change", () => kinds.forEach(other => { other.checked = other === kind; })));
  text.addEventListener("input", () => {
    const isToken = looksLikeToken.test(text.value.trim());
    byId("as-token").checked = isToken;
    byId("as-key").checked = !isToken;
  });

  dialog.querySelector("form").addEventListener("submit", event => {
    event.preventDefault();
    const entered = text.value.trim().replace(/^Bearer /i, "");
    if (!fits.test(entered)) {
      byId("credential-wrong").textContent = "Expected a key or token without blanks or special letters.";
      show(byId("credential-wrong"), true);
      return;
    }
    signIn(byId("as-token").checked ? "token" : "key", entered);
    finish();
  });
  byId("forget").addEventListener("click", () => {
    signIn(null);
    finish();
  });
  byId("key-change").addEventListener("click", () => open(null));

  function finish() {
    text.value = "";
    dialog.close();
    name();
    onSignedIn();
  }

  whenRefused(open);
  name();
}
