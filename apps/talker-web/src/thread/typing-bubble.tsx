/** Three dots while the other one types. */

import { strings } from "../strings";
import type { Person } from "../talk";

export function TypingBubble({ peer }: { readonly peer: Person }) {
  return (
    <div class="row theirs text opens typing-row">
      <div class="bubble typing-dots">
        <span class="unseen">{strings.isTyping(peer.username)}</span>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}
