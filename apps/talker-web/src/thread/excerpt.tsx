/** The piece of a text around what was sought. */

interface Props {
  readonly text: string;
  readonly sought: string;
}

const before = 30;
const after = 120;

export function Excerpt({ text, sought }: Props) {
  const at = text.toLowerCase().indexOf(sought.toLowerCase());
  // A few letters change their length with their case: then the beginning has to do.
  if (at < 0) return <bdi class="excerpt">{text.slice(0, before + after)}</bdi>;
  const start = at > before ? at - before : 0;
  const end = at + sought.length;
  return (
    <bdi class="excerpt">
      {start > 0 && "…"}
      {text.slice(start, at)}
      <mark>{text.slice(at, end)}</mark>
      {text.slice(end, end + after)}
    </bdi>
  );
}
