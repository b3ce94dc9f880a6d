/** What the server says of itself in the page. */

const usual = 8 * 1024 * 1024;

export const maxMediaBytes =
  Number(document.querySelector<HTMLMetaElement>('meta[name="talker-max-media-bytes"]')?.content) || usual;
