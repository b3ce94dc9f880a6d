/** What is said at the edge of the page, where what failed has no place of its own. */

import { signal } from "@preact/signals";
import { failureOf, sentenceFor } from "./failures";

export const notice = signal<string | null>(null);

let fading: ReturnType<typeof setTimeout> | undefined;

export function say(sentence: string): void {
  clearTimeout(fading);
  notice.value = sentence;
  fading = setTimeout(silence, 8000);
}

export function silence(): void {
  notice.value = null;
}

/** For a promise whose failure has no other place to be told. */
export function tellFailure(thrown: unknown): void {
  say(sentenceFor(failureOf(thrown)));
}
