// Sets the chosen colours before the first paint; src/theme.ts changes them afterwards.
try {
  const chosen = localStorage.getItem("talker-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the page has the system's colours.
}
