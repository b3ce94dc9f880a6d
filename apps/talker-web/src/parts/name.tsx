/** A person's name, whose writing direction stays its own affair. */

import { strings } from "../strings";
import { me, type Person } from "../talk";

export function Name({ person }: { readonly person: Person }) {
  return (
    <span class="name" dir="auto">
      {nameOf(person)}
    </span>
  );
}

export const nameOf = ({ id, username }: Person) => (id === me.value?.id ? strings.notes : username);
