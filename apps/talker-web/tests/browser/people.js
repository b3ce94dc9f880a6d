/** Somebody in front of the page, who finds everything by its role and its name, as a screen reader tells it. */

import { readFile } from "node:fs/promises";
import { password } from "./accounts.js";
import { until } from "./waiting.js";

export class Person {
  password = password;

  constructor({ context, page, watch, origin, username }) {
    Object.assign(this, { context, page, watch, origin, username });
    this.email = `${username}@example.org`;
  }

  // Coming and going

  async visit() {
    await this.page.goto(this.origin);
    await this.page.getByRole("heading", { level: 1 }).waitFor();
  }

  /** The same person with the page in another tab. */
  async openTab() {
    const page = await this.context.newPage();
    const tab = new Person({ ...this, page });
    await tab.visit();
    return tab;
  }

  /** Fills the form for a new account, and sends it. */
  async register({ username = this.username, email = this.email, secret = this.password } = {}) {
    await this.press("Create an account");
    await this.field("Username").fill(username);
    await this.field("Email").fill(email);
    await this.field("Password").fill(secret);
    await this.press("Create account");
  }

  async logIn(login = this.username, secret = this.password) {
    await this.field("Username or email").fill(login);
    await this.field("Password").fill(secret);
    await this.press("Log in");
    await this.list.waitFor();
  }

  async reload() {
    await this.page.reload();
    await this.list.waitFor();
  }

  /** Goes where no page of ours is. */
  leavePage() {
    return this.page.goto("about:blank");
  }

  async fromMenu(item) {
    await this.press("Menu");
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  async fromConversationMenu(item) {
    await this.press("More");
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** As far as the page can tell, somebody looks at it or not. */
  async look(isLooking) {
    await this.page.evaluate(
      (state) => {
        Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
        document.dispatchEvent(new Event("visibilitychange"));
      },
      isLooking ? "visible" : "hidden",
    );
  }

  // What is on the page

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  press(name) {
    return this.button(name).click();
  }

  /** Where the page may have come to it by itself meanwhile. */
  async pressIfThere(name) {
    await this.button(name)
      .click({ timeout: 500 })
      .catch(() => {});
  }

  /** Waits until these words are to be seen. */
  reads(words) {
    return this.page.getByText(words).first().waitFor();
  }

  /** Waits until this is said as an alert. */
  alert(words) {
    return this.page.getByRole("alert").filter({ hasText: words }).waitFor();
  }

  /** Waits until the note that belongs to this field says this. */
  async described(label, words) {
    const note = await this.field(label).getAttribute("aria-describedby");
    await this.page.locator(`[id="${note}"]`).filter({ hasText: words }).waitFor();
  }

  get list() {
    return this.page.getByRole("navigation", { name: "Conversations" });
  }

  row({ username }) {
    const name = this.page.getByText(username, { exact: true });
    return this.list.getByRole("button").filter({ has: name });
  }

  get log() {
    return this.page.getByRole("log");
  }

  get messages() {
    return this.log.getByRole("article");
  }

  message(text) {
    return this.messages.filter({ hasText: text });
  }

  get writing() {
    return this.page.getByRole("textbox", { name: /^Message / });
  }

  get status() {
    return this.page.getByRole("status");
  }

  /** Waits until this is within the part of the conversation that is in sight. */
  isInSight(message) {
    const isWithin = ([inner, outer]) =>
      inner && inner.y >= outer.y - 1 && inner.y + inner.height <= outer.y + outer.height + 1;
    return until(() => Promise.all([message.boundingBox(), this.log.boundingBox()]), isWithin);
  }

  /** Everything that the browser keeps for the page, as one text. */
  stored() {
    return this.page.evaluate(async () => {
      const kept = [...Object.entries(localStorage), ...Object.entries(sessionStorage)].flat();
      for (const { name } of await indexedDB.databases()) kept.push(...(await rowsOf(name)));
      return [...kept, document.cookie].filter(Boolean).join("\n");

      async function rowsOf(name) {
        const settled = (asked) => new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
        const database = await settled(indexedDB.open(name));
        const rows = [];
        for (const table of database.objectStoreNames) {
          rows.push(...(await settled(database.transaction(table).objectStore(table).getAll())));
        }
        database.close();
        return rows.map((row) => JSON.stringify(row));
      }
    });
  }

  get tray() {
    return this.page.getByRole("list", { name: "To be sent" });
  }

  // What people do

  async find(other) {
    await this.field("Find people").fill(other.username);
    await this.row(other).click();
    await this.writing.waitFor();
  }

  async open(other) {
    await this.row(other).click();
    await this.writing.waitFor();
  }

  async say(text) {
    await this.writing.fill(text);
    await this.writing.press("Enter");
  }

  async pick(...files) {
    const [chooser] = await Promise.all([
      this.page.waitForEvent("filechooser"),
      this.press("Attach photos, videos, sounds or files"),
    ]);
    await chooser.setFiles(files);
  }

  async paste(...files) {
    const clipboardData = await transferOf(this.page, files);
    await this.writing.evaluate(
      (box, data) =>
        box.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
        ),
      clipboardData,
    );
  }

  /** Something happens to these while they are dragged over the conversation. */
  async drag(event, ...files) {
    await this.log.dispatchEvent(event, { dataTransfer: await transferOf(this.page, files) });
  }

  /** What this button saves. */
  async save(button) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), button.click()]);
    return { name: download.suggestedFilename(), buffer: await readFile(await download.path()) };
  }

  /** Waits for this message. */
  hears(text) {
    return this.message(text).last().waitFor();
  }

  /** Waits until the last message of mine with this text has come so far. */
  progress(text, words) {
    const tick = this.message(text).last().getByText(words, { exact: true });
    return tick.waitFor({ state: "attached" });
  }

  /** All texts of the conversation, in the order in which they are shown. */
  texts() {
    return this.messages.evaluateAll((rows) =>
      rows.map((row) => row.querySelector("[dir=auto]")?.textContent),
    );
  }

  /** Waits until exactly these are shown. */
  shows(...texts) {
    return until(
      () => this.texts(),
      (shown) => JSON.stringify(shown) === JSON.stringify(texts),
    );
  }
}

/** Files as the clipboard and the pointer carry them. */
function transferOf(page, files) {
  const plain = files.map(({ name, mimeType, buffer }) => [name, mimeType, buffer.toString("base64")]);
  return page.evaluateHandle((all) => {
    const transfer = new DataTransfer();
    for (const [name, type, data] of all) {
      const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, plain);
}
