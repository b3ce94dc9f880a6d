/** Somebody's picture. It says nothing: the name always stands beside it. */

import { useState } from "preact/hooks";
import type { Person } from "../talk";

interface Props {
  readonly person: Person;
  readonly size?: "small" | "large";
}

export function Avatar({ person, size }: Props) {
  const [broken, setBroken] = useState(false);
  const look = size ? `avatar ${size}` : "avatar";
  // Only what is a picture in itself: an avatar never makes the browser fetch an address.
  if (broken || !person.avatar.startsWith("data:image/")) {
    return (
      <span class={`${look} letter`} aria-hidden="true">
        {person.username.slice(0, 1).toUpperCase()}
      </span>
    );
  }
  return <img class={look} src={person.avatar} alt="" draggable={false} onError={() => setBroken(true)} />;
}
