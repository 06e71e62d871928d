// Asks for a key or a token when the service wants one.

import { call, credential, read, signIn, whenRefused } from "/review/api.js";
import { byId, show } from "/review/format.js";

// What a header can carry; anything else was copied wrong.
const fits = /^[\x21-\x7e]+$/;
const looksLikeToken = /^ey[\w-]+\.[\w-]+\.[\w-]+$/;

/** @param onSignedIn when somebody did, or forgot what was entered */
export function prepareSignIn(onSignedIn) {
  const dialog = byId("sign-in");
  const text = byId("credential");

  // Who signed in by the identity provider, and whether there is one.
  let session = { has_provider: false, name: null };

  // That the provider's word was not enough: said until someone signs in another way, since what is refused meanwhile only follows from it.
  let turnedAway = null;

  function name() {
    byId("key-change").textContent = session.name ? "Sign out" : credential() ? "Change key" : "Sign in";
    byId("key-change").title = session.name ?? "";
    show(byId("provider"), session.has_provider);
  }

  async function ask() {
    // Without an answer the page takes keys and tokens, as without a provider.
    session = await read("/review/session").catch(() => session);
    name();
  }

  async function signOut() {
    const end = await (await call("/review/session", { method: "DELETE" })).json();
    location.assign(end.provider_url ?? "/review");
  }

  function open(refusal) {
    const problem = turnedAway ?? refusal;
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
  byId("key-change").addEventListener("click", () => (session.name ? signOut() : open(null)));

  function finish() {
    turnedAway = null;
    text.value = "";
    dialog.close();
    name();
    onSignedIn();
  }

  whenRefused(open);
  name();
  ask();
  if (location.hash === "#refused") {
    history.replaceState(null, "", location.pathname);
    turnedAway = { title: "Your organisation did not let you in", message: "or gave you no role that may review payments.", status: 403 };
    open(null);
  }
}
