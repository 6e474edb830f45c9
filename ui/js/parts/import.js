// What the list of imports and one import share: the states, sending a file in pieces, progress.
import { html, useRef } from '../lib.js';
import { call } from '../api.js';
import { tOr } from '../i18n.js';
import { Button, Chip } from './bits.js';

const PIECE = 1 << 20;

/** @type {Record<string, {icon: string, tone: string}>} */
const STATES = {
  checked: { icon: 'eye', tone: 'brand' }, checking: { icon: 'eye', tone: 'brand' }, done: { icon: 'checkCircle', tone: 'good' }, failed: { icon: 'alert', tone: 'bad' },
  placing: { icon: 'clock', tone: 'brand' }, reading: { icon: 'clock', tone: 'brand' }, ready: { icon: 'eye', tone: 'quiet' }, undoing: { icon: 'clock', tone: 'brand' },
  undone: { icon: 'back', tone: 'quiet' }, uploading: { icon: 'upload', tone: 'warn' }, waiting: { icon: 'clock', tone: 'brand' },
};

/** @param {{state: string}} props */
export function StateChip({ state }) {
  return html`<${Chip} tone=${STATES[state]?.tone} icon=${STATES[state]?.icon}>${tOr(`import.state.${state}`, state)}<//>`;
}

/**
 * Sends the file from where the server has it; answers the import as it is then.
 * @param {any} made @param {File} file @param {(bytes: number) => void} told
 */
export async function send(made, file, told) {
  let now = made;
  while (now.state === 'uploading') {
    told(now.bytesRead);
    now = await call('PUT', `/imports/${made.id}/file`, { query: { at: now.bytesRead }, bytes: file.slice(now.bytesRead, now.bytesRead + PIECE) });
  }
  return now;
}

/** @param {{onFile: (file: File) => void, label: string}} props */
export function FileButton({ onFile, label }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return html`<${Button} look="primary" icon="upload" onClick=${() => input.current?.click()}>${label}<//>
    <input ref=${input} type="file" hidden aria-label=${label} accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.xlsx"
      onChange=${(/** @type {Event} */ e) => { const file = /** @type {HTMLInputElement} */ (e.target).files?.[0]; if (file) onFile(file); }} />`;
}
