/** Why a message was not sent, and what can be done with it. */

import { sentenceFor } from "../failures";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { discard, type Failure, type Message, retry } from "../talk";

export function Failed({ message }: { readonly message: Message }) {
  return (
    <div class="not-sent">
      <p>
        <Icon name="warning" />
        {sentence(message.failure ?? { code: "unknown" })}
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

/** Of messages those alone fail by their number that wait for somebody who shows no sign; others go out by themselves. */
const sentence = (failure: Failure) =>
  failure.code === "rate_limited" ? strings.unanswered : sentenceFor(failure);
