/** Looks at a page in every size and colour: keeps a picture of each, and what axe has against it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { screenshots } from "./stage.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } };

export class Gallery {
  /** One sentence for each thing that is wrong on some screen. */
  wrong = [];

  /** `only` names the sizes in which this screen exists. */
  async hang(name, { page }, only = Object.keys(sizes)) {
    for (const size of only) {
      await page.setViewportSize(sizes[size]);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const title = `${name}-${size}-${colorScheme}`;
        await page.screenshot({ path: `${screenshots}/${title}.png`, animations: "disabled" });
        await this.#judge(title, page);
      }
    }
    await page.setViewportSize(sizes.desktop);
  }

  async #judge(title, page) {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const report = await window.axe.run({ resultTypes: ["violations"], preload: false });
      return report.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
      );
    });
    this.wrong.push(...violations.map((one) => `${title}: ${one}`));
  }
}
