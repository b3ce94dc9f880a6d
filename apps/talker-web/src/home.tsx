/** The page of somebody who is logged in: the conversations, and the one that is open. */

import { Connection } from "./connection";
import { Sidebar } from "./conversations/sidebar";
import { Icon } from "./parts/icon";
import { shown } from "./shown";
import { strings } from "./strings";
import { ThreadPane } from "./thread/thread-pane";

export function Home() {
  const peer = shown.value;
  return (
    <main class={peer ? "home in-thread" : "home"}>
      <Connection />
      <Sidebar />
      {peer ? <ThreadPane key={peer.id} peer={peer} /> : <NothingOpen />}
    </main>
  );
}

function NothingOpen() {
  return (
    <div class="thread">
      <div class="state">
        <Icon name="chat" />
        <p class="state-title">{strings.pickOne}</p>
        <p>{strings.pickOneHint}</p>
      </div>
    </div>
  );
}
