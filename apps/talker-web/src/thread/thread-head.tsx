/** The head of a conversation: with whom it is, and what can be done with it. */

import { useState } from "preact/hooks";
import { Avatar } from "../parts/avatar";
import { IconButton } from "../parts/icon-button";
import { Menu } from "../parts/menu";
import { Name } from "../parts/name";
import { BlockItem, BlockQuestion, isBlocked } from "../people/block-items";
import { BlockedNote } from "../people/blocked-note";
import { leave } from "../shown";
import { strings } from "../strings";
import { me, type Person, typing } from "../talk";
import type { View } from "./view";

interface Props {
  readonly peer: Person;
  readonly view: View;
}

export function ThreadHead({ peer, view }: Props) {
  const [isAsking, setAsking] = useState(false);
  const isTyping = typing.value.has(peer.id);
  return (
    <>
      <header class="thread-head">
        <IconButton icon="back" class="back" label={strings.backToList} onClick={leave} />
        <Avatar person={peer} size="small" />
        <div class="thread-title">
          <h1>
            <Name person={peer} />
          </h1>
          {isTyping && <p class="typing-word">{strings.typing}</p>}
        </div>
        <IconButton
          icon="search"
          label={strings.search}
          class={view.isSearching.value ? "pressed" : ""}
          onClick={() => {
            view.isSearching.value = !view.isSearching.value;
          }}
        />
        {peer.id !== me.value?.id && (
          <Menu icon="more" label={strings.more}>
            <BlockItem peer={peer} onBlock={() => setAsking(true)} />
          </Menu>
        )}
      </header>
      {isBlocked(peer) && <BlockedNote peer={peer} />}
      {isAsking && <BlockQuestion peer={peer} onClose={() => setAsking(false)} />}
    </>
  );
}
