/** The line for a password, which can be shown while it is typed. */

import { useState } from "preact/hooks";
import { strings } from "../strings";
import { Field } from "./field";
import { IconButton } from "./icon-button";

interface Props {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: () => void;
  readonly isNew?: boolean;
  readonly error: string | null;
}

export function PasswordField({ isNew = false, ...props }: Props) {
  const [isShown, setShown] = useState(false);
  return (
    <Field
      {...props}
      label={strings.passwordLabel}
      type={isShown ? "text" : "password"}
      autocomplete={isNew ? "new-password" : "current-password"}
      {...(isNew ? { hint: strings.passwordHint } : {})}
    >
      <IconButton
        icon="eye"
        class={isShown ? "pressed" : ""}
        label={isShown ? strings.hidePassword : strings.showPassword}
        onClick={() => setShown(!isShown)}
      />
    </Field>
  );
}
