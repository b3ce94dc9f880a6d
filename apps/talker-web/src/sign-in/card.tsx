/** The card on which logging in, registering and their like are done. */

import type { ComponentChildren } from "preact";

interface Props {
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Card({ title, children }: Props) {
  return (
    <main class="sign-in">
      <div class="card">
        <img class="card-mark" src="/icon.svg" alt="" width="48" height="48" />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
