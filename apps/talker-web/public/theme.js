// Sets the chosen colours before any style is there; src/theme.ts changes them afterwards.
try {
  const chosen = localStorage.getItem("talker-theme");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
    // The splash has no style yet that would say so.
    document.querySelector("meta[name=color-scheme]").content = chosen;
  }
} catch {
  // Without storage the page has the system's colours.
}
