/** Hears whatever the pages of one person complain of: on the console, by their policy, or by requests that fail. */

export class Watch {
  #heard = [];
  #expected = [];

  static async over(context) {
    const watch = new Watch();
    await context.exposeBinding("hearViolation", (_, violation) => watch.#hear("policy", violation));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
        window.hearViolation(`${effectiveDirective} ${blockedURI}`),
      );
    });
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        watch.#hear(message.type(), `${message.location().url} ${message.text()}`);
      }
    });
    context.on("weberror", (fault) => watch.#hear("fault", fault.error().stack));
    context.on("dialog", (dialog) => {
      watch.#hear("dialog", dialog.message());
      dialog.dismiss();
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // Whoever leaves a page gives up what it has asked for.
      if (why !== "net::ERR_ABORTED") watch.#hear("request", `${request.url()} ${why}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 400) watch.#hear("response", `${response.url()} ${response.status()}`);
    });
    return watch;
  }

  /** From now on, and looking back, these are part of the scene. */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  /**
   * A server that is gone, or a line that is cut, is told by the browser itself. Where the server comes back between the
   * attempt by WebSocket and the one by polling, the page polls, and may ask for a session that has ended meanwhile.
   */
  expectBreaks() {
    this.expect(/net::ERR_|WebSocket connection to .* failed/, /transport=polling.* 400\b/);
  }

  complaints() {
    return this.#heard.filter((one) => !this.#expected.some((pattern) => pattern.test(one)));
  }

  #hear(kind, text) {
    this.#heard.push(`${kind}: ${text}`);
  }
}
