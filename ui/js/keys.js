// Keyboard shortcuts. A page registers a table; keys are ignored while somebody types or a dialog is open.
import { useEffect, useRef } from './lib.js';
import { focusHeading } from './focus.js';

/** @typedef {Record<string, (event: KeyboardEvent) => void>} KeyTable key, or two keys as "g l" */

const CHORD_MS = 1500;
/** @type {KeyTable[]} */
const tables = [];
let prefix = '';
let prefixAt = 0;

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof Element && (
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type))
    || target.matches('textarea, select, [contenteditable], [role=menuitem], [role=menuitemradio]'));
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') focusHeading(); // out of the field, back to where keys act
    return;
  }
  const chord = event.timeStamp - prefixAt < CHORD_MS && prefix ? `${prefix} ${event.key}` : '';
  prefix = '';
  for (const name of chord ? [chord, event.key] : [event.key]) {
    const table = tables.findLast((known) => known[name]);
    if (table) {
      event.preventDefault();
      table[name](event);
      return;
    }
  }
  if (tables.some((known) => Object.keys(known).some((name) => name.startsWith(`${event.key} `)))) {
    prefix = event.key;
    prefixAt = event.timeStamp;
  }
}

document.addEventListener('keydown', press);

/** @param {KeyTable} table */
export function useKeys(table) {
  const latest = useRef(table);
  latest.current = table;
  useEffect(() => {
    /** @type {KeyTable} */
    const entry = {};
    for (const name of Object.keys(table)) entry[name] = (event) => latest.current[name](event);
    tables.push(entry);
    return () => { tables.splice(tables.indexOf(entry), 1); };
  }, [Object.keys(table).join()]);
}
