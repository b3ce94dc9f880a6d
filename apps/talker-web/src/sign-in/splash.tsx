/** What is seen until it is known whether somebody is logged in: the same as in index.html. */

import { strings } from "../strings";

export function Splash() {
  return (
    <main class="splash" aria-busy="true">
      <img class="splash-mark" src="/icon.svg" alt="" width="72" height="72" />
      <h1 class="splash-name">{strings.name}</h1>
    </main>
  );
}
