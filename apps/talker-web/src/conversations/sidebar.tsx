/** The column with the conversations, the search for people and the menu. */

import { useRef, useState } from "preact/hooks";
import { moveFocus } from "../parts/menu";
import { strings } from "../strings";
import { ConversationList } from "./conversation-list";
import { Found } from "./found";
import { MainMenu } from "./main-menu";
import { SearchBox } from "./search-box";

export function Sidebar() {
  const [sought, setSought] = useState("");
  const column = useRef<HTMLDivElement>(null);
  const rows = () => [...(column.current?.querySelectorAll<HTMLElement>(".person") ?? [])];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && sought) setSought("");
    else if (!isListKey(event) || !moveFocus(event.key, rows())) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <nav class="sidebar" aria-label={strings.conversations}>
      <header class="sidebar-head">
        <img class="sidebar-mark" src="/icon.svg" alt="" width="28" height="28" />
        <h1>{strings.name}</h1>
        <MainMenu />
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the rows inside */}
      <div class="sidebar-body" ref={column} onKeyDown={onKeyDown}>
        <SearchBox value={sought} onInput={setSought} />
        {sought.trim() ? <Found text={sought.trim()} onPick={() => setSought("")} /> : <ConversationList />}
      </div>
    </nav>
  );
}

/** In the search box Home and End move in the text. */
function isListKey({ key, target }: KeyboardEvent): boolean {
  return key.startsWith("Arrow") || !(target instanceof HTMLInputElement);
}
