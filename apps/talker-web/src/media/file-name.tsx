/** A file's name. Neither its length nor its writing direction hides the end of it, which says what the file is. */

import { extensionOf } from "./names";

export function FileName({ name }: { readonly name: string }) {
  const extension = extensionOf(name);
  return (
    <span class="file-name" dir="ltr">
      <bdi class="file-stem">{name.slice(0, name.length - extension.length)}</bdi>
      {extension && <bdi>{extension}</bdi>}
    </span>
  );
}
