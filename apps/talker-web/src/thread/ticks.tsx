/** How far a message of mine has come. */

import { Icon, type IconName } from "../parts/icon";
import { strings } from "../strings";
import type { Progress } from "../talk";

const icons: Record<Progress, IconName> = {
  waiting: "waiting",
  sending: "waiting",
  failed: "warning",
  sent: "check",
  delivered: "checks",
  read: "checks",
};

export function Ticks({ progress }: { readonly progress: Progress }) {
  return (
    <span class={`ticks ${progress}`} title={strings.ticks[progress]}>
      <Icon name={icons[progress]} />
      <span class="unseen">{strings.ticks[progress]}</span>
    </span>
  );
}
