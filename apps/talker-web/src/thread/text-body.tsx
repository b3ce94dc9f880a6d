/** The text of a message: links can be followed, what is sought is marked, and what is very long is shortened. */

import { useMemo, useState } from "preact/hooks";
import { strings } from "../strings";
import { type Piece, splitLinks } from "./links";

interface Props {
  readonly id: string;
  readonly content: string;
  readonly sought: string;
}

const longText = 900;
const manyLines = 20;

/** Which messages were unfolded: rows come and go while one scrolls. */
const unfolded = new Set<string>();

export function TextBody({ id, content, sought }: Props) {
  const [isOpen, setOpen] = useState(unfolded.has(id));
  const short = useMemo(() => shorten(content), [content]);
  const text = isOpen || sought ? content : short;
  const pieces = useMemo(
    () => splitLinks(text).map((piece) => <PieceView {...piece} sought={sought} />),
    [text, sought],
  );
  const toggle = () => {
    if (isOpen) unfolded.delete(id);
    else unfolded.add(id);
    setOpen(!isOpen);
  };
  return (
    <>
      <p class="text" dir="auto">
        {pieces}
        {text !== content && "…"}
      </p>
      {short !== content && !sought && (
        <button type="button" class="link fold" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? strings.showLess : strings.showMore}
        </button>
      )}
    </>
  );
}

function PieceView({ text, href, sought }: Piece & { readonly sought: string }) {
  const words = sought ? <Marked text={text} sought={sought} /> : text;
  if (!href) return <>{words}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href.slice(0, 300)}>
      {words}
    </a>
  );
}

function Marked({ text, sought }: { readonly text: string; readonly sought: string }) {
  const parts = text.split(new RegExp(`(${sought.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "giu"));
  // Splitting by a group gives what was found at every second place.
  return <>{parts.map((part, i) => (i % 2 === 1 ? <mark>{part}</mark> : part))}</>;
}

function shorten(content: string): string {
  const lines = content.split("\n", manyLines + 1);
  if (content.length <= longText && lines.length <= manyLines) return content;
  const byLines = lines.slice(0, manyLines).join("\n");
  return byLines.slice(0, longText).replace(/\p{Surrogate}$/u, "");
}
