/** Which colours the page has: the system's, or the ones chosen here. */

import { effect, signal } from "@preact/signals";
import { forBrowser } from "./keeping";

export type Theme = "system" | "light" | "dark";
export const themes: readonly Theme[] = ["system", "light", "dark"];

/** public/theme.js reads it before any style is there. */
const place = "talker-theme";

export const theme = signal<Theme>(initial());

function initial(): Theme {
  const stored = forBrowser.get(place);
  return stored === "light" || stored === "dark" ? stored : "system";
}

effect(() => {
  const root = document.documentElement;
  if (theme.value === "system") {
    delete root.dataset.theme;
    forBrowser.remove(place);
  } else {
    root.dataset.theme = theme.value;
    forBrowser.set(place, theme.value);
  }
  colourTheBrowser();
});

/** The bar of a phone's browser goes along with the page. */
function colourTheBrowser() {
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const dark = theme.value === "system" ? meta.media.includes("dark") : theme.value === "dark";
    meta.content = dark ? "#14181d" : "#f7f8fa";
  }
}
