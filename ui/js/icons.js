// Our own icons: strokes on a 20 by 20 grid, coloured by the text beside them.
import { html } from './lib.js';

/** Beside this module, so that it carries the same version in its address. */
export const LOGO = new URL('../icons/leadline.svg', import.meta.url).pathname;

/** @type {Record<string, string>} */
const PATHS = {
  add: 'M10 4v12M4 10h12',
  alert: 'M10 3.5l7 12.5H3zM10 8.5v3.5M10 14.2v.1',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  bell: 'M5.5 8.5a4.5 4.5 0 0 1 9 0c0 4 1.5 5 1.5 5h-12s1.5-1 1.5-5M8.5 16h3',
  building: 'M4 16.5v-13h8v13M12 8.5h4v8M2.5 16.5h15M6.8 6.5h2.4M6.8 9.5h2.4M6.8 12.5h2.4',
  cart: 'M3 4h2l1.8 8.5h8L16.5 7H6M8 16.2v.1M13.5 16.2v.1',
  check: 'M4 10.5 8 14.5 16.5 5.5',
  checkCircle: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7 10.2l2.2 2.2L13.2 8',
  chevron: 'M5.5 8 10 12.5 14.5 8',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4.2l2.8 1.8',
  close: 'M5 5l10 10M15 5 5 15',
  columns: 'M3.5 4.5h13v11h-13zM8 4.5v11M12.2 4.5v11',
  copy: 'M7.5 7.5h8.5v9H7.5zM12.5 7.5V4H4v9h3.5',
  customers: 'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 16.5c0-3 2-4.7 5-4.7s5 1.7 5 4.7M13 4a2.8 2.8 0 0 1 0 5.3M14.5 12c2 .5 3 2 3 4.5',
  deliver: 'M3 10h11M10 5.5 14.5 10 10 14.5M17 4v12',
  dismiss: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7.5 7.5l5 5M12.5 7.5l-5 5',
  down: 'M10 4v11.5M5.5 11.5 10 16l4.5-4.5',
  download: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  edit: 'M12.5 4.5l3 3L7 16H4v-3zM10.8 6.2l3 3',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
  filter: 'M3.5 5.5h13M6 10h8M8.5 14.5h3',
  flag: 'M5 17V3.5M5 4h9.5l-2 3.5 2 3.5H5',
  flame: 'M10 17.2a5.2 5.2 0 0 0 5.2-5.2c0-3-2-4.4-3.2-6.3-.6-1-.8-2-.6-2.9C8.5 4 7 6.6 7.4 9.2c-.9-.4-1.3-1.2-1.4-2C5.2 8.6 4.8 10.2 4.8 12a5.2 5.2 0 0 0 5.2 5.2',
  gear: 'M10 7.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M10 2.8v2M10 15.2v2M2.8 10h2M15.2 10h2M4.9 4.9l1.4 1.4M13.7 13.7l1.4 1.4M15.1 4.9l-1.4 1.4M6.3 13.7l-1.4 1.4',
  heart: 'M10 16.5 4 10.4a3.6 3.6 0 0 1 5.1-5.1l.9.9.9-.9A3.6 3.6 0 0 1 16 10.4z',
  inbox: 'M3.5 11 5.5 4.5h9l2 6.5v4.5h-13zM3.5 11H7.5c0 1.5 1 2.5 2.5 2.5s2.5-1 2.5-2.5h4',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 9v4.5M10 6.5v.1',
  key: 'M7 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M9.5 10.5 16.5 3.5M13 7l2.5 2.5M11 9l1.5 1.5',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5v.1M8.5 8.5v.1M11.5 8.5v.1M14.5 8.5v.1M6.5 11.7h7',
  language: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M3 10h14M10 3c-4 4.5-4 9.5 0 14M10 3c4 4.5 4 9.5 0 14',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 1 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 1 0 4.3 4.3l1-1',
  mail: 'M3 5h14v10H3zM3 5.5l7 5.5 7-5.5',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  more: 'M4.5 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4M10 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4M15.5 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4',
  next: 'M7.5 4.5 13 10l-5.5 5.5',
  note: 'M4 4h12v8.5L12.5 16H4zM12.5 16v-3.5H16M7 7.5h6M7 10.5h3',
  pause: 'M7 4.5v11M13 4.5v11',
  phone: 'M5 3.5h2.5L9 7 7.2 8.5a9 9 0 0 0 4.3 4.3L13 11l3.5 1.5V15c0 1-.5 1.5-1.5 1.5C9 16.5 3.5 11 3.5 5c0-1 .5-1.5 1.5-1.5',
  play: 'M6.5 4.5v11l9-5.5z',
  plug: 'M7 3v4M13 3v4M5 7h10v3a5 5 0 0 1-10 0zM10 15v2.5',
  question: 'M7 7.5a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2M10 15.5v.1',
  receipt: 'M5 3.5h10v13l-2-1.3-1.5 1.3-1.5-1.3-1.5 1.3L7 15.2l-2 1.3zM7.5 7h5M7.5 10h5',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13 13l4 4',
  shield: 'M10 3l6 2v5c0 3.5-2.5 6-6 7-3.5-1-6-3.5-6-7V5zM7.5 10l2 2 3-3.5',
  signOut: 'M8 3.5H4v13h4M12.5 6 16.5 10l-4 4M16 10H8',
  smile: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M7 11.5c.6 1.3 1.7 2 3 2s2.4-.7 3-2M7.7 8v.1M12.3 8v.1',
  theme: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 3v14M10 6.5h5.5M10 10h7M10 13.5h5.5',
  touches: 'M4 7.5h9.5M10.5 4.5l3 3-3 3M16 12.5H6.5M9.5 9.5l-3 3 3 3',
  trash: 'M4 5.5h12M8 5.5v-2h4v2M5.5 5.5l.8 11h7.4l.8-11M8.5 8.5v5M11.5 8.5v5',
  trial: 'M8 3h4M8.8 3v4.5L4.5 15a1 1 0 0 0 .9 1.5h9.2a1 1 0 0 0 .9-1.5l-4.3-7.5V3M6.5 12h7',
  undo: 'M7.5 4 4 7.5 7.5 11M4 7.5h8a4 4 0 0 1 0 8H8',
  up: 'M10 16V4.5M5.5 8.5 10 4l4.5 4.5',
  upload: 'M10 13V4M6 7.5l4-4 4 4M4 16.5h12',
  user: 'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M4 16.8c0-3.2 2.5-5 6-5s6 1.8 6 5',
};

/** @param {{name: string, size?: number, class?: string}} props */
export function Icon({ name, size = 20, class: extra = '' }) {
  return html`<svg class=${`icon ${extra}`} width=${size} height=${size} viewBox="0 0 20 20" aria-hidden="true"
    focusable="false"><path d=${PATHS[name] ?? PATHS.question} /></svg>`;
}
