/** The form for a new account. */

import type { Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { failureOf, sentenceFor } from "../failures";
import { Field } from "../parts/field";
import { PasswordField } from "../parts/password-field";
import { strings } from "../strings";
import { type Registered, register } from "../talk";
import { Card } from "./card";
import { FormFailure } from "./form-failure";
import { useLiveCheck } from "./live-check";
import { wrongWithEmail, wrongWithPassword, wrongWithUsername } from "./rules";
import { showLogIn, showMailScreen, typedEmail, typedPassword, typedUsername } from "./typed";

export function Register() {
  const username = useName("username", typedUsername, wrongWithUsername, strings.usernameUsed);
  const email = useName("email", typedEmail, wrongWithEmail, strings.emailUsed);
  const passwordWrong = wrongWithPassword(typedPassword.value);
  const [tried, setTried] = useState(false);
  const [leftPassword, setLeftPassword] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const outcomes: Record<Registered, () => void> = {
    created: () => showMailScreen("created"),
    pending: () => showMailScreen("pending"),
    username_used: () => username.setTaken(typedUsername.value),
    email_used: () => email.setTaken(typedEmail.value),
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (isBusy || username.wrong || email.wrong || passwordWrong) return;
    setBusy(true);
    setFailure(null);
    try {
      outcomes[await register(typedEmail.value, typedUsername.value, typedPassword.value)]();
    } catch (thrown) {
      setFailure(sentenceFor(failureOf(thrown)));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title={strings.welcomeNew}>
      <form class="form" onSubmit={submit} noValidate>
        <FormFailure sentence={failure} />
        <Field
          {...username.props}
          label={strings.usernameLabel}
          autocomplete="username"
          hint={username.check === "checking" ? strings.checking : strings.usernameHint}
          error={username.error(tried)}
          fine={username.check === "free" ? strings.usernameFree : null}
        />
        <Field
          {...email.props}
          label={strings.emailLabel}
          inputMode="email"
          autocomplete="email"
          error={email.error(tried)}
        />
        <PasswordField
          isNew
          value={typedPassword.value}
          onInput={(value) => {
            typedPassword.value = value;
          }}
          onBlur={() => setLeftPassword(typedPassword.value !== "")}
          error={tried || leftPassword ? passwordWrong : null}
        />
        <button type="submit" class="button primary wide" aria-disabled={isBusy}>
          {isBusy ? strings.registering : strings.register}
        </button>
      </form>
      <p class="card-foot">
        {strings.toLogIn}{" "}
        <button type="button" class="link" onClick={showLogIn}>
          {strings.logIn}
        </button>
      </p>
    </Card>
  );
}

/** One of the two names: what is wrong with it by the rules, by the server's word, and when to say so. */
function useName(
  what: "email" | "username",
  typed: Signal<string>,
  rule: (value: string) => string | null,
  takenSentence: string,
) {
  const [left, setLeft] = useState(false);
  const [taken, setTaken] = useState<string | null>(null);
  const value = typed.value;
  const broken = rule(value);
  const check = useLiveCheck(what, value, broken === null);
  const isTaken = check === "used" || taken === value;
  useEffect(() => {
    if (value === "") setLeft(false);
  }, [value]);
  return {
    check,
    setTaken,
    wrong: broken ?? (isTaken ? takenSentence : null),
    error: (tried: boolean) => (isTaken ? takenSentence : tried || left ? broken : null),
    props: {
      value,
      onInput: (next: string) => {
        typed.value = next.trim();
      },
      onBlur: () => setLeft(value !== ""),
    },
  };
}
