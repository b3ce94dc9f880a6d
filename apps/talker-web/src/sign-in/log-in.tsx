/** The log-in form. */

import { useEffect, useState } from "preact/hooks";
import { failureOf, sentenceFor } from "../failures";
import { Field } from "../parts/field";
import { PasswordField } from "../parts/password-field";
import { strings } from "../strings";
import { logIn, sessionLost } from "../talk";
import { Card } from "./card";
import { FormFailure } from "./form-failure";
import { forgetTyped, screen, typedLogin, typedPassword } from "./typed";

export function LogIn() {
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => setFailure(null), [typedLogin.value, typedPassword.value]);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (isBusy || !typedLogin.value.trim() || !typedPassword.value) return;
    setBusy(true);
    setFailure(null);
    try {
      await logIn(typedLogin.value.trim(), typedPassword.value);
      forgetTyped();
    } catch (thrown) {
      setFailure(sentence(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={strings.welcome}>
      {sessionLost.value && !failure && <p class="card-note">{strings.sessionLost}</p>}
      <form class="form" onSubmit={submit} noValidate>
        <FormFailure sentence={failure} />
        <Field
          label={strings.loginLabel}
          autocomplete="username"
          value={typedLogin.value}
          onInput={(value) => {
            typedLogin.value = value;
          }}
          error={tried && !typedLogin.value.trim() ? strings.loginMissing : null}
        />
        <PasswordField
          value={typedPassword.value}
          onInput={(value) => {
            typedPassword.value = value;
          }}
          error={tried && !typedPassword.value ? strings.passwordMissing : null}
        />
        <button type="submit" class="button primary wide" aria-disabled={isBusy}>
          {isBusy ? strings.loggingIn : strings.logIn}
        </button>
      </form>
      <p class="card-foot">
        <button
          type="button"
          class="link"
          onClick={() => {
            screen.value = "forgotten";
          }}
        >
          {strings.toForgotten}
        </button>
      </p>
      <p class="card-foot">
        {strings.toRegister}{" "}
        <button
          type="button"
          class="link"
          onClick={() => {
            screen.value = "register";
          }}
        >
          {strings.toRegisterLink}
        </button>
      </p>
    </Card>
  );
}

function sentence(thrown: unknown): string {
  const failure = failureOf(thrown);
  // A login that cannot be one is as wrong as one that is nobody's.
  const isWrong = failure.code === "unauthenticated" || failure.code === "malformed";
  return isWrong ? strings.wrongPassword : sentenceFor(failure);
}
