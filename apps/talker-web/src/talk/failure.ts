/** How what was not done is told: as a `Failure` that can be thrown. */

import type { Failure } from "./model";

export type Thrown = Error & Failure;

export function failure(code: string, more: Omit<Failure, "code"> = {}): Thrown {
  return Object.assign(new Error(code), { code, ...more });
}

/** What was caught, as a plain value that can be shown and kept. A fault of our own is `internal`. */
export function failureOf(fault: unknown): Failure {
  if (!(fault instanceof Error && "code" in fault && typeof fault.code === "string"))
    return { code: "internal" };
  const { code, field, retryAfter } = fault as Thrown;
  return {
    code,
    ...(field !== undefined && { field }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}
