/** The lines between messages: a new day, and where the unread ones begin. */

import { dayName } from "../dates";
import { strings } from "../strings";

export function Day({ date }: { readonly date: Date }) {
  return (
    <p class="day">
      <time dateTime={date.toISOString().slice(0, 10)}>{dayName(date)}</time>
    </p>
  );
}

export function NewMessages() {
  return (
    <p class="new-messages" data-new-messages="">
      <span>{strings.newMessages}</span>
    </p>
  );
}
