/** Every word that the page says, in English. Another language is another file of this shape. */

/** Keeps a name's writing direction to itself, wherever in a sentence it stands. */
const apart = (name: string) => `\u2068${name}\u2069`;

const count = (n: number, one: string, many: string) =>
  `${n.toLocaleString(language)} ${n === 1 ? one : many}`;

/** What dates and numbers are written for. */
export const language = "en";

/** The first few by name, and how many more there are. */
function enumerate(all: readonly string[]): string {
  const named = all.length > 4 ? [...all.slice(0, 3), `${all.length - 3} more`] : all;
  return new Intl.ListFormat(language).format(named);
}

/** Nobody counts more than a minute and a half in seconds. */
function wait(seconds: number): string {
  return seconds > 90
    ? count(Math.ceil(seconds / 60), "minute", "minutes")
    : count(seconds, "second", "seconds");
}

export const strings = {
  name: "Talker",
  you: "You",
  close: "Close",
  cancel: "Cancel",
  tryAgain: "Try again",
  dismiss: "Dismiss",

  // Logging in and registering

  welcome: "Welcome back",
  welcomeNew: "Create your account",
  logIn: "Log in",
  loggingIn: "Logging in…",
  register: "Create account",
  registering: "Creating your account…",
  toRegister: "New here?",
  toRegisterLink: "Create an account",
  toLogIn: "Have an account already?",
  loginLabel: "Username or email",
  usernameLabel: "Username",
  emailLabel: "Email",
  passwordLabel: "Password",
  showPassword: "Show password",
  hidePassword: "Hide password",
  usernameHint: "4 to 20 letters, digits, underscores or dots",
  passwordHint: "At least 8 characters",
  checking: "Checking…",
  usernameFree: "This name is free",
  usernameShort: "A username has at least 4 characters.",
  usernameLong: "A username has 20 characters at most.",
  usernameOdd: "A username is made of a–z, A–Z, 0–9, underscores and dots.",
  usernameUsed: "Somebody has this username already. Try another one.",
  emailOdd: "This does not look like an email address.",
  emailUsed:
    "This address has an account, or one that waits for the link in our mail to be opened. Look for the mail, log in, or use another address.",
  passwordShort: "A password has at least 8 characters.",
  passwordLong: "A password has 255 characters at most.",
  loginMissing: "Enter your username or email.",
  passwordMissing: "Enter your password.",
  wrongPassword: "Username and password do not match. New accounts open with the link in the mail.",
  sessionLost:
    "Your session has ended: you were away for a while, were logged out from elsewhere, or have a new password. Log in to go on; nothing that you wrote is lost.",
  checkMail: "Check your mail",
  mailSent: (email: string) =>
    `We sent a link to ${apart(email)}. Open it to confirm your account, then log in here.`,
  mailPending: (email: string) =>
    `You registered with ${apart(email)} before, and the link was sent then. No second one is sent.`,
  mailExpiry:
    "The link works once, for 24 hours. If it has expired, the name is free again: just create the account anew.",
  mailMissing: "Nothing there? Look into the spam folder, and check the address for typing errors.",
  confirmed: "I have confirmed it",
  correctAddress: "Correct the address",

  // A forgotten password

  toForgotten: "Forgot your password?",
  forgotten: "A new password",
  forgottenText: "Enter the email of your account. We send a link by which you choose a new password.",
  sendLink: "Send the link",
  sendingLink: "Sending…",
  linkSent: (email: string) =>
    `If ${apart(email)} has an account, a link is on its way to it. It works once, for an hour.`,
  linkMissing: "Nothing there? Look into the spam folder. Another link can be sent in two minutes.",
  backToLogIn: "Back to logging in",

  // Elsewhere

  elsewhere: "Talker is open in another tab",
  elsewhereHint: "One tab at a time is in use. Your conversations are where you left them.",
  useHere: "Use it here",

  // Connection

  offline: "You are offline. What you write is sent as soon as you are back.",
  connecting: "Connecting…",
  connectingIn: (seconds: number) =>
    `Connection lost. Trying again in ${count(seconds, "second", "seconds")}.`,
  tryNow: "Try now",
  back: "Connected again",
  unsent: (n: number) => `${count(n, "message waits", "messages wait")} to be sent.`,

  // Conversations

  conversations: "Conversations",
  findPeople: "Find people",
  clearSearch: "Clear search",
  people: "People",
  noPeople: (text: string) => `Nobody found for “${apart(text)}”.`,
  noPeopleHint: "Names are found by any part of at least three letters.",
  peopleFailed: "The search did not work.",
  noConversations: "No conversations yet",
  noConversationsHint: "Find somebody by name, and say hello.",
  pickOne: "Choose a conversation",
  pickOneHint: "or find somebody new by name.",
  unread: (n: number) => count(n, "unread message", "unread messages"),
  lastMine: (text: string) => `You: ${text}`,
  notes: "Notes to yourself",
  noMessages: "No messages yet",
  kinds: { text: "Text", photo: "Photo", video: "Video", audio: "Audio", file: "File" },
  yesterday: "Yesterday",
  today: "Today",

  // The menu

  menu: "Menu",
  signedInAs: (name: string) => `Signed in as ${apart(name)}`,
  colours: "Colours",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  notificationsOn: "Turn on notifications",
  notificationsOff: "Turn off notifications",
  notificationsDenied: "Your browser blocks notifications from this page. Its site settings can allow them.",
  blockedPeople: "Blocked people",
  nobodyBlocked: "You block nobody.",
  blockedHint: "You see nothing of what they send. They are not told.",
  logOut: "Log out",
  logOutQuestion: "Log out now?",
  logOutUnsent: (n: number) =>
    `${count(n, "message was", "messages were")} not sent yet and will be lost if you log out.`,
  logOutAnyway: "Log out anyway",

  // A conversation

  messagesWith: (name: string) => `Messages with ${apart(name)}`,
  backToList: "Back to conversations",
  typing: "typing…",
  isTyping: (name: string) => `${apart(name)} is typing`,
  search: "Search in this conversation",
  more: "More",
  block: (name: string) => `Block ${apart(name)}`,
  unblock: (name: string) => `Unblock ${apart(name)}`,
  unblockShort: "Unblock",
  blockQuestion: (name: string) => `Block ${apart(name)}?`,
  blockExplained:
    "You will see nothing of what they send while you block them, and not afterwards either. They are not told.",
  blockDo: "Block",
  blockedNote: (name: string) => `You block ${apart(name)}. What they send does not reach you.`,
  emptyThread: (name: string) => `This is the beginning with ${apart(name)}`,
  emptyThreadHint: "Write the first message below.",
  emptyNotes: "Keep notes for yourself here. Only you see them.",
  beginning: "Beginning of the conversation",
  threadFailed: "The messages could not be loaded.",
  olderFailed: "Older messages could not be loaded.",
  newMessages: "New messages",
  toNewest: "To the newest message",
  toNewestCount: (n: number) => `To the newest message, ${count(n, "unread", "unread")}`,
  showMore: "Show more",
  showLess: "Show less",
  ticks: {
    waiting: "Waiting to be sent",
    sending: "Sending",
    failed: "Not sent",
    sent: "Sent",
    delivered: "Delivered",
    read: "Read",
  },
  retry: "Send again",
  discard: "Discard",
  uploaded: (percent: number) => `${percent} % sent`,

  // Writing

  write: (name: string) => `Message ${apart(name)}`,
  writePlaceholder: "Write a message",
  send: "Send",
  attach: "Attach photos, videos, sounds or files",
  tooFast: "You are sending very fast. The rest goes out by itself in a moment.",
  tooLong: (over: number) => `${count(over, "character", "characters")} too long`,
  attachments: "To be sent",
  removeAttachment: (name: string) => `Remove ${apart(name)}`,
  sized: (name: string, size: string) => `${apart(name)} (${size})`,
  tooLarge: (files: readonly string[], limit: string) =>
    `${enumerate(files)} ${files.length === 1 ? "is" : "are"} too large: ${limit} at most.`,
  emptyFiles: (files: readonly string[]) =>
    `${enumerate(files.map(apart))} ${files.length === 1 ? "is" : "are"} empty.`,
  unreadable: "This file cannot be read",
  drop: (name: string) => `Drop here to send to ${apart(name)}`,

  // Media

  openPhoto: (name: string) => `Open ${apart(name)} larger`,
  download: "Download",
  downloadNamed: (name: string) => `Download ${apart(name)}`,
  photoBroken: "This photo cannot be shown here.",
  videoBroken: "This video cannot be played here.",
  audioBroken: "This sound cannot be played here.",
  mediumBroken: "This was damaged and cannot be opened.",

  // Searching in a conversation

  searchPlaceholder: "Search messages",
  searching: "Searching…",
  noHits: "Nothing found. Only text messages are searched.",
  hits: (n: number, more: boolean) => (more ? `${n}+ messages` : count(n, "message", "messages")),
  hitOf: (n: number, all: number, more: boolean) => `${n} of ${all}${more ? "+" : ""}`,
  olderHit: "Older hit",
  newerHit: "Newer hit",
  moreHits: "Search further back",
  searchFailed: "The search did not work.",
  jumpFailed: "That message could not be loaded.",

  // Failures

  failures: {
    offline: "The server cannot be reached. Check your connection and try again.",
    unauthenticated: "You are no longer logged in. Log in again to go on.",
    not_found: "This account does not exist any more.",
    conflict: "This message was sent before with other content. Discard it and write it anew.",
    too_large: "This is too large for the server.",
    refused: "The server does not allow this.",
    malformed: "The server did not accept this.",
    rate_limited: "Too many tries in a short time. Wait a moment and try again.",
    internal: "The server made a mistake. Try again in a moment.",
    busy: "The server is busy just now. Try again in a moment.",
  } as Record<string, string>,
  unanswered: "Many of your messages wait to be read already. Try again when one was read or answered.",
  unknownFailure: "That did not work. Try again.",
  rateLimitedFor: (seconds: number) => `Too many tries in a short time. Try again in ${wait(seconds)}.`,
  busyFor: (seconds: number) => `The server is busy just now. Try again in ${wait(seconds)}.`,
};
