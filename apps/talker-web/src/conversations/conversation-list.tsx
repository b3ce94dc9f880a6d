/** The conversations, newest first, and what stands there while there are none. */

import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { conversations } from "../talk";
import { ConversationRow } from "./conversation-row";

export function ConversationList() {
  const all = conversations.value;
  if (!all) return <Loading />;
  if (all.length === 0) return <Empty />;
  return (
    <ul class="people">
      {all.map((one) => (
        <ConversationRow key={one.peer.id} conversation={one} />
      ))}
    </ul>
  );
}

function Loading() {
  return (
    <div class="people" aria-busy="true">
      {Array.from({ length: 8 }, (_, row) => (
        <div key={row} class="person skeleton">
          <span class="avatar" />
          <span class="bone wide" />
          <span class="bone" />
        </div>
      ))}
    </div>
  );
}

function Empty() {
  return (
    <div class="state">
      <Icon name="people" />
      <p class="state-title">{strings.noConversations}</p>
      <p>{strings.noConversationsHint}</p>
    </div>
  );
}
