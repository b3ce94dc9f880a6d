/** What is said of a failure, and how a failure is told from anything else that was thrown. */

import { strings } from "./strings";
import type { Failure } from "./talk";

/** Whatever was thrown, as a failure: what the core did not name is unknown, and still said. */
export function failureOf(thrown: unknown): Failure {
  const code = (thrown as Partial<Failure> | null)?.code;
  return typeof code === "string" ? (thrown as Failure) : { code: "unknown" };
}

/** A sentence that says what went wrong and what to do now. */
export function sentenceFor({ code, retryAfter }: Failure): string {
  const seconds = Math.ceil((retryAfter ?? 0) / 1000);
  if (code === "rate_limited" && seconds > 0) return strings.rateLimitedFor(seconds);
  if (code === "busy" && seconds > 1) return strings.busyFor(seconds);
  return strings.failures[code] ?? strings.unknownFailure;
}
