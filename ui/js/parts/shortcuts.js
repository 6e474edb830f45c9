// The sheet of keys: what acts on the page in view, read from what it has registered, and what acts everywhere.
import { html } from '../lib.js';
import { shortcuts } from '../keys.js';
import { t } from '../i18n.js';
import { Dialog } from './overlay.js';

/** Keys that the command palette has no use for, and which therefore have no name of their own. @type {Record<string, string>} */
const NAMES = { ' ': 'duplicates.later', '.': 'do.refresh', '/': 'keys.search', '[': 'keys.previousNext', ']': 'keys.previousNext', Escape: 'keys.clear', j: 'keys.move', k: 'keys.move', x: 'keys.select' };

/** What is printed on a key. @param {string} key */
const printed = (key) => (key === ' ' ? t('keys.space') : key === 'Escape' ? 'Esc' : key);

/** Keys that do the same stand together. @param {{key: string, text: string}[]} all */
function rows(all) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const { key, text } of all) {
    const name = text || (NAMES[key] ? t(NAMES[key]) : key);
    byText.set(name, [...byText.get(name) ?? [], key]);
  }
  return [...byText];
}

/** @param {{title: string, all: {key: string, text: string}[]}} props */
const Group = ({ title, all }) => html`<h3>${title}</h3><dl class="shortcuts">${rows(all).map(([text, keys]) => html`
  <div key=${text}><dt>${text}</dt><dd>${keys.map((key) => html`<span key=${key} data-key=${key}>${(key === ' ' ? [key] : key.split(' ')).map((k) => html`<kbd>${printed(k)}</kbd>`)}</span>`)}</dd></div>`)}</dl>`;

/** @param {{onClose: () => void}} props */
export function ShortcutSheet({ onClose }) {
  const all = shortcuts();
  const isFrame = (/** @type {string} */ key) => key === '?' || key === '/' || key.startsWith('g ');
  const here = all.filter(({ key }) => !isFrame(key));
  if (here.some(({ key }) => key === 'j')) here.push({ key: 'Enter', text: t('keys.open') });
  const everywhere = [{ key: 'Ctrl K', text: t('keys.palette') }, ...all.filter(({ key }) => isFrame(key)), ...(here.some(({ key }) => key === 'Escape') ? [] : [{ key: 'Escape', text: '' }])];
  return html`<${Dialog} title=${t('keys.title')} onClose=${onClose}>${here.length > 0 && html`<${Group} title=${t('keys.here')} all=${here} />`}<${Group} title=${t('keys.everywhere')} all=${everywhere} /><//>`;
}
