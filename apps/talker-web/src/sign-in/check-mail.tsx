/** Says where to go on once an account was asked for. */

import { Icon } from "../parts/icon";
import { strings } from "../strings";
import { Card } from "./card";
import { registered, screen, showLogIn, typedEmail } from "./typed";

export function CheckMail() {
  const say = registered.value === "pending" ? strings.mailPending : strings.mailSent;
  return (
    <Card title={strings.checkMail}>
      <p class="card-text" role="status">
        <Icon name="mail" />
        {say(typedEmail.value)}
      </p>
      <p class="card-text quiet">{strings.mailExpiry}</p>
      <p class="card-text quiet">{strings.mailMissing}</p>
      <button type="button" class="button primary wide" onClick={showLogIn}>
        {strings.confirmed}
      </button>
      <p class="card-foot">
        <button
          type="button"
          class="link"
          onClick={() => {
            screen.value = "register";
          }}
        >
          {strings.correctAddress}
        </button>
      </p>
    </Card>
  );
}
