/** One message in the conversation. */

import type { ComponentChildren } from "preact";
import { dayOf, fullDateOf, timeOf } from "../dates";
import { MediumBody } from "../media/medium-body";
import { nameOf } from "../parts/name";
import { strings } from "../strings";
import type { Message, Person } from "../talk";
import { Failed } from "./failed";
import { TextBody } from "./text-body";
import { Ticks } from "./ticks";
import type { Target } from "./view";

interface Props {
  readonly message: Message;
  readonly peer: Person;
  /** Whether it is the first of several that belong together. */
  readonly opens: boolean;
  /** Given while this message is pointed at. */
  readonly target: Target | null;
  /** The lines above it. */
  readonly children: ComponentChildren;
}

export function Row({ message, peer, opens, target, children }: Props) {
  const { mine, kind, progress } = message;
  const side = mine ? "mine" : "theirs";
  return (
    <div class="row-place" data-key={message.key}>
      {children}
      <article class={`row ${side} ${kind} ${opens ? "opens" : ""} ${target ? "pointed-at" : ""}`}>
        <h2 class="unseen">{mine ? strings.you : nameOf(peer)}</h2>
        <div class="bubble">
          {kind === "text" ? (
            <TextBody id={message.key} content={message.content} sought={target?.text ?? ""} />
          ) : (
            <MediumBody message={message} />
          )}
          <p class="row-foot">
            {progress === "sending" && <Uploaded part={message.uploaded} />}
            <time dateTime={message.date.toISOString()} title={fullDateOf(message.date)}>
              {timeOf(message.date)}
            </time>
            {mine && <Ticks progress={progress} />}
          </p>
        </div>
        {progress === "failed" && <Failed message={message} />}
      </article>
    </div>
  );
}

function Uploaded({ part }: { readonly part: number | undefined }) {
  if (part === undefined) return null;
  return (
    <progress class="uploaded" max={1} value={part} aria-label={strings.uploaded(Math.round(part * 100))} />
  );
}

export const opensDay = (message: Message, before: Message | null) =>
  before === null || dayOf(message.date) !== dayOf(before.date);

/** Messages of one person within five minutes belong together. */
export function opensRun(message: Message, before: Message | null): boolean {
  if (before === null || before.mine !== message.mine || opensDay(message, before)) return true;
  return message.date.getTime() - before.date.getTime() > 5 * 60_000;
}
