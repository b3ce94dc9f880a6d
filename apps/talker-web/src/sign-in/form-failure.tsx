/** Why the form as a whole did not work. */

import { Icon } from "../parts/icon";

export function FormFailure({ sentence }: { readonly sentence: string | null }) {
  return (
    <div role="alert">
      {sentence && (
        <p class="form-failure">
          <Icon name="warning" />
          {sentence}
        </p>
      )}
    </div>
  );
}
