/** Desktop notifications: only when asked for, and only while nobody looks at the page. */

import { effect, signal } from "@preact/signals";
import { summaryOf } from "./conversations/summary";
import { forBrowser } from "./keeping";
import { say } from "./notices";
import { show } from "./shown";
import { strings } from "./strings";
import { type Conversation, conversations, type Message, me } from "./talk";
import { visible } from "./title";

const place = "talker-notifications";

export const supported = "Notification" in window;

/** Wanted here, and allowed by the browser. */
export const notifying = signal(
  supported && Notification.permission === "granted" && forBrowser.get(place) === "on",
);

export async function turnOn(): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") return say(strings.notificationsDenied);
  forBrowser.set(place, "on");
  notifying.value = true;
}

export function turnOff(): void {
  forBrowser.remove(place);
  notifying.value = false;
}

/** Watches for messages that come from now on. */
export function notifyOfMessages(): void {
  let newest: Map<number, number> | null = null;
  effect(() => {
    if (!me.value || !conversations.value) {
      newest = null;
      return;
    }
    const before = newest;
    newest = new Map(conversations.value.map(({ peer, last }) => [peer.id, last?.id ?? 0]));
    // What was there when the list was loaded is no news.
    if (!before || visible.peek() || !notifying.peek()) return;
    for (const one of conversations.value) {
      if (isNews(one, before) && one.last) notify(one, one.last);
    }
  });
}

function isNews({ peer, last, unread }: Conversation, before: Map<number, number>): boolean {
  return unread > 0 && last !== null && !last.mine && (last.id ?? 0) > (before.get(peer.id) ?? 0);
}

function notify({ peer }: Conversation, message: Message) {
  try {
    const shownOutside = new Notification(peer.username, {
      body: summaryOf(message).slice(0, 200),
      icon: peer.avatar,
      tag: `talker-${peer.id}`,
    });
    shownOutside.onclick = () => {
      window.focus();
      show(peer);
      shownOutside.close();
    };
  } catch {
    // Phones want a service worker for it; the title still counts.
  }
}
