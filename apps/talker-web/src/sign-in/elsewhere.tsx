/** Another tab has the session: says so, and takes it back when asked. */

import { strings } from "../strings";
import { useHere } from "../talk";
import { Card } from "./card";

export function Elsewhere() {
  return (
    <Card title={strings.elsewhere}>
      <p class="card-text">{strings.elsewhereHint}</p>
      <button type="button" class="button primary wide" onClick={useHere}>
        {strings.useHere}
      </button>
    </Card>
  );
}
