// The command palette: pages, what can be done on the page in view, leads and customers as one types, what was looked at last.
import { html, useEffect, useId, useMemo, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { languageName, t } from '../i18n.js';
import { commands } from '../keys.js';
import { LANGUAGES, THEMES } from '../prefs.js';
import { recent } from '../recent.js';
import { navigate } from '../router.js';
import { leadName, savedName, savedViews, VIEWS } from '../pages/leads.js';
import { Icon } from '../icons.js';
import { customerName } from './change.js';
import { chooseLanguage, chooseTheme, narrowed, signOut } from './layout.js';
import { Dialog } from './overlay.js';
import { toastError } from './toast.js';

/** @typedef {{group: string, text: string, more?: string, icon?: string, keys?: string, lang?: string, run: () => void}} Item */

const WAIT_MS = 180;
const LEAST = 2;
const FOUND = 6;

/** @param {string} href */
const goes = (href) => () => navigate(href);

/** What can be done, before anything is typed. @returns {Item[]} */
function known() {
  const all = commands().map(({ key, text, run }) => ({ group: key.startsWith('g ') ? 'pages' : key === '?' ? 'settings' : 'actions', text, keys: key.startsWith('do:') ? '' : key, run }));
  return [
    ...all.filter((item) => item.group === 'actions'),
    ...recent().map(({ icon, href, text }) => ({ group: 'recent', icon, text, run: goes(href) })),
    ...all.filter((item) => item.group === 'pages'),
    ...VIEWS.map((v) => ({ group: 'views', icon: 'eye', text: t(`view.${v.id}`), run: goes(`/leads?view=${v.id}`) })),
    ...(savedViews.get() ?? []).map((v) => ({ group: 'views', icon: 'eye', text: savedName(v), run: goes(`/leads?view=${v.id}`) })),
    ...all.filter((item) => item.group === 'settings'),
    ...THEMES.map((name) => ({ group: 'settings', icon: 'theme', text: `${t('menu.theme')}: ${t(`theme.${name}`)}`, run: () => chooseTheme(name) })),
    ...LANGUAGES.map((l) => ({ group: 'settings', icon: 'language', lang: l, text: languageName(l), run: () => { chooseLanguage(l); } })),
    { group: 'settings', icon: 'signOut', text: t('menu.signOut'), run: () => { signOut(); } },
  ];
}

/** Leads and customers that the words find. @param {string} q @param {AbortSignal} signal @returns {Promise<Item[]>} */
async function find(q, signal) {
  const ask = (/** @type {string} */ path) => get(path, { ...narrowed(), q, limit: FOUND }, signal);
  const [leads, customers] = await Promise.allSettled([ask('/leads'), ask('/customers')]);
  if (leads.status === 'rejected') throw leads.reason;
  return [
    ...leads.value.items.map((/** @type {any} */ l) => ({ group: 'leads', icon: 'inbox', text: leadName(l), more: [l.customer.company, l.offer.title || l.offer.id].filter(Boolean).join(' · '), run: goes(`/leads/${l.id}`) })),
    ...(customers.status === 'fulfilled' ? customers.value.items : []).map((/** @type {any} */ c) => ({ group: 'customers', icon: 'customers', text: customerName(c), more: c.company, run: goes(`/customers/${c.id}`) })),
  ];
}

/** @param {string} q */
function useFound(q) {
  const [state, setState] = useState(/** @type {{q: string, items: Item[], failed: string}} */ ({ q: '', items: [], failed: '' }));
  useEffect(() => {
    if (q.length < LEAST) { setState({ q, items: [], failed: '' }); return undefined; }
    const stop = new AbortController();
    const timer = setTimeout(() => find(q, stop.signal).then(
      (items) => setState({ q, items, failed: '' }),
      (error) => { if (!stop.signal.aborted) setState({ q, items: [], failed: error.text ? error.text() : String(error) }); },
    ), WAIT_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [q]);
  return { ...state, busy: q.length >= LEAST && state.q !== q };
}

/** @param {{items: Item[], at: number, id: string, onRun: (item: Item) => void}} props */
function Options({ items, at, id, onRun }) {
  const groups = [...new Set(items.map((item) => item.group))];
  return groups.map((group) => html`<ul key=${group} role="group" aria-labelledby=${`${id}-${group}`}><li role="presentation" class="palette-group" id=${`${id}-${group}`}>${t(`palette.${group}`)}</li>
    ${items.map((item, i) => item.group === group && html`<li key=${i} id=${`${id}-${i}`} role="option" aria-selected=${String(i === at)} class="palette-item" lang=${item.lang} onClick=${() => onRun(item)}>
      ${item.icon && html`<${Icon} name=${item.icon} size=${18} />`}<span class="grow">${item.text}${item.more && html` <small>${item.more}</small>`}</span>
      ${item.keys && html`<span aria-hidden="true">${item.keys.split(' ').map((k) => html`<kbd>${k}</kbd>`)}</span>`}</li>`)}</ul>`);
}

/** @param {{onClose: () => void}} props */
export function Palette({ onClose }) {
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const views = savedViews.use();
  const all = useMemo(known, [views]);
  useEffect(() => { if (!views) get('/views', narrowed()).then((page) => savedViews.set(page.items), toastError); }, []);
  const q = text.trim();
  const found = useFound(q);
  const words = q.toLocaleLowerCase().split(/\s+/);
  const items = [...all.filter((item) => words.every((w) => item.text.toLocaleLowerCase().includes(w))), ...found.items];
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => { list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }); }, [at, text]);
  const next = useRef(() => {});
  useEffect(() => () => { setTimeout(next.current); }, []); // when the dialog is gone, and the focus back on the page
  const run = (/** @type {Item} */ item) => {
    next.current = item.run;
    onClose();
  };
  const key = (/** @type {KeyboardEvent} */ e) => {
    if (e.isComposing || !items.length) return;
    const here = Math.min(at, items.length - 1);
    if (e.key === 'Enter') run(items[here]);
    else if (e.key === 'ArrowDown') setAt((here + 1) % items.length);
    else if (e.key === 'ArrowUp') setAt((here - 1 + items.length) % items.length);
    else return;
    e.preventDefault();
  };
  const active = Math.min(at, items.length - 1);
  return html`<${Dialog} title=${t('palette.title')} onClose=${onClose}><div class="palette"><div class="field"><input type="text" role="combobox" aria-label=${t('palette.title')} aria-expanded=${String(items.length > 0)} aria-controls=${`${id}-list`}
      aria-autocomplete="list" aria-activedescendant=${items.length ? `${id}-${active}` : undefined} placeholder=${t('palette.placeholder')} autocomplete="off" spellcheck=${false} maxlength="200" value=${text}
      onInput=${(/** @type {any} */ e) => { setText(e.target.value); setAt(0); }} onKeyDown=${key} /></div>
    <p class="sr" role="status">${found.busy ? t('loading') : t('palette.found', { count: items.length })}</p>
    ${found.failed && html`<p class="error">${found.failed}</p>`}
    <div ref=${list} id=${`${id}-list`} role="listbox" aria-label=${t('palette.title')} class="palette-list" tabindex="-1">${items.length ? html`<${Options} items=${items} at=${active} id=${id} onRun=${run} />`
    : html`<div role="option" aria-disabled="true" aria-selected="false" class="palette-none muted">${found.busy ? t('loading') : t('palette.none')}</div>`}</div></div><//>`;
}
