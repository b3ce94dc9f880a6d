/** Looking for people and for what was said. */

import { messageFrom } from "./messages";
import type { Message, Person } from "./model";
import { post, postWhenLive } from "./rest";
import { fieldsOf, listFrom, personFrom, rowFrom } from "./wire";

export async function searchPeople(text: string): Promise<readonly Person[]> {
  return listFrom(await post("/search/users", { user_name: text }), personFrom);
}

/** Newest first, 50 at most; `before` excludes that message and what is newer. */
export async function searchMessages(
  peer: number,
  text: string,
  before?: number,
): Promise<readonly Message[]> {
  const body = {
    talker_id: peer,
    messeage: text,
    ...(before !== undefined && { from_messeage: before - 1 }),
  };
  const answer = fieldsOf(await postWhenLive("/search/messeages", body));
  return listFrom(answer.res, rowFrom).map(messageFrom);
}
