/** The notice at the edge of the page. */

import { notice, silence } from "../notices";
import { strings } from "../strings";
import { IconButton } from "./icon-button";

export function Notice() {
  return (
    <div class="notice-place" role="status">
      {notice.value && (
        <div class="notice">
          <p>{notice.value}</p>
          <IconButton icon="close" label={strings.dismiss} onClick={silence} />
        </div>
      )}
    </div>
  );
}
