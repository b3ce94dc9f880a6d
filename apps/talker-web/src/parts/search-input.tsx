/** The line of a search, as both searches have it. */

import type { InputHTMLAttributes, Ref } from "preact";

interface Props
  extends Pick<InputHTMLAttributes, "autoCapitalize" | "dir" | "spellcheck" | "onFocus" | "onKeyDown"> {
  readonly input: Ref<HTMLInputElement>;
  readonly label: string;
  readonly placeholder: string;
  readonly maxLength: number;
  readonly value: string;
  readonly onText: (text: string) => void;
}

export function SearchInput({ input, label, onText, ...more }: Props) {
  return (
    <input
      ref={input}
      class="search-input"
      type="text"
      inputMode="search"
      enterKeyHint="search"
      autoComplete="off"
      aria-label={label}
      onInput={(event) => onText(event.currentTarget.value)}
      {...more}
    />
  );
}
