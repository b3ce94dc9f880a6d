/** Begins anew where the log cannot tell what was missed: at the start, and after a gap. */

import { live, onEvent, reconnectLater, request } from "./connection";
import { loadContacts } from "./contacts";
import { failureOf } from "./failure";
import { reloadThreads } from "./history";
import { setSeen } from "./log";
import { loadBlocked } from "./people";
import { session } from "./session";
import { fieldsOf, seqFrom } from "./wire";

/** Up to where the snapshot reaches at least that the server was told of. */
let known: number | null = null;
let attempts = 0;

onEvent("sync", (data) => {
  const { gap, head } = fieldsOf(data);
  const seq = seqFrom(head);
  if (gap === true && seq !== null) void recover(seq);
});

onEvent("disconnect", () => {
  attempts += 1;
  known = null;
});

/** The session is resumed: from here on entries come one by one. */
export function beginFromSnapshot(): void {
  if (known !== null) setSeen(known);
  known = null;
}

/**
 * Takes a snapshot, which knows everything up to `head` and maybe more, and resumes from there: by that the server also
 * learns that the messages which waited have arrived.
 */
async function recover(head: number): Promise<void> {
  attempts += 1;
  const attempt = attempts;
  live.value = false;
  setSeen(null);
  try {
    await Promise.all([loadContacts(), reloadThreads(), loadBlocked()]);
    const mine = session();
    if (attempt !== attempts || !mine) return;
    known = head;
    await request("resume", { user_id: mine.id, clientAddress: mine.key, after: head });
  } catch (fault) {
    // That the session is over is told by the event `login` as well.
    const isOver = known !== null && failureOf(fault).code === "unauthenticated";
    if (attempt === attempts && !isOver) reconnectLater();
  }
}
