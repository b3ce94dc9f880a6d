/** Says how the connection is whenever it is not simply there, and when it has come back. */

import { useEffect, useState } from "preact/hooks";
import { Icon } from "./parts/icon";
import { strings } from "./strings";
import { connectNow, link, nextAttempt, unsent } from "./talk";

/** A connection that is back sooner than this was never worth a word. */
const patience = 1200;
const gladness = 2500;

type Said = "nothing" | "lost" | "back";

export function Connection() {
  const said = useSaid(link.value === "online");
  if (said === "nothing") return <div class="connection" role="status" />;
  return (
    <div class={`connection says ${said}`} role="status">
      {said === "back" ? <Back /> : <Lost />}
    </div>
  );
}

function useSaid(online: boolean): Said {
  const [said, setSaid] = useState<Said>("nothing");
  useEffect(() => {
    if (online && said === "nothing") return;
    if (online) setSaid("back");
    const next: Said = online ? "nothing" : "lost";
    const timer = setTimeout(() => setSaid(next), online ? gladness : patience);
    return () => clearTimeout(timer);
    // What is said follows from the connection alone.
  }, [online]);
  return said;
}

function Back() {
  return (
    <p>
      <Icon name="check" /> {strings.back}
    </p>
  );
}

function Lost() {
  const seconds = useSecondsUntil(nextAttempt.value);
  const offline = link.value === "offline";
  return (
    <>
      <p>
        <Icon name="offline" />{" "}
        {offline ? strings.offline : seconds > 0 ? strings.connectingIn(seconds) : strings.connecting}{" "}
        {unsent.value > 0 && strings.unsent(unsent.value)}
      </p>
      {!offline && (
        <button type="button" class="button small" onClick={connectNow}>
          {strings.tryNow}
        </button>
      )}
    </>
  );
}

function useSecondsUntil(date: Date | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!date) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [date]);
  return date ? Math.max(0, Math.ceil((date.getTime() - now) / 1000)) : 0;
}
