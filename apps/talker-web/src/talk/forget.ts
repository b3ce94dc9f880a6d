/** Forgets what was known to somebody who has left, as far as memory goes. */

import { forgetConversations } from "./conversations";
import { setSeen } from "./log";
import { forgetMessages } from "./messages";
import { clearQueue } from "./pending";
import { forgetPeople } from "./people";
import { forgetReading } from "./reading";
import { forgetReceipts } from "./receipts";
import { forgetThreads } from "./threads";

export function forgetAll(): void {
  setSeen(null);
  clearQueue();
  forgetThreads();
  forgetConversations();
  forgetMessages();
  forgetPeople();
  forgetReading();
  forgetReceipts();
}
