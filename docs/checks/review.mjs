// What docs/checks/review.sh has the browser do.

import assert from "node:assert/strict";
import { Browser } from "./browser.mjs";

const [origin, work, pictures] = process.argv.slice(2);
const { FRAUD_SCORE_KEY: scoreKey, FRAUD_ANALYST_KEY: analystKey, FRAUD_COLLEAGUE_KEY: colleagueKey } = process.env;
const hostile = '<script>window.hit=1</script>';
const hostileCard = '<img src=x onerror="window.hit=2">';
const rows = "document.querySelectorAll('#rows .row').length";
const text = selector => `document.querySelector(${JSON.stringify(selector)}).innerText`;
const row = id => `[...document.querySelectorAll('#rows .row')].find(row => row.querySelector('bdi').textContent === ${JSON.stringify(id)})`;

const step = words => console.log(words);

async function pay(id, amount, more = {}) {
  const body = { transaction_id: id, card_id: `tok_card_${id}`, terminal_id: `terminal-${Math.floor(amount) % 7}`, amount, currency: "EUR", source: "online", ...more };
  // The page sees the service come back at another moment than this does.
  for (let left = 100; ; left--) {
    try {
      const answer = await fetch(`${origin}/predict`, {
        method: "POST", headers: { "Content-Type": "application/json", "X-API-Key": scoreKey }, body: JSON.stringify(body),
      });
      if (answer.status === 200) return;
      if (left === 0 || answer.status < 429) throw new Error(`${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (left === 0 || !(error instanceof TypeError)) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

const ask = async (id, options = {}) => {
  const answer = await fetch(`${origin}/api/v1/anomalies/${encodeURIComponent(id)}`, {
    ...options, headers: { "X-API-Key": colleagueKey, "Content-Type": "application/json" },
  });
  assert.equal(answer.status, 200);
  return answer.json();
};

const browser = await Browser.start(`${work}/browser`);
try {
  const hour = Date.now() - 3_600_000;
  for (let i = 0; i < 60; i++) {
    await pay(`order-${1000 + i}`, 20 + ((i * 37) % 900) + 0.5, { event_time: new Date(hour + i * 1000).toISOString() });
  }
  await pay(hostile, 812.4, { card_id: hostileCard, terminal_id: "<b>terminal</b>", event_time: new Date(hour + 70_000).toISOString() });

  step("a page without a key asks for one");
  await browser.send("Page.navigate", { url: `${origin}/review` });
  await browser.until("document.querySelector('#sign-in')?.open");
  await browser.look(`${pictures}/sign-in.png`, { width: 1280, height: 800 });

  step("a wrong key is refused, with the service's words");
  await browser.click("#credential");
  await browser.write("fraud_000000000000_wrong");
  await browser.key("Enter");
  await browser.click("#sign-in button[type=submit]").catch(() => {});
  await browser.until(`document.querySelector('#sign-in').open && ${text("#refusal")}.includes('not valid')`);

  step("a key of an analyst opens the queue, the overview too");
  await browser.click("#credential");
  await browser.write(analystKey);
  await browser.click("#sign-in button[type=submit]");
  await browser.until(`${rows} === 50 && ${text("#live")} === 'live'`);
  await browser.until(`${text("#latency")}.endsWith('ms') && ${text("#model")} !== '–' && ${text("#drift")} !== '–'`);
  assert.equal(await browser.ask("sessionStorage.length > 0 && localStorage.length === 0 && document.cookie === ''"), true);

  step("what comes from outside is text");
  assert.equal(await browser.ask(`${row(hostile)} !== undefined && document.querySelectorAll('#rows b b, #rows script, #rows img').length === 0`), true);
  await browser.ask(`${row(hostile)}.click()`);
  await browser.until(`${text("#detail-title")} === ${JSON.stringify(`Payment ${hostile}`)} && document.querySelector('#facts').innerText.includes('terminal')`);
  assert.equal(await browser.ask("document.querySelectorAll('#detail script, #detail img').length === 0 && window.hit === undefined"), true);
  await browser.look(`${pictures}/hostile.png`, { width: 1600, height: 900 });
  await browser.key("Escape");

  step("an alert appears by itself; while a payment is open it waits");
  await pay("live-1", 77);
  await browser.until(row("live-1"));
  await browser.key("j");
  await browser.until(`${text("#detail-title")} === 'Payment live-1' && document.querySelectorAll('#reasons li').length > 0`);
  await pay("live-2", 78);
  await browser.until(`${text("#arrivals")} === '1 new, show' && ${row("live-2")} === undefined`);
  await browser.key("s");
  await browser.until(row("live-2"));

  step("j, k and f: the decision is stored in the name of the key, and the next payment is there");
  await browser.key("j");
  await browser.until(`${text("#detail-title")} === ${JSON.stringify(`Payment ${hostile}`)}`);
  await browser.key("k");
  await browser.until(`${text("#detail-title")} === 'Payment live-1'`);
  await browser.key("m");
  await browser.write("the cardholder denies it");
  await browser.key("Escape");
  await browser.key("f");
  await browser.until(`${text("#detail-title")} !== 'Payment live-1'`);
  const stored = await ask("live-1");
  assert.equal(stored.status, "FRAUD");
  assert.equal(stored.history[0].note, "the cardholder denies it");
  assert.match(stored.history[0].by, /night-desk/);
  await browser.until(`${row("live-1")}.innerText.includes('Fraud')`);

  step("a colleague was faster: nothing is overwritten, and the page says so");
  await browser.ask(`${row("order-1050")}.click()`);
  await browser.until("document.querySelector('#facts').innerText.includes('order-1050') || document.querySelector('#history').innerText.length > 0");
  await ask("order-1050", { method: "PUT", body: JSON.stringify({ new_status: "DISMISSED", note: "known customer" }) });
  await browser.key("f");
  await browser.until(`${text("#changed")}.includes('colleague') && ${text("#history")}.includes('known customer')`);
  assert.equal((await ask("order-1050")).status, "DISMISSED");
  await browser.look(`${pictures}/conflict.png`, { width: 1600, height: 900, dark: true });

  step("buttons decide, too");
  await browser.click("#advance");
  await browser.click("#choices [data-status=INVESTIGATED]");
  await browser.until(`document.querySelector('#choices [data-status=INVESTIGATED]').getAttribute('aria-pressed') === 'true'`);
  assert.equal((await ask("order-1050")).status, "INVESTIGATED");
  await browser.click("#advance");
  await browser.key("Escape");

  step("filters, order, more pages");
  await browser.ask("document.querySelector('#sort').value = 'amount'; document.querySelector('#filter').requestSubmit()");
  const amounts = "[...document.querySelectorAll('#rows .amount')].map(cell => Number(cell.innerText.replace(/[^0-9.]/g, '')))";
  await browser.until(`${rows} === 50 && ${amounts}.every((amount, i, all) => i === 0 || all[i - 1] >= amount)`);
  await browser.click("#more");
  await browser.until(`${rows} === 61 && document.querySelector('#more').hidden && ${amounts}.every((amount, i, all) => i === 0 || all[i - 1] >= amount)`);
  await browser.ask("document.querySelector('#status').value = 'FRAUD'; document.querySelector('#filter').requestSubmit()");
  await browser.until(`${rows} === 1 && ${row("live-1")}`);
  await browser.ask("document.querySelector('#filter').reset()");
  await browser.until(`${rows} === 50`);

  step("stop the service, start it again: the page resumes, and misses nothing");
  await browser.until(`${text("#live")} !== 'live'`, 60_000);
  await pay("meanwhile", 99);
  await browser.until(`${text("#live")} === 'live' && ${row("meanwhile")}`, 60_000);

  step("pictures: light, dark, phone");
  await browser.look(`${pictures}/queue-light.png`, { width: 1600, height: 900 });
  await browser.look(`${pictures}/queue-phone.png`, { width: 390, height: 844, phone: true });
  await browser.key("j");
  await browser.key("j");
  await browser.until("document.querySelectorAll('#reasons li').length > 0");
  await browser.look(`${pictures}/payment-light.png`, { width: 1600, height: 900 });
  await browser.look(`${pictures}/payment-dark.png`, { width: 1280, height: 800, dark: true });
  await browser.look(`${pictures}/payment-phone-dark.png`, { width: 390, height: 844, dark: true, phone: true });
  assert.equal(await browser.ask("document.documentElement.scrollWidth <= innerWidth"), true);

  step("it asked nobody else, and no address has a key in it");
  assert.deepEqual(browser.addresses.filter(address => !address.startsWith(`${origin}/`) && !address.startsWith("data:")), []);
  assert.deepEqual(browser.addresses.filter(address => [analystKey, "fraud_"].some(key => address.includes(key))), []);
  assert.deepEqual(browser.complaints, []);
} finally {
  await browser.stop();
}
