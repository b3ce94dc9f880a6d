/** What stands where messages are not, or not yet. */

import { sentenceFor } from "../failures";
import { Avatar } from "../parts/avatar";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { type Failure, loadOlder, me, open, type Person, type Thread } from "../talk";

interface TopProps {
  readonly peer: Person;
  readonly state: Thread;
}

/** Above the oldest message. It keeps its height, so that nothing moves when loading begins and ends. */
export function Top({ peer, state }: TopProps) {
  if (state.messages.length === 0) return null;
  if (state.complete) return <p class="history-top">{strings.beginning}</p>;
  if (!state.failure) return <p class="history-top" aria-busy="true" />;
  return (
    <p class="history-top">
      {strings.olderFailed}{" "}
      <button type="button" class="link" onClick={() => loadOlder(peer.id).catch(() => {})}>
        {strings.tryAgain}
      </button>
    </p>
  );
}

export function LoadingThread() {
  const widths = ["w40", "w60", "w30 right", "w50 right", "w60", "w30", "w50 right"];
  return (
    <div class="loading-thread" aria-busy="true">
      {widths.map((width, row) => (
        <span key={row} class={`bone bubble-bone ${width}`} />
      ))}
    </div>
  );
}

export function EmptyThread({ peer }: { readonly peer: Person }) {
  const isMe = peer.id === me.value?.id;
  return (
    <div class="state">
      <Avatar person={peer} size="large" />
      <p class="state-title">{isMe ? strings.notes : strings.emptyThread(peer.username)}</p>
      <p>{isMe ? strings.emptyNotes : strings.emptyThreadHint}</p>
    </div>
  );
}

export function ThreadFailure({ peer, failure }: { readonly peer: Person; readonly failure: Failure }) {
  return (
    <div class="state" role="alert">
      <Icon name="warning" />
      <p class="state-title">{strings.threadFailed}</p>
      <p>{sentenceFor(failure)}</p>
      <button type="button" class="button" onClick={() => open(peer).catch(() => {})}>
        {strings.tryAgain}
      </button>
    </div>
  );
}
