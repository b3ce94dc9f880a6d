/** Every screen in every size and colour, without anything that axe has against it. */

import assert from "node:assert/strict";
import { openAccount } from "./accounts.js";
import { file, film, photo, sound } from "./files.js";
import { Gallery } from "./gallery.js";
import { stage, whileServerIsGone } from "./stage.js";

const scene = stage();

/** A scene that walks past screens. */
function visit(name, act) {
  scene(name, async (cast) => {
    const gallery = new Gallery();
    await act(cast, (...what) => gallery.hang(...what));
    assert.deepEqual(gallery.wrong, []);
  });
}

visit("the_splash_looks_well_before_any_other_file_is_here", async (cast, hang) => {
  const ann = await cast.visitor("ann");
  await ann.leavePage();
  let arrive;
  const arrival = new Promise((resolve) => {
    arrive = resolve;
  });
  await ann.page.route(/\.(js|css|svg)$/, (route) => arrival.then(() => route.fallback()));
  await ann.page.goto(ann.origin, { waitUntil: "commit" });
  const splash = ann.page.getByRole("heading", { name: "Talker" });
  await splash.waitFor();
  await hang("splash", ann);
  arrive();
  await ann.field("Password").waitFor();
  assert.equal(await splash.count(), 0);
});

visit("the_forms_look_well", async (cast, hang) => {
  const ann = await cast.visitor("ann");
  await hang("log-in", ann);
  await ann.press("Log in");
  await hang("log-in-empty", ann);
  await ann.field("Username or email").fill("nobody");
  await ann.field("Password").fill("nothing at all");
  await ann.press("Log in");
  await ann.alert(/do not match/);
  await hang("log-in-wrong", ann);
  await ann.press("Create an account");
  await hang("register", ann);
  await ann.field("Email").fill("no address");
  await ann.press("Create account");
  await hang("register-wrong", ann);
  await ann.field("Username").fill(ann.username);
  await ann.field("Email").fill(ann.email);
  await ann.field("Password").fill(ann.password);
  await ann.reads("This name is free");
  await hang("register-fine", ann);
  await ann.press("Create account");
  await ann.reads(/^We sent a link/);
  await hang("check-mail", ann);
});

visit("the_pages_of_the_link_look_well", async (cast, hang) => {
  const ann = await cast.visitor("ann");
  await ann.register();
  await ann.reads(/^We sent a link/);
  const { id, uuid } = await cast.server.linkFor(ann.username);
  const link = `${cast.server.origin}/register/confirm?id=${id}&uuid=${uuid}`;
  await ann.page.goto(link);
  await hang("link", ann);
  await ann.press("Confirm my account");
  await hang("link-confirmed", ann);
  await ann.page.goto(link);
  await ann.press("Confirm my account");
  await hang("link-used", ann);
});

visit("a_forgotten_password_is_set_anew_and_looks_well", async (cast, hang) => {
  const ann = await cast.visitor("ann");
  await openAccount(cast.server, ann.username);
  await ann.press("Forgot your password?");
  await hang("forgotten", ann);
  await ann.field("Email").fill("nowhere");
  await ann.press("Send the link");
  await ann.described("Email", "This does not look like an email address.");
  await ann.field("Email").fill(ann.email);
  await ann.press("Send the link");
  await ann.reads(/^If .* has an account, a link is on its way/);
  await hang("forgotten-sent", ann);
  const { id, uuid } = await cast.server.linkFor(ann.username, "/password/reset/confirm");
  await ann.page.goto(`${cast.server.origin}/password/reset/confirm?id=${id}&uuid=${uuid}`);
  await hang("new-password", ann);
  await ann.field("New password, at least 8 characters").fill("another horse");
  await ann.press("Set my password");
  await hang("new-password-set", ann);
  await ann.page.getByRole("link", { name: "Open Talker" }).click();
  await ann.field("Username or email").fill(ann.username);
  await ann.field("Password").fill("another horse");
  await ann.press("Log in");
  await ann.reads("No conversations yet");
});

visit("a_new_account_and_the_search_for_people_look_well", async (cast, hang) => {
  const ann = await cast.enter("ann");
  await ann.reads("No conversations yet");
  await hang("home-empty", ann);
  for (const name of ["berta", "bernard_the_2nd", "robert.b"]) await openAccount(cast.server, name);
  await ann.field("Find people").fill("ber");
  await ann.row({ username: "robert.b" }).waitFor();
  await hang("found", ann);
  await ann.field("Find people").fill("berx");
  await ann.reads(/^Nobody found/);
  await hang("found-nobody", ann);
  await ann.press("Clear search");
  await ann.find({ username: "berta" });
  await ann.reads(/^This is the beginning/);
  await hang("thread-empty", ann);
});

visit("a_conversation_and_all_around_it_look_well", async (cast, hang) => {
  const [ann, ben] = [await cast.enter("ann"), await cast.enter("ben")];
  await conversation(cast, ann, ben);
  await ann.leavePage();
  for (const text of ["And one more thing", "Call me"]) await ben.say(text);
  await ben.progress("Call me", "Sent");
  await ann.visit();
  await ann.row(ben).getByText("2 unread messages").waitFor();
  await hang("home", ann);
  await ann.open(ben);
  await ann.hears("Call me");
  await ben.writing.pressSequentially("I am");
  await ann.row(ben).getByText("typing…").waitFor();
  await hang("thread", ann);

  await ann.press("Search in this conversation");
  await ann.page.getByRole("textbox", { name: "Search in this conversation" }).fill("the");
  await ann.reads(/\d messages/);
  await hang("hits", ann);
  await ann.page.keyboard.press("Enter");
  await ann.reads(/^1 of/);
  await hang("hit", ann);
  await ann.page.keyboard.press("Escape");

  await ann.messages.getByRole("button", { name: /^Open .*harbour/ }).click();
  await ann.page.getByRole("dialog").getByRole("img").waitFor();
  await hang("photo", ann);
  await ann.page.keyboard.press("Escape");

  await ann.pick(photo("picked.png"), file("notes.txt", 4000, "text/plain"), file("huge.iso", 9_000_000));
  await ann.status.filter({ hasText: /is too large/ }).waitFor();
  await hang("tray", ann);
});

visit("menus_and_dialogs_look_well", async (cast, hang) => {
  const [ann, ben] = await cast.pair();
  await ann.say("Hello");
  await ann.progress("Hello", "Read");
  await ann.press("More");
  await hang("conversation-menu", ann);
  await ann.page.getByRole("menuitem", { name: /^Block/ }).click();
  await hang("block", ann);
  await ann.press("Block");
  await ann.reads(/^You block/);
  await hang("thread-blocked", ann);
  await ann.fromMenu("Blocked people");
  await hang("blocked-people", ann, ["desktop"]);
  await ann.page.keyboard.press("Escape");
  await ann.page.setViewportSize({ width: 390, height: 780 });
  await ann.press("Back to conversations");
  await ann.press("Menu");
  await hang("menu", ann);
  await ann.row(ben).waitFor();
});

visit("breaks_look_well", async (cast, hang) => {
  const [ann, ben] = await cast.pair();
  for (const { watch } of [ann, ben]) watch.expectBreaks();
  await ann.say("Hello");
  await ann.progress("Hello", "Read");
  await whileServerIsGone(cast.server, async () => {
    await ann.button("Try now").waitFor();
    await ann.say("Are you still there?");
    await ann.progress("Are you still there?", "Waiting to be sent");
    await hang("connection-lost", ann);
    cast.server.options = ["--max-media-bytes", "1000"];
  });
  await ann.progress("Are you still there?", "Read");
  await ann.pick(file("a.pdf", 5000));
  await ann.press("Send");
  await ann.button("Send again").waitFor();
  await hang("not-sent", ann);
  const second = await ann.openTab();
  await ann.reads("Talker is open in another tab");
  await hang("elsewhere", ann);
  await second.list.waitFor();
});

/** Something of everything. */
async function conversation(cast, ann, ben) {
  await ann.find(ben);
  await ben.find(ann);
  for (const text of ["Good morning!", "How was the trip over the mountains?"]) await ann.say(text);
  await ann.progress("How was", "Read");
  await ben.say(`Long, but the view was worth it: ${"we walked on and on. ".repeat(8)}`);
  await ben.say("The route is at https://example.org/routes/the-long-way?day=2");
  await ben.pick(photo("harbour.png"), await film(ben.page), sound(), file("route.pdf", 48_000));
  await ben.press("Send");
  await ann.hears("route.pdf");
  await ann.say("Beautiful 😍");
  await ann.say("إلى اللقاء, see you");
  await ann.progress("see you", "Read");
  const others = [await cast.talker("carla.from.work"), await cast.talker("Dan_4")];
  for (const other of others) await other.send(ann, "Hi, this is a message that is too long for one line");
  await others[0].send(ben, "Hello Ben");
}
