/** One line of a menu: something to do, or one of several choices. */

import { Icon, type IconName } from "./icon";

interface Props {
  readonly icon?: IconName;
  readonly label: string;
  /** Given for one of several choices: whether it is the chosen one. */
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly onClick: () => void;
}

export function MenuItem({ icon, label, checked, danger = false, onClick }: Props) {
  const isChoice = checked !== undefined;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a choice has the role that supports it
    <button
      type="button"
      class={danger ? "menu-item danger" : "menu-item"}
      role={isChoice ? "menuitemradio" : "menuitem"}
      aria-checked={isChoice ? checked : undefined}
      tabIndex={-1}
      onClick={onClick}
    >
      <span class="menu-mark">{icon ? <Icon name={icon} /> : checked && <Icon name="check" />}</span>
      {label}
    </button>
  );
}
