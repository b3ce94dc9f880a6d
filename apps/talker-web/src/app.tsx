/** Which face the page shows. */

import { Home } from "./home";
import { Notice } from "./parts/notice";
import { Elsewhere } from "./sign-in/elsewhere";
import { SignIn } from "./sign-in/sign-in";
import { Splash } from "./sign-in/splash";
import { type Phase, phase } from "./talk";

const faces: Record<Phase, () => preact.VNode | null> = {
  starting: Splash,
  "signed-out": SignIn,
  "signed-in": Home,
  elsewhere: Elsewhere,
};

export function App() {
  const Face = faces[phase.value];
  return (
    <>
      <Face />
      <Notice />
    </>
  );
}
