/** Takes everything from the server at once, where the log cannot tell what was missed: at the start, after a gap. */

import { loadContacts } from "./contacts";
import { failure } from "./failure";
import { reloadThreads } from "./history";
import { beyond } from "./log";
import { loadBlocked } from "./people";
import { forgetReceipts } from "./receipts";
import { postAsMe } from "./rest";
import { fieldsOf, seqFrom } from "./wire";

/** Gives the number of an entry of the log up to which the snapshot knows everything; it may know more. */
export async function takeSnapshot(): Promise<number> {
  forgetReceipts();
  const { head } = fieldsOf(await postAsMe("/sync", { after: beyond }));
  const known = seqFrom(head);
  if (known === null) throw failure("internal");
  await Promise.all([loadContacts(), reloadThreads(), loadBlocked()]);
  return known;
}
