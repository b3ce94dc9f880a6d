/** What goes wrong is said in a sentence, and nothing that was typed is lost. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { stage, whileServerIsGone } from "./stage.js";

const scene = stage();

scene("a_wrong_password_is_said_and_what_was_typed_stays", async (cast) => {
  const ann = await cast.visitor("ann");
  await openAccount(cast.server, ann.username);
  await ann.field("Username or email").fill(ann.username);
  await ann.field("Password").fill("wrong horse");
  await ann.press("Log in");
  await ann.alert(/^Username and password do not match/);
  assert.equal(await ann.field("Username or email").inputValue(), ann.username);
  assert.equal(await ann.field("Password").inputValue(), "wrong horse");
  await ann.logIn(ann.email.toUpperCase());
});

scene("empty_fields_are_named", async (cast) => {
  const ann = await cast.visitor("ann");
  await ann.press("Log in");
  await ann.described("Username or email", "Enter your username or email.");
  await ann.described("Password", "Enter your password.");
  await ann.press("Create an account");
  await ann.press("Create account");
  await ann.described("Username", "A username has at least 4 characters.");
  await ann.described("Email", "This does not look like an email address.");
  await ann.described("Password", "A password has at least 8 characters.");
});

scene("names_are_checked_while_they_are_typed", async (cast) => {
  await cast.talker("bob_is_here");
  const ann = await cast.visitor("ann");
  await ann.press("Create an account");
  await ann.field("Username").fill("BOB_is_here");
  await ann.described("Username", /^Somebody has this username already/);
  await ann.field("Username").fill("näh");
  await ann.field("Email").fill("bob_is_here@example.org");
  await ann.described("Username", /^A username is made of/);
  await ann.described("Email", /^This address has an account/);
  await ann.field("Password").fill("short");
  await ann.field("Username").fill("a_name_of_more_than_twenty");
  await ann.described("Username", "A username has 20 characters at most.");
  await ann.described("Password", "A password has at least 8 characters.");
  await ann.field("Username").fill("bob_is_not_here");
  await ann.described("Username", "This name is free");
});

scene("who_registers_twice_is_told_of_the_first_mail", async (cast) => {
  const [ann, again] = [await cast.visitor("ann"), await cast.visitor("again")];
  await ann.register();
  await ann.page.getByRole("heading", { name: "Check your mail" }).waitFor();
  again.watch.expect(/register/);
  await again.page.route("**/isUsed/**", (route) => route.fulfill({ json: { res: 0 } }));
  await again.register({ username: ann.username, email: ann.email });
  await again.reads(/^You registered with .* before/);
});

scene("a_name_that_was_taken_meanwhile_is_said_where_it_was_typed", async (cast) => {
  const bob = await cast.talker("bob_was_faster");
  const ann = await cast.visitor("ann");
  await ann.page.route("**/isUsed/**", (route) => route.fulfill({ json: { res: 0 } }));
  await ann.register({ username: bob.username });
  await ann.described("Username", /^Somebody has this username already/);
  assert.equal(await ann.field("Email").inputValue(), ann.email);
  assert.equal(await ann.field("Password").inputValue(), ann.password);
});

scene("a_link_that_is_used_or_wrong_says_so", async (cast) => {
  const ann = await cast.visitor("ann");
  await openAccount(cast.server, ann.username);
  const { id, uuid } = await cast.server.linkFor(ann.username);
  for (const link of [`id=${id}&uuid=${uuid}`, "id=1&uuid=wrong"]) {
    await ann.page.goto(`${cast.server.origin}/register/confirm?${link}`);
    await ann.press("Confirm my account");
    await ann.page.getByRole("heading", { name: "This link does not work" }).waitFor();
  }
  await ann.page.getByRole("link", { name: "Open Talker" }).click();
  await ann.field("Password").waitFor();
});

scene("a_server_that_is_gone_is_said_on_every_form", async (cast) => {
  const ann = await cast.visitor("ann");
  ann.watch.expectBreaks();
  await openAccount(cast.server, ann.username);
  await whileServerIsGone(cast.server, async () => {
    await ann.field("Username or email").fill(ann.username);
    await ann.field("Password").fill(ann.password);
    await ann.press("Log in");
    await ann.alert(/^The server cannot be reached/);
    await ann.register({ username: "somebody_else" });
    await ann.alert(/^The server cannot be reached/);
    assert.equal(await ann.field("Username").inputValue(), "somebody_else");
    assert.equal(await ann.field("Email").inputValue(), ann.email);
  });
  await ann.press("Log in");
  assert.equal(await ann.field("Username or email").inputValue(), ann.username);
  await ann.press("Log in");
  await ann.list.waitFor();
});

scene("a_busy_server_is_said_where_it_was_asked", async (cast) => {
  const [ann, ben] = await cast.pair();
  ann.watch.expect(/ 503|status of 503/);
  await ann.page.route(/\/search\//, (route) =>
    route.fulfill({ status: 503, json: { error: 503, code: "busy", message: "Busy." } }),
  );
  await ann.field("Find people").fill(ben.username);
  await ann.reads(/^The search did not work\. The server is busy just now/);
  await ann.press("Search in this conversation");
  await ann.page.getByRole("textbox", { name: "Search in this conversation" }).fill("word");
  await ann.alert(/^The search did not work\. The server is busy just now/);
  await ann.page.unroute(/\/search\//);
  await ann.list.getByRole("button", { name: "Try again" }).click();
  await ann.row(ben).first().waitFor();
});

scene("a_search_that_came_too_fast_is_made_again_by_itself", async (cast) => {
  const [ann, ben] = await cast.pair();
  await ann.say("one word");
  await ann.progress("one word", "Read");
  ann.watch.expect(/ 429|status of 429/);
  const once = { times: 1 };
  const tooFast = (route) =>
    route.fulfill({
      status: 429,
      headers: { "Retry-After": "2" },
      json: { error: 429, code: "rate_limited", message: "Too fast." },
    });
  await ann.page.route("**/search/users", tooFast, once);
  await ann.field("Find people").fill(ben.username.toUpperCase());
  await ann.reads(/^The search did not work\. Too many tries in a short time\. Try again in 2 seconds/);
  await ann.page.getByText(/^The search did not work/).waitFor({ state: "detached" });
  await ann.page.route("**/search/messeages", tooFast, once);
  await ann.press("Search in this conversation");
  await ann.page.getByRole("textbox", { name: "Search in this conversation" }).fill("word");
  await ann.alert(/Try again in 2 seconds/);
  await ann.reads("1 message");
});

scene("too_many_tries_are_said_with_the_time_to_wait", async (cast) => {
  const ann = await cast.visitor("ann");
  ann.watch.expect(/ 429|status of 429/);
  const body = { error: 429, code: "rate_limited", message: "Too fast." };
  await ann.page.route("**/register", (route) =>
    route.fulfill({ status: 429, headers: { "Retry-After": "7" }, json: body }),
  );
  await ann.register();
  await ann.alert("Too many tries in a short time. Try again in 7 seconds.");
});

scene("a_conversation_that_cannot_be_loaded_can_be_tried_again", async (cast) => {
  const ann = await cast.enter("ann");
  const bob = await cast.talker("bob_the_talker");
  await bob.send(ann, "Hello");
  ann.watch.expect(/ 500|status of 500/);
  await ann.page.route("**/messeages", (route) =>
    route.fulfill({ status: 500, json: { error: 500, code: "internal", message: "Oh." } }),
  );
  await ann.open(bob);
  await ann.alert(/^The messages could not be loaded/);
  await ann.page.unroute("**/messeages");
  await ann.log.getByRole("button", { name: "Try again" }).click();
  await ann.hears("Hello");
});
