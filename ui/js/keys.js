// Keyboard shortcuts. A page registers a table; keys are ignored while somebody types or a dialog is open.
import { useLayoutEffect, useRef } from './lib.js';
import { focusHeading } from './focus.js';

/** @typedef {Record<string, (event: KeyboardEvent) => void>} KeyTable key, or two keys as "g l" */

const CHORD_MS = 1500;
/** @type {{keys: KeyTable, names: Record<string, string>}[]} */
const tables = [];
let prefix = '';
let prefixAt = 0;

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof Element && (
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type))
    || target.matches('textarea, select, [contenteditable], [role=menuitem], [role=menuitemradio]'));
}

/** The letter that is printed on the key, whatever alphabet it writes at the moment. @param {KeyboardEvent} event */
const letter = ({ key, code }) => (key.length === 1 && key > '~' && /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key);

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (typing(event.target)) {
    if (event.key === 'Escape') focusHeading(); // out of the field, back to where keys act
    return;
  }
  const key = letter(event);
  const chord = event.timeStamp - prefixAt < CHORD_MS && prefix ? `${prefix} ${key}` : '';
  prefix = '';
  for (const name of chord ? [chord, key] : [key]) {
    const table = tables.findLast(({ keys }) => keys[name]);
    if (table) {
      event.preventDefault();
      table.keys[name](event);
      return;
    }
  }
  if (tables.some(({ keys }) => Object.keys(keys).some((name) => name.startsWith(`${key} `)))) {
    prefix = key;
    prefixAt = event.timeStamp;
  }
}

document.addEventListener('keydown', press);

/**
 * @param {KeyTable} table
 * @param {Record<string, string>} [names] what the command palette calls them; one that has no key is called do:something
 */
export function useKeys(table, names = {}) {
  const latest = useRef({ table, names });
  latest.current = { table, names };
  useLayoutEffect(() => { // with the drawing: a key acts as soon as what it acts on is seen
    const entry = { keys: /** @type {KeyTable} */ ({}), get names() { return latest.current.names; } };
    for (const name of Object.keys(table)) entry.keys[name] = (event) => latest.current.table[name](event);
    tables.push(entry);
    return () => { tables.splice(tables.indexOf(entry), 1); };
  }, [Object.keys(table).join()]);
}

/** Every key that acts now, the page's own before the frame's; text: what it is called, if that was said. */
export const shortcuts = () => [...new Set(tables.flatMap(({ keys }) => Object.keys(keys)))].filter((key) => !key.startsWith('do:'))
  .map((key) => ({ key, text: tables.findLast(({ keys }) => keys[key])?.names[key] ?? '' }));

/** What has a name, the page's own before the frame's. */
export const commands = () => tables.flatMap(({ keys, names }) => Object.keys(names).filter((key) => keys[key])
  .map((key) => ({ key, text: names[key], run: () => keys[key](new KeyboardEvent('keydown')) })));
