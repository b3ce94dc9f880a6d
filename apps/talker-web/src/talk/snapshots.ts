/** Reading what the server knows while events go on telling what changes. */

let changes = 0;

/** Something was applied that a snapshot on its way may not show yet. */
export function noteChange(): void {
  changes += 1;
}

/**
 * Reads until nothing changed meanwhile, so that the answer is as new as what is known already. Where it never stops
 * changing the third answer has to do.
 */
export async function readSettled<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const before = changes;
    const answer = await read();
    if (changes === before || tries === 3) return answer;
  }
}
