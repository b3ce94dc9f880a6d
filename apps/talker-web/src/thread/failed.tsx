/** Why a message was not sent, and what can be done with it. */

import { sentenceFor } from "../failures";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { discard, type Message, retry } from "../talk";

export function Failed({ message }: { readonly message: Message }) {
  return (
    <div class="not-sent">
      <p>
        <Icon name="warning" />
        {sentenceFor(message.failure ?? { code: "unknown" })}
      </p>
      <button type="button" class="button small" onClick={() => retry(message.key)}>
        {strings.retry}
      </button>
      <button type="button" class="button small" onClick={() => discard(message.key)}>
        {strings.discard}
      </button>
    </div>
  );
}
