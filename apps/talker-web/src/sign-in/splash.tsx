/** What is seen until it is known whether somebody is logged in: the splash in index.html, which leaves with this. */

import { useLayoutEffect } from "preact/hooks";

export function Splash() {
  useLayoutEffect(() => () => document.getElementById("splash")?.remove(), []);
  return null;
}
