/** The button that leads back down, with the count of what came meanwhile. */

import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { unreadOf } from "./unread";
import type { View } from "./view";

export function JumpToNewest({ view }: { readonly view: View }) {
  if (view.atBottom.value) return null;
  const unread = unreadOf(view.peer);
  const label = unread > 0 ? strings.toNewestCount(unread) : strings.toNewest;
  return (
    <button
      type="button"
      class="jump icon-button"
      aria-label={label}
      title={label}
      onClick={() => view.place?.toBottom()}
    >
      <Icon name="down" />
      {unread > 0 && (
        <span class="badge" aria-hidden="true">
          {unread > 999 ? "999+" : unread}
        </span>
      )}
    </button>
  );
}
