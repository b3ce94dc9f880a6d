/** What somebody sees who is not logged in. */

import { CheckMail } from "./check-mail";
import { Forgotten } from "./forgotten";
import { LogIn } from "./log-in";
import { Register } from "./register";
import { screen } from "./typed";

const screens = { "log-in": LogIn, register: Register, "check-mail": CheckMail, forgotten: Forgotten };

export function SignIn() {
  const Screen = screens[screen.value];
  return <Screen />;
}
