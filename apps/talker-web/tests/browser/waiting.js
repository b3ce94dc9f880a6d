/** Waits for what no single event tells. */

/** Until what is read passes. */
export async function until(read, passes, patience = 20_000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await read();
    if (passes(value)) return value;
    if (Date.now() > end) throw new Error(`in vain: ${read} was ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
