/** Finds addresses in a text that are safe to follow. */

export interface Piece {
  readonly text: string;
  /** Given for an address. */
  readonly href?: string;
}

/** No blanks, no brackets or quotes that stand around an address, no marks that turn the writing round. */
const address = /https?:\/\/[^\s<>"\p{Cc}\p{Cf}]+/giu;

export function splitLinks(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(address)) {
    const found = withoutSentenceEnd(match[0]);
    const href = safeHref(found);
    if (!href) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: found, href });
    done = match.index + found.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

/** A full stop after an address ends the sentence; a bracket belongs to it only if it was opened in it. */
function withoutSentenceEnd(found: string): string {
  const bare = found.replace(/[.,;:!?'*_~\]}]+$/, "");
  if (bare.endsWith(")") && !bare.includes("(")) return withoutSentenceEnd(bare.slice(0, -1));
  return bare;
}

function safeHref(found: string): string | null {
  try {
    const { protocol, href } = new URL(found);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}
