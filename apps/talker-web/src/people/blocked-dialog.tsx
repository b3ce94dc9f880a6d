/** The list of those whom I block. */

import { useState } from "preact/hooks";
import { tellFailure } from "../notices";
import { Avatar } from "../parts/avatar";
import { Dialog } from "../parts/dialog";
import { Name } from "../parts/name";
import { strings } from "../strings";
import { blocked, type Person, unblock } from "../talk";

export function BlockedDialog({ onClose }: { readonly onClose: () => void }) {
  const people = blocked.value;
  return (
    <Dialog title={strings.blockedPeople} onClose={onClose}>
      <p class="dialog-text">{people.length > 0 ? strings.blockedHint : strings.nobodyBlocked}</p>
      <ul class="blocked-people">
        {people.map((person) => (
          <BlockedRow key={person.id} person={person} />
        ))}
      </ul>
    </Dialog>
  );
}

function BlockedRow({ person }: { readonly person: Person }) {
  const [isBusy, setBusy] = useState(false);
  const release = () => {
    setBusy(true);
    unblock(person.id)
      .catch(tellFailure)
      .finally(() => setBusy(false));
  };
  return (
    <li class="blocked-person">
      <Avatar person={person} />
      <Name person={person} />
      <button
        type="button"
        class="button small"
        disabled={isBusy}
        aria-label={strings.unblock(person.username)}
        onClick={release}
      >
        {strings.unblockShort}
      </button>
    </li>
  );
}
