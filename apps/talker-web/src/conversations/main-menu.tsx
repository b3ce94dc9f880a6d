/** The menu of the whole page: colours, notifications, blocked people, logging out. */

import { useState } from "preact/hooks";
import { forgetDrafts } from "../drafts";
import { forgetMet } from "../met";
import { tellFailure } from "../notices";
import { notifying, supported, turnOff, turnOn } from "../notifications";
import { Menu } from "../parts/menu";
import { MenuItem } from "../parts/menu-item";
import { Question } from "../parts/question";
import { BlockedDialog } from "../people/blocked-dialog";
import { strings } from "../strings";
import { logOut, me, unsent } from "../talk";
import { theme, themes } from "../theme";
import { forgetAttachments } from "../thread/attachments";

export function MainMenu() {
  const [dialog, setDialog] = useState<"blocked" | "log-out" | null>(null);
  const close = () => setDialog(null);
  const askToLogOut = () => (unsent.peek() > 0 ? setDialog("log-out") : leave());
  return (
    <>
      <Menu icon="menu" label={strings.menu}>
        <p class="menu-title">{strings.signedInAs(me.value?.name ?? "")}</p>
        <ThemeChoice />
        <hr class="menu-line" />
        {supported && <NotificationItem />}
        <MenuItem icon="block" label={strings.blockedPeople} onClick={() => setDialog("blocked")} />
        <MenuItem icon="leave" label={strings.logOut} onClick={askToLogOut} />
      </Menu>
      {dialog === "blocked" && <BlockedDialog onClose={close} />}
      {dialog === "log-out" && (
        <Question
          title={strings.logOutQuestion}
          text={strings.logOutUnsent(unsent.value)}
          yes={strings.logOutAnyway}
          onYes={leave}
          onClose={close}
        />
      )}
    </>
  );
}

function leave() {
  forgetDrafts();
  forgetMet();
  forgetAttachments();
  logOut().catch(tellFailure);
}

function ThemeChoice() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of a menu is no fieldset
    <div role="group" aria-label={strings.colours}>
      <p class="menu-title" aria-hidden="true">
        {strings.colours}
      </p>
      {themes.map((one) => (
        <MenuItem
          key={one}
          label={strings.themes[one]}
          checked={theme.value === one}
          onClick={() => {
            theme.value = one;
          }}
        />
      ))}
    </div>
  );
}

function NotificationItem() {
  return notifying.value ? (
    <MenuItem icon="bell" label={strings.notificationsOff} onClick={turnOff} />
  ) : (
    <MenuItem icon="bell" label={strings.notificationsOn} onClick={() => turnOn().catch(tellFailure)} />
  );
}
