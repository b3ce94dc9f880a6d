/** One line of a form: label, input, and under it what is wrong or what is expected. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: () => void;
  readonly type?: "text" | "password";
  readonly autocomplete: string;
  readonly inputMode?: "email";
  readonly hint?: string;
  readonly error?: string | null;
  /** Said in place of the hint when all is well. */
  readonly fine?: string | null;
  /** A button at the end of the input. */
  readonly children?: ComponentChildren;
}

export function Field(props: Props) {
  const id = useId();
  const { error, fine } = props;
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={id}>{props.label}</label>
      <div class="field-box">
        <input
          id={id}
          // Either is fine; Preact's types would have it said which one.
          type={(props.type ?? "text") as "text"}
          inputMode={props.inputMode}
          value={props.value}
          autoComplete={props.autocomplete}
          autoCapitalize="none"
          spellcheck={false}
          aria-invalid={Boolean(error)}
          aria-describedby={`${id}-note`}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onBlur={props.onBlur}
        />
        {props.children}
      </div>
      <p class={fine && !error ? "field-note fine" : "field-note"} id={`${id}-note`} aria-live="polite">
        {(error || fine) && <Icon name={error ? "warning" : "check"} />}
        {error ?? fine ?? props.hint}
      </p>
    </div>
  );
}
