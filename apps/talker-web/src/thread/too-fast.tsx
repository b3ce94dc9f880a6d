/** Says why messages wait although the server is there. */

import { strings } from "../strings";
import { thread, tooFast } from "../talk";

export function TooFast({ peer }: { readonly peer: number }) {
  const waits = tooFast.value && thread(peer).value.messages.at(-1)?.id === null;
  return (
    <p class="composer-note" role="status">
      {waits && strings.tooFast}
    </p>
  );
}
