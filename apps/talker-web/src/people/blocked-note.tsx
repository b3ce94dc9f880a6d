/** Says in a conversation that its other side is blocked, with the way back. */

import { tellFailure } from "../notices";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { type Person, unblock } from "../talk";

export function BlockedNote({ peer }: { readonly peer: Person }) {
  return (
    <div class="blocked-note">
      <Icon name="block" />
      <p>{strings.blockedNote(peer.username)}</p>
      <button type="button" class="button small" onClick={() => unblock(peer.id).catch(tellFailure)}>
        {strings.unblockShort}
      </button>
    </div>
  );
}
