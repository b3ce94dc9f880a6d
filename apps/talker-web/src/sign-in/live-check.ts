/** Asks the server while somebody types whether a name is taken: once the typing pauses, and never out of turn. */

import { useEffect, useState } from "preact/hooks";
import { isUsed } from "../talk";

export type Check = "unknown" | "checking" | "free" | "used";

const pause = 350;

/** `value` is asked about only while it keeps the rules. What cannot be asked just now stays unknown. */
export function useLiveCheck(what: "email" | "username", value: string, keepsRules: boolean): Check {
  const [known, setKnown] = useState<{ value: string; check: Check }>({ value: "", check: "unknown" });
  useEffect(() => {
    if (!keepsRules) return;
    let outdated = false;
    const learn = (check: Check) => !outdated && setKnown({ value, check });
    const timer = setTimeout(() => {
      learn("checking");
      isUsed(what, value).then(
        (used) => learn(used ? "used" : "free"),
        () => learn("unknown"),
      );
    }, pause);
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [what, value, keepsRules]);
  return keepsRules && known.value === value ? known.check : "unknown";
}
