/** The page's pictograms, drawn on a grid of 24 with lines of one width. */

const drawings = {
  send: "M4.5 12 3.5 4.5 21 12 3.5 19.5 4.5 12Zm0 0H12",
  clip: "m20 11-8.3 8.3a5.3 5.3 0 0 1-7.5-7.5l8.5-8.5a3.5 3.5 0 0 1 5 5l-8.5 8.5a1.8 1.8 0 0 1-2.5-2.5L14.5 6.5",
  search: "M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM15.5 15.5 20.5 20.5",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  up: "M5 15l7-7 7 7",
  down: "M5 9l7 7 7-7",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M1.5 12.5 6 17l7.5-9M11 16.5l.5.5L19 8",
  waiting: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  warning: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5v5.5M12 16.5v.01",
  photo: "M4 5h16v14H4zM4 16l5-5 5 5 2.5-2.5L20 17M15.5 9v.01",
  video: "M3 6h12v12H3zM15 10.5l6-3.5v10l-6-3.5",
  audio: "M4 10v4M8 7v10M12 4v16M16 8v8M20 10v4",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  text: "M5 6h14M5 12h14M5 18h8",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  chat: "M12 4c5 0 9 3.2 9 7.4s-4 7.4-9 7.4c-.9 0-1.8-.1-2.6-.3L5 21l.8-3.9C4.1 15.7 3 13.7 3 11.4 3 7.2 7 4 12 4Z",
  block: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15ZM10 21h4",
  leave: "M10 4H5v16h5M14.5 8l4 4-4 4M18.5 12H9.5",
  offline:
    "M3 3l18 18M8 13.5a6 6 0 0 1 3-1.4M15.5 13.2l.5.3M5 10.2a10 10 0 0 1 3-1.8M12 7.6c2.7 0 5.1 1 7 2.6M12 18v.01",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  mail: "M3 6h18v13H3zM3.5 6.5 12 13l8.5-6.5",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.5M18 14.5c2.1.8 3.5 2.8 3.5 5.5",
} as const;

export type IconName = keyof typeof drawings;

/** Says nothing to a screen reader: the button or text beside it does. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  );
}
