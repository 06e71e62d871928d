// A headless Chromium by its debugging pipe: no package, no port.

import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";

export class Browser {
  #process;
  #input;
  #calls = new Map();
  #next = 1;
  #session;

  /** Addresses that were asked for, and what the page complained about. */
  addresses = [];
  complaints = [];

  static async start(folder, program = "chromium") {
    const browser = new Browser();
    // Without a sandbox of its own it also runs as root.
    browser.#process = spawn(
      program,
      ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", `--user-data-dir=${folder}`, "--remote-debugging-pipe", "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.#input = browser.#process.stdio[3];
    let rest = "";
    browser.#process.stdio[4].setEncoding("utf8").on("data", text => {
      const messages = (rest + text).split("\0");
      rest = messages.pop();
      messages.forEach(message => browser.#take(JSON.parse(message)));
    });
    const { targetInfos } = await browser.send("Target.getTargets");
    const page = targetInfos.find(target => target.type === "page");
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId: page.targetId, flatten: true });
    browser.#session = sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await browser.send(`${domain}.enable`);
    return browser;
  }

  send(method, params = {}) {
    const id = this.#next++;
    this.#input.write(JSON.stringify({ id, method, params, ...(this.#session ? { sessionId: this.#session } : {}) }) + "\0");
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject, method }));
  }

  #take(message) {
    if (message.id) {
      const { resolve, reject, method } = this.#calls.get(message.id);
      this.#calls.delete(message.id);
      if (message.error) reject(new Error(`${method}: ${message.error.message}`));
      else resolve(message.result);
    } else if (message.method === "Network.requestWillBeSent") {
      this.addresses.push(message.params.request.url);
    } else if (message.method === "Log.entryAdded" && message.params.entry.source !== "network") {
      this.complaints.push(message.params.entry.text);
    } else if (message.method === "Runtime.exceptionThrown") {
      const { text, exception } = message.params.exceptionDetails;
      this.complaints.push(exception?.description ?? text);
    }
  }

  /** The value of an expression in the page. */
  async ask(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value;
  }

  /** Waits until an expression holds in the page. */
  async until(expression, milliseconds = 15_000) {
    const end = Date.now() + milliseconds;
    while (!(await this.ask(`Boolean(${expression})`))) {
      if (Date.now() > end) throw new Error(`never true: ${expression}; on the page: ${await this.ask("document.body.innerText.slice(0, 3000)")}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async key(key) {
    const text = key.length === 1 ? { text: key } : {};
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, ...text });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  write(text) {
    return this.send("Input.insertText", { text });
  }

  /** A click with the mouse, where the element is. */
  async click(selector) {
    const { x, y } = await this.ask(
      `(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: "center" });
        const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()`);
    for (const type of ["mousePressed", "mouseReleased"]) await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  }

  async look(file, { width, height, dark = false, phone = false }) {
    await this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: phone });
    await this.ask("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    await writeFile(file, Buffer.from(data, "base64"));
  }

  async stop() {
    const ended = new Promise(resolve => this.#process.once("exit", resolve));
    this.#session = undefined;
    await this.send("Browser.close");
    await ended;
  }
}
