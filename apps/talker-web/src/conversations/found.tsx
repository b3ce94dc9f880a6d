/** Who is found by a text: first among the conversations, then among all people. */

import { useEffect, useState } from "preact/hooks";
import { type Ask, askOncePaused } from "../asking";
import { failureOf, sentenceFor } from "../failures";
import { Avatar } from "../parts/avatar";
import { Name, nameOf } from "../parts/name";
import { show } from "../shown";
import { strings } from "../strings";
import { conversations, type Failure, type Person, searchPeople } from "../talk";
import { ConversationRow } from "./conversation-row";

interface Props {
  readonly text: string;
  readonly onPick: () => void;
}

export function Found({ text, onPick }: Props) {
  const { people, failure, again } = usePeople(text);
  const known = (conversations.value ?? []).filter(({ peer }) => contains(nameOf(peer), text));
  const knownIds = new Set(known.map(({ peer }) => peer.id));
  const others = people?.filter(({ id }) => !knownIds.has(id));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the rows inside are buttons
    <div class="found" onClick={(event) => (event.target as Element).closest(".person") && onPick()}>
      {known.length > 0 && (
        <>
          <h2 class="list-title">{strings.conversations}</h2>
          <ul class="people">
            {known.map((one) => (
              <ConversationRow key={one.peer.id} conversation={one} />
            ))}
          </ul>
        </>
      )}
      <h2 class="list-title">{strings.people}</h2>
      <div aria-live="polite">
        {failure ? (
          <Failed failure={failure} again={again} />
        ) : !others ? (
          <p class="list-note">{strings.searching}</p>
        ) : others.length === 0 && known.length === 0 ? (
          <p class="list-note">
            {strings.noPeople(text)} {strings.noPeopleHint}
          </p>
        ) : null}
      </div>
      {others && <People people={others} />}
    </div>
  );
}

function People({ people }: { readonly people: readonly Person[] }) {
  return (
    <ul class="people">
      {people.map((person) => (
        <li key={person.id}>
          <button type="button" class="person lone" onClick={() => show(person)}>
            <Avatar person={person} />
            <span class="person-top">
              <Name person={person} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Failed({ failure, again }: { readonly failure: Failure; readonly again: () => void }) {
  return (
    <div class="list-note">
      <p>
        {strings.peopleFailed} {sentenceFor(failure)}
      </p>
      <button type="button" class="button small" onClick={again}>
        {strings.tryAgain}
      </button>
    </div>
  );
}

/** What was found stays until the next answer. */
function usePeople(text: string) {
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  const ask: Ask = async (isWanted) => {
    const show = (failed: Failure | null) => {
      if (isWanted()) setFailure(failed);
      return failed;
    };
    try {
      const found = await searchPeople(text);
      if (isWanted()) setPeople(found);
      return show(null);
    } catch (thrown) {
      return show(failureOf(thrown));
    }
  };
  useEffect(() => askOncePaused(ask), [text, attempt]);
  return { people, failure, again: () => setAttempt((n) => n + 1) };
}

const contains = (name: string, text: string) => name.toLowerCase().includes(text.toLowerCase());
