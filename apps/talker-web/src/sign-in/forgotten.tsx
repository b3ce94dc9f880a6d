/** Asks for a link that sets a forgotten password anew. */

import { useState } from "preact/hooks";
import { failureOf, sentenceFor } from "../failures";
import { Field } from "../parts/field";
import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { resetPassword } from "../talk";
import { Card } from "./card";
import { FormFailure } from "./form-failure";
import { wrongWithEmail } from "./rules";
import { showLogIn, typedEmail, typedLogin } from "./typed";

export function Forgotten() {
  const [email, setEmail] = useState(typedEmail.peek() || ifEmail(typedLogin.peek()));
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [isSent, setSent] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (isBusy || wrongWithEmail(email.trim())) return;
    setBusy(true);
    setFailure(null);
    try {
      await resetPassword(email.trim());
      setSent(true);
    } catch (thrown) {
      setFailure(sentence(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={isSent ? strings.checkMail : strings.forgotten}>
      {isSent ? (
        <>
          <p class="card-text" role="status">
            <Icon name="mail" />
            {strings.linkSent(email.trim())}
          </p>
          <p class="card-text quiet">{strings.linkMissing}</p>
        </>
      ) : (
        <form class="form" onSubmit={submit} noValidate>
          <p class="card-text quiet">{strings.forgottenText}</p>
          <FormFailure sentence={failure} />
          <Field
            label={strings.emailLabel}
            inputMode="email"
            autocomplete="email"
            value={email}
            onInput={setEmail}
            error={tried ? wrongWithEmail(email.trim()) : null}
          />
          <button type="submit" class="button primary wide" aria-disabled={isBusy}>
            {isBusy ? strings.sendingLink : strings.sendLink}
          </button>
        </form>
      )}
      <p class="card-foot">
        <button type="button" class="link" onClick={showLogIn}>
          {strings.backToLogIn}
        </button>
      </p>
    </Card>
  );
}

const ifEmail = (login: string): string => (login.includes("@") ? login : "");

function sentence(thrown: unknown): string {
  const failure = failureOf(thrown);
  return failure.code === "malformed" ? strings.emailOdd : sentenceFor(failure);
}
