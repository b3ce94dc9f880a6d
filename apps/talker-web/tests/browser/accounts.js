/** Accounts that are opened without a page, for scenes about something else. */

import assert from "node:assert/strict";

export const password = "correct horse battery";

export async function openAccount(server, username) {
  const answer = await post(server, "/register", {
    email: `${username}@example.org`,
    username,
    hash: password,
  });
  assert.equal(answer.code, "created");
  assert.equal(await server.confirm(username), "confirmed");
}

export async function post(server, route, body, key) {
  const answer = await fetch(server.origin + route, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  });
  return answer.json();
}
