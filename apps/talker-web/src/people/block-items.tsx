/** Blocking and unblocking somebody, from a conversation's menu. */

import { tellFailure } from "../notices";
import { MenuItem } from "../parts/menu-item";
import { Question } from "../parts/question";
import { strings } from "../strings";
import { block, blocked, type Person, unblock } from "../talk";

interface Props {
  readonly peer: Person;
  readonly onBlock: () => void;
}

export function BlockItem({ peer, onBlock }: Props) {
  if (isBlocked(peer)) {
    return (
      <MenuItem
        icon="check"
        label={strings.unblock(peer.username)}
        onClick={() => unblock(peer.id).catch(tellFailure)}
      />
    );
  }
  return <MenuItem icon="block" danger label={strings.block(peer.username)} onClick={onBlock} />;
}

export function BlockQuestion({ peer, onClose }: { readonly peer: Person; readonly onClose: () => void }) {
  const yes = () => {
    block(peer).catch(tellFailure);
    onClose();
  };
  return (
    <Question
      title={strings.blockQuestion(peer.username)}
      text={strings.blockExplained}
      yes={strings.blockDo}
      onYes={yes}
      onClose={onClose}
    />
  );
}

export const isBlocked = (peer: Person) => blocked.value.some(({ id }) => id === peer.id);
