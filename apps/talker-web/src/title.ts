/** The count of unread messages in the title of a tab that nobody looks at. */

import { effect, signal } from "@preact/signals";
import { strings } from "./strings";
import { conversations } from "./talk";

/** Whether somebody can see the page. */
export const visible = signal(document.visibilityState === "visible");

document.addEventListener("visibilitychange", () => {
  visible.value = document.visibilityState === "visible";
});

export function badgeTheTitle(): void {
  effect(() => {
    const unread = (conversations.value ?? []).reduce((sum, one) => sum + one.unread, 0);
    document.title = !visible.value && unread > 0 ? `(${unread}) ${strings.name}` : strings.name;
  });
}
