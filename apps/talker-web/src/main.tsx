/** Puts the page into the document and wakes its core. */

import { render } from "preact";
import { App } from "./app";
import { askBeforeLeaving } from "./leaving";
import { notifyOfMessages } from "./notifications";
import { followHistory } from "./shown";
import { start } from "./talk";
import { followAttachments } from "./thread/attachments";
import { refuseStrayFiles } from "./thread/drop-area";
import { badgeTheTitle } from "./title";
import "./theme";

const root = document.getElementById("app");
if (root) render(<App />, root);
followHistory();
badgeTheTitle();
notifyOfMessages();
followAttachments();
askBeforeLeaving();
refuseStrayFiles();
// A failed start leaves the log-in form, which says what is wrong at the next try.
start().catch(() => {});
