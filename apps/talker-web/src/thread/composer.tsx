/** The place to write. Enter sends, Shift+Enter begins a line; what is not sent yet is kept. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { draftFor, keepDraft } from "../drafts";
import { tellFailure } from "../notices";
import { IconButton } from "../parts/icon-button";
import { strings } from "../strings";
import { iAmTyping, type Person, send } from "../talk";
import { attach, attachmentsFor, sendAttachments } from "./attachments";
import { FilePicker } from "./file-picker";
import { TooFast } from "./too-fast";
import { Tray } from "./tray";
import type { View } from "./view";

interface Props {
  readonly peer: Person;
  readonly view: View;
}

/** As many characters as the server takes. */
const limit = 16_384;

export function Composer({ peer, view }: Props) {
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => draftFor(peer.id));
  const over = text.length > limit ? [...text].length - limit : 0;
  const hasFiles = attachmentsFor(peer.id).value.some(({ problem }) => !problem);
  const canSend = over <= 0 && (text.trim() !== "" || hasFiles);

  const write = (next: string) => {
    setText(next);
    keepDraft(peer.id, next);
  };
  const submit = () => {
    if (!canSend) return;
    const content = withoutBlankEnds(text);
    write("");
    view.unreadRun.value = null;
    sendAll(peer.id, content).catch(tellFailure);
    view.place?.toBottom();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a word is composed, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const onPaste = (event: ClipboardEvent) => {
    const { files = [], types = [] } = event.clipboardData ?? {};
    // Whoever copies from a document copies a picture of it as well.
    const isDocument = types.includes("text/plain") && types.includes("text/html");
    if (files.length === 0 || isDocument) return;
    event.preventDefault();
    attach(peer.id, files);
  };

  useLayoutEffect(() => fitHeight(input.current), [text]);
  useLayoutEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    const isRoomy = matchMedia("(hover: hover) and (min-width: 760px)").matches;
    const place = isRoomy ? input.current : document.querySelector<HTMLElement>(".history");
    place?.focus({ preventScroll: true });
  }, []);

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Tray peer={peer.id} />
      <TooFast peer={peer.id} />
      {over > 0 && (
        <p class="composer-note wrong" role="alert">
          {strings.tooLong(over)}
        </p>
      )}
      <div class="composer-line">
        <FilePicker onFiles={(files) => attach(peer.id, files)} />
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          value={text}
          aria-label={strings.write(peer.username)}
          placeholder={strings.writePlaceholder}
          enterkeyhint="send"
          onInput={(event) => {
            write(event.currentTarget.value);
            if (event.currentTarget.value) iAmTyping(peer.id);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <IconButton icon="send" class="send" label={strings.send} disabled={!canSend} onClick={submit} />
      </div>
    </form>
  );
}

let sending: Promise<unknown> = Promise.resolve();

/**
 * Files first, in their order, and then what was written about them. What was sent before goes before: its files may
 * still be read, and are nobody else's to send.
 */
function sendAll(peer: number, content: string): Promise<void> {
  const sent = sending.then(async () => {
    await sendAttachments(peer);
    if (content) await send(peer, { kind: "text", content });
  });
  sending = sent.catch(() => {});
  return sent;
}

const withoutBlankEnds = (text: string) => text.replace(/^\s*\n/, "").trimEnd();

function fitHeight(input: HTMLTextAreaElement | null) {
  if (!input) return;
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}
