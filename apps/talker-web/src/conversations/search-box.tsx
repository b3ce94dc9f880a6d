/** The box in which people are searched for. */

import { useRef } from "preact/hooks";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { SearchInput } from "../parts/search-input";
import { strings } from "../strings";

interface Props {
  readonly value: string;
  readonly onInput: (value: string) => void;
}

export function SearchBox({ value, onInput }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    onInput("");
    input.current?.focus();
  };
  return (
    <search class="search-box">
      <Icon name="search" />
      <SearchInput
        input={input}
        autoCapitalize="none"
        spellcheck={false}
        maxLength={100}
        label={strings.findPeople}
        placeholder={strings.findPeople}
        value={value}
        onText={onInput}
      />
      {value && <IconButton icon="close" label={strings.clearSearch} onClick={clear} />}
    </search>
  );
}
