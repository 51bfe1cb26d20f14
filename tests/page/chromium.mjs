// Drives a headless Chromium over its debugging pipe: two file descriptors and JSON ended by a zero byte.
// Node and Chromium are all it needs: no driver, no package, no port.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Only a failure waits for so long; a busy machine may need some of it.
const PATIENCE = 30_000;

export class Browser {
  #child; #profile; #buffer = ""; #last = 0; #waiting = new Map(); #session;
  // What the page complained of: console errors, exceptions, refused and failed loads.
  complaints = [];

  static async start(executable) {
    const browser = new Browser();
    browser.#profile = mkdtempSync(join(tmpdir(), "larkctl-page-"));
    browser.#child = spawn(executable, [
      "--headless=new", "--remote-debugging-pipe", `--user-data-dir=${browser.#profile}`, "--no-first-run",
      "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=zh-CN",
      "--disable-background-networking", "--disable-component-update", "--no-proxy-server", "about:blank",
    ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.#child.on("exit", () => browser.#gone(new Error("Chromium has ended")));
    browser.#child.on("error", (error) => browser.#gone(error));
    browser.#child.stdio[3].on("error", (error) => browser.#gone(error));
    browser.#child.stdio[4].setEncoding("utf8").on("data", (text) => browser.#read(text));
    const { targetId } = await browser.#send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.#send("Target.attachToTarget", { targetId, flatten: true });
    browser.#session = sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.send(`${domain}.enable`);
    return browser;
  }

  send(method, parameters = {}) {
    return this.#send(method, parameters, this.#session);
  }

  #send(method, params, sessionId) {
    const id = ++this.#last;
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), PATIENCE);
      this.#waiting.set(id, { resolve, reject, timer });
    });
  }

  #read(text) {
    const messages = (this.#buffer + text).split("\0");
    this.#buffer = messages.pop();
    for (const message of messages.map((m) => JSON.parse(m))) {
      const waiting = this.#waiting.get(message.id);
      if (!waiting) {
        this.#note(message);
        continue;
      }
      this.#waiting.delete(message.id);
      clearTimeout(waiting.timer);
      if (message.error) waiting.reject(new Error(message.error.message));
      else waiting.resolve(message.result);
    }
  }

  #note({ method, params }) {
    if (method === "Runtime.exceptionThrown") {
      this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (method === "Runtime.consoleAPICalled" && ["error", "warning"].includes(params.type)) {
      this.complaints.push(params.args.map((a) => a.value ?? a.description).join(" "));
    } else if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) {
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    } else if (method === "Network.requestWillBeSent" && !/^(https?:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/]|about:|data:)/.test(params.request.url)) {
      this.complaints.push(`asked another host: ${params.request.url}`);
    } else if (method === "Page.javascriptDialogOpening") {
      this.complaints.push(`a dialog: ${params.message}`);
    }
  }

  #gone(error) {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }

  // The value of an expression in the page; promises are awaited.
  async value(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression, awaitPromise: true, returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // Waits until an expression is true.
  async until(expression, what = expression) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      if (await this.value(`Boolean(${expression})`)) return;
      if (Date.now() > end) {
        throw new Error(`never came true: ${what}\n${await this.value("document.querySelector('main')?.innerText.slice(0, 1500)")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  async size(width, height, mobile = false) {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: mobile ? 2 : 1, mobile });
  }

  async scheme(value) {
    await this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  }

  async key(key, code = key) {
    for (const type of ["keyDown", "keyUp"]) {
      await this.send("Input.dispatchKeyEvent", { type, key, code, windowsVirtualKeyCode: { Enter: 13, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 }[key] });
    }
  }

  async type(text) {
    await this.send("Input.insertText", { text });
  }

  async picture() {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    return Buffer.from(data, "base64");
  }

  async stop() {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
    // The browser's own children may still be writing: what they leave behind is a temporary folder, no failure.
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    } catch (error) {
      console.warn(`left behind: ${this.#profile} (${error.code})`);
    }
  }
}
