/** One conversation in the list. */

import { useMemo } from "preact/hooks";
import { shortDate } from "../dates";
import { Avatar } from "../parts/avatar";
import { Icon } from "../parts/icon";
import { Name } from "../parts/name";
import { show, shown } from "../shown";
import { strings } from "../strings";
import { type Conversation, type Message, typing } from "../talk";
import { Ticks } from "../thread/ticks";
import { summaryOf } from "./summary";

export function ConversationRow({ conversation }: { readonly conversation: Conversation }) {
  const { peer, last, unread } = conversation;
  const isShown = shown.value?.id === peer.id;
  const isTyping = typing.value.has(peer.id);
  return (
    <li>
      <button
        type="button"
        class={unread > 0 ? "person has-unread" : "person"}
        data-peer={peer.id}
        aria-current={isShown ? "true" : undefined}
        onClick={() => (isShown ? goOnWriting() : show(peer))}
      >
        <Avatar person={peer} />
        <span class="person-top">
          <Name person={peer} />
          {last && (
            <time class="person-time" dateTime={last.date.toISOString()}>
              {shortDate(last.date)}
            </time>
          )}
        </span>
        <span class="person-bottom">
          {isTyping ? <span class="person-last typing-word">{strings.typing}</span> : <Last message={last} />}
          {unread > 0 && (
            <span class="badge">
              <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
              <span class="unseen">{strings.unread(unread)}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

/** Choosing what is open already leads to where one writes. */
function goOnWriting() {
  document.querySelector<HTMLElement>(".composer textarea")?.focus();
}

function Last({ message }: { readonly message: Message | null }) {
  const summary = useMemo(() => message && summaryOf(message), [message?.content]);
  if (!message) return <span class="person-last">{strings.noMessages}</span>;
  return (
    <span class="person-last">
      {message.mine && <Ticks progress={message.progress} />}
      {message.kind !== "text" && <Icon name={message.kind} />}
      <bdi>{summary}</bdi>
    </span>
  );
}
