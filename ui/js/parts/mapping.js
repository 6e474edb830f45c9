// The mapping to a CRM's fields: the default rows and those of the settings in one table, with the far
// side's own fields and what would be sent for a lead. The text of the setting is the truth.
import { html, useId, useState } from '../lib.js';
import { get, post, useLoad } from '../api.js';
import { personName, t } from '../i18n.js';
import { Button, MessageBar } from './bits.js';
import { Icon } from '../icons.js';

/**
 * @typedef {{field: string, template: string, type: string, max: number | null}} MapRow
 * @typedef {{field: string, template: string, type: string, base?: MapRow}} Row
 */

/** @param {string} text @returns {Row[]} */
export const readLines = (text) => text.split('\n').filter((line) => line.trim()).map((line) => {
  const [, field = '', type = '', template = ''] = /^\s*([^=:\s]*)\s*(?::\s*(\w+))?\s*=?\s*(.*?)\s*$/s.exec(line) ?? [];
  return { field, type, template };
});

/** The default rows, changed or not, then those of our own. @param {MapRow[]} base @param {string} text @returns {Row[]} */
function rowsOf(base, text) {
  const own = readLines(text);
  const last = new Map(own.map((row) => [row.field, row]));
  return [...base.map((b) => ({ ...b, template: last.get(b.field)?.template ?? b.template, type: last.get(b.field)?.type || b.type, base: b })),
    ...[...last.values()].filter((row) => !base.some((b) => b.field === row.field))];
}

/** @param {Row} r */
const differs = (r) => r.template !== r.base?.template || r.type !== r.base?.type;

/** Only what differs from the default. @param {Row[]} rows */
const writeLines = (rows) => rows.filter((r) => !r.base || differs(r))
  .map((r) => `${r.field}${r.type && r.type !== (r.base?.type ?? 'text') ? `:${r.type}` : ''} = ${r.template}`).join('\n');

/** @param {{row: Row, onChange: (template: string) => void, onReset: () => void}} props */
function Line({ row, onChange, onReset }) {
  const id = useId();
  const changed = !row.base || differs(row);
  return html`<tr><th scope="row"><label for=${id}>${row.field}</label>${row.type && row.type !== 'text' && html` <small class="muted">${row.type}</small>`}</th>
    <td><input id=${id} value=${row.template} spellcheck=${false} autocomplete="off" placeholder=${t('mapping.leftOut')} onInput=${(/** @type {Event} */ e) => onChange(/** @type {HTMLInputElement} */ (e.target).value)} /></td>
    <td>${changed && html`<${Button} look="ghost" icon=${row.base ? 'back' : 'trash'} label=${t(row.base ? 'mapping.reset' : 'mapping.remove', { field: row.field })} onClick=${onReset} />`}</td></tr>`;
}

/** @param {{fields: any[], taken: string[], onAdd: (field: string, type: string) => void}} props */
function Add({ fields, taken, onAdd }) {
  const id = useId();
  const [name, setName] = useState('');
  const [type, setType] = useState('text');
  const good = /^[\w@.-]{1,100}$/.test(name) && !taken.includes(name);
  const add = () => { if (good) { onAdd(name, type); setName(''); } };
  return html`<div class="row mapping-add"><input aria-label=${t('mapping.field')} list=${id} value=${name} placeholder=${t('mapping.field')} spellcheck=${false}
      onInput=${(/** @type {Event} */ e) => setName(/** @type {HTMLInputElement} */ (e.target).value.trim())}
      onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter') { e.preventDefault(); add(); } }} />
    <datalist id=${id}>${fields.map((f) => html`<option key=${f.name} value=${f.name}>${f.label}</option>`)}</datalist>
    <select aria-label=${t('mapping.type')} value=${type} onChange=${(/** @type {Event} */ e) => setType(/** @type {HTMLSelectElement} */ (e.target).value)}>
      ${['text', 'int', 'bool'].map((k) => html`<option key=${k} value=${k} selected=${k === type}>${t(`mapping.type.${k}`)}</option>`)}</select>
    <${Button} icon="add" disabled=${!good} onClick=${add}>${t('mapping.add')}<//></div>`;
}

/** @param {{id: string, publisher: string, text: string}} props */
function Preview({ id, publisher, text }) {
  const leads = useLoad('/leads', { publisher, limit: 20 });
  const [lead, setLead] = useState('');
  const [shown, setShown] = useState(/** @type {any} */ (null));
  const [failure, setFailure] = useState('');
  const show = async () => {
    setFailure('');
    try {
      setShown(await post(`/destinations/${id}/preview`, { ...(lead ? { lead } : {}), settings: { mapping: text || null } }));
    } catch (error) {
      setShown(null);
      setFailure(/** @type {any} */ (error).errors?.map((/** @type {any} */ e) => e.message).join(' ') || /** @type {Error} */ (error).message);
    }
  };
  const items = /** @type {any[]} */ (leads.data?.items ?? []);
  const nameOf = (/** @type {import('../types').Lead} */ l) => personName(l.customer) || l.customer.company || l.customer.email || l.id;
  return html`<div class="stack"><div class="row mapping-add"><select aria-label=${t('mapping.lead')} value=${lead} onChange=${(/** @type {Event} */ e) => setLead(/** @type {HTMLSelectElement} */ (e.target).value)}>
      <option value="">${t('mapping.testLead')}</option>${items.map((l) => html`<option key=${l.id} value=${l.id}>${nameOf(l)}</option>`)}</select>
    <${Button} icon="eye" onClick=${show}>${t('mapping.preview')}<//></div>
    ${failure && html`<${MessageBar} tone="bad">${failure}<//>`}
    ${shown?.refused && html`<${MessageBar} tone="bad">${shown.refused}<//>`}
    ${shown?.dropped && html`<${MessageBar} tone="warn">${t('mapping.dropped')}<//>`}
    ${shown?.truncated && html`<${MessageBar} tone="warn">${t('mapping.truncated', { fields: shown.truncated })}<//>`}
    ${shown?.values && html`<dl class="facts" aria-live="polite">${shown.values.map((/** @type {any} */ v) => html`<div key=${v.field}><dt>${v.field}</dt><dd>${v.value}</dd></div>`)}</dl>`}</div>`;
}

/** @param {{kind: import('../types').DestinationKind, text: string, error: string, onChange: (text: string) => void, existing?: import('../types').Destination}} props */
export function Mapping({ kind, text, error, onChange, existing }) {
  const base = kind.mapping ?? [];
  const [rows, setRows] = useState(() => rowsOf(base, text));
  const [asked, setAsked] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {Row[]} next */
  const change = (next) => { setRows(next); onChange(writeLines(next)); };
  const ask = async () => {
    setBusy(true);
    try { setAsked(await get(`/destinations/${existing?.id}/fields`)); } catch (failure) { setAsked({ outcome: 'failed', detail: /** @type {Error} */ (failure).message, items: [] }); } finally { setBusy(false); }
  };
  return html`<div class="stack mapping-editor"><p class="hint">${t('mapping.help')}</p>
    ${error && html`<p class="error"><${Icon} name="alert" size=${14} /> ${error}</p>`}
    <table class="table mapping stays"><thead><tr><th scope="col">${t('mapping.field')}</th><th scope="col">${t('mapping.content')}</th><th scope="col"><span class="sr">${t('do.more')}</span></th></tr></thead>
      <tbody>${rows.map((row, i) => html`<${Line} key=${row.field} row=${row}
        onChange=${(/** @type {string} */ template) => change(rows.map((r, n) => (n === i ? { ...r, template } : r)))}
        onReset=${() => change(row.base ? rows.map((r, n) => (n === i ? { ...r, .../** @type {MapRow} */ (row.base) } : r)) : rows.filter((_, n) => n !== i))} />`)}</tbody></table>
    <${Add} fields=${asked?.items ?? []} taken=${rows.map((r) => r.field)} onAdd=${(/** @type {string} */ field, /** @type {string} */ type) => change([...rows, { field, type, template: '' }])} />
    ${existing && kind.describes && html`<div class="row"><${Button} icon="columns" busy=${busy} onClick=${ask}>${t('mapping.ask')}<//>
      ${asked && (asked.outcome === 'delivered' ? html`<span class="muted" role="status">${t('mapping.asked', { n: asked.items.length })}</span>` : html`<span class="error" role="status">${asked.detail}</span>`)}</div>`}
    <details><summary>${t('mapping.leadFields')}</summary><p class="chips">${(kind.leadFields ?? []).map((name) => html`<code key=${name}>{${name}}</code> `)}</p></details>
    ${existing && html`<${Preview} id=${existing.id} publisher=${existing.publisher} text=${text} />`}</div>`;
}
