// Processes: what leads go through, and a form for those who may change it.
import { html, useState } from '../lib.js';
import { call, Problem, session, useLoad } from '../api.js';
import { number, t } from '../i18n.js';
import { allows } from '../words.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Failure, MessageBar, Skeleton } from '../parts/bits.js';
import { itemName, itemWants, processName, stageEnd, stageEnds, stageName } from '../parts/desk-words.js';
import { Confirm, Drawer } from '../parts/overlay.js';
import { toast, toastError } from '../parts/toast.js';

/** @typedef {import('../types').Process} Process */
/** @typedef {{key: string, name: string, entry?: string, exit?: string, days?: string, gate?: boolean, required?: boolean, evidence?: boolean, was?: {name: string, entry?: string, exit?: string}}} Row as it is typed; was: the shipped words of this language */

/** @param {import('../types').Stage} s */
const stageWords = (s) => ({ name: stageName(s), entry: stageEnd(s, 'entry'), exit: stageEnd(s, 'exit') });
/** @param {Process} p @returns {Row[]} */
const stageRows = (p) => p.stages.map((s) => ({
  key: s.key, ...stageWords(s), days: s.targetDays ? String(s.targetDays) : '', gate: s.gate, was: s.shipped ? stageWords(s) : undefined,
}));
/** @param {Process} p @returns {Row[]} */
const itemRows = (p) => p.checklist.map((x) => ({ key: x.key, name: itemName(x), required: x.required, evidence: x.needsEvidence, was: x.shipped ? { name: itemName(x) } : undefined }));

/** A key that was never used before, also by one that is gone: leads may still have it. @param {string} word @param {Row[]} rows */
const newKey = (word, rows) => `${word}-${Date.now().toString(36)}-${rows.length}`;

/** What is still the shipped text goes out empty: it stays so in every language. @param {Row} row */
const words = (row) => {
  const texts = /** @type {const} */ (['name', 'entry', 'exit']).filter((k) => row[k] !== undefined).map((k) => /** @type {const} */ ([k, String(row[k]).trim()]));
  const { was } = row;
  return was && texts.every(([k, text]) => text === was[k]) ? { name: '' } : Object.fromEntries(texts);
};

/** @param {{rows: Row[], at: number, name: string, set: (rows: Row[]) => void}} props */
function RowButtons({ rows, at, name, set }) {
  const swap = (/** @type {number} */ to) => { const next = [...rows]; [next[at], next[to]] = [next[to], next[at]]; set(next); };
  return html`<span class="edit-buttons"><${Button} look="ghost" icon="up" label=${t('process.up', { name })} disabled=${at === 0} onClick=${() => swap(at - 1)} />
    <${Button} look="ghost" icon="down" label=${t('process.down', { name })} disabled=${at === rows.length - 1} onClick=${() => swap(at + 1)} />
    <${Button} look="ghost" icon="trash" label=${t('process.drop', { name })} onClick=${() => set(rows.filter((_, i) => i !== at))} /></span>`;
}

/** @param {{rows: Row[], set: (rows: Row[]) => void}} props */
function StageRows({ rows, set }) {
  const put = (/** @type {number} */ at, /** @type {Partial<Row>} */ change) => set(rows.map((r, i) => (i === at ? { ...r, ...change } : change.gate ? { ...r, gate: false } : r)));
  const value = (/** @type {Event} */ e) => /** @type {HTMLInputElement} */ (e.target).value;
  return html`<fieldset class="edit"><legend>${t('process.stages')}</legend><p class="hint">${t('process.gate.hint')}</p>${rows.map((r, i) => html`<div key=${r.key} class="edit-row" role="group" aria-label=${r.name || t('process.stage')}>
    <label class="field edit-name"><span class="label">${t('process.stage')}</span><input type="text" required maxlength="200" value=${r.name} onInput=${(/** @type {Event} */ e) => put(i, { name: value(e) })} /></label>
    <label class="field edit-days"><span class="label">${t('process.days')}</span><input type="number" min="0" max="3650" value=${r.days} onInput=${(/** @type {Event} */ e) => put(i, { days: value(e) })} /></label>
    <${RowButtons} rows=${rows} at=${i} name=${r.name} set=${set} />
    ${/** @type {const} */ (['entry', 'exit']).map((end) => html`<label key=${end} class="field edit-wide"><span class="label">${t(`process.${end}`)}</span><input type="text" maxlength="1000" value=${r[end]} onInput=${(/** @type {Event} */ e) => put(i, { [end]: value(e) })} /></label>`)}
    <label class="check edit-wide"><input type="checkbox" checked=${Boolean(r.gate)} onChange=${() => put(i, { gate: !r.gate })} /><span>${t('process.gate')}</span></label></div>`)}
    <${Button} icon="add" onClick=${() => set([...rows, { key: newKey('stage', rows), name: '', entry: '', exit: '', days: '' }])}>${t('process.addStage')}<//></fieldset>`;
}

/** @param {{rows: Row[], set: (rows: Row[]) => void}} props */
function ItemRows({ rows, set }) {
  const put = (/** @type {number} */ at, /** @type {Partial<Row>} */ change) => set(rows.map((r, i) => (i === at ? { ...r, ...change } : r)));
  return html`<fieldset class="edit"><legend>${t('process.checklist')}</legend>${rows.map((r, i) => html`<div key=${r.key} class="edit-row" role="group" aria-label=${r.name || t('process.item')}>
    <label class="field edit-name"><span class="label">${t('process.item')}</span><input type="text" required maxlength="200" value=${r.name} onInput=${(/** @type {any} */ e) => put(i, { name: e.target.value })} /></label>
    <${RowButtons} rows=${rows} at=${i} name=${r.name} set=${set} />
    <label class="check edit-wide"><input type="checkbox" checked=${Boolean(r.required)} onChange=${() => put(i, { required: !r.required })} /><span>${t('process.required')}</span></label>
    <label class="check edit-wide"><input type="checkbox" checked=${Boolean(r.evidence)} onChange=${() => put(i, { evidence: !r.evidence })} /><span>${t('process.needsEvidence')}</span></label></div>`)}
    <${Button} icon="add" onClick=${() => set([...rows, { key: newKey('item', rows), name: '', required: false }])}>${t('process.addItem')}<//></fieldset>`;
}

/** @param {{known: Process, fresh: boolean, offers: import('../types').Offer[], onClose: () => void, onSaved: () => void}} props fresh: it is a new one that begins as a copy */
function Editor({ known, fresh, offers, onClose, onSaved }) {
  const [name, setName] = useState(fresh ? '' : processName(known));
  const [attempts, setAttempts] = useState(String(known.attempts));
  const [stages, setStages] = useState(stageRows(known));
  const [items, setItems] = useState(itemRows(known));
  const [own, setOwn] = useState(fresh ? [] : known.offers);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (/** @type {Event} */ e) => {
    e.preventDefault();
    setBusy(true);
    setFailure('');
    const id = fresh ? `${known.publisher}.p-${Date.now().toString(36)}` : known.id;
    try {
      await call('PUT', `/processes/${encodeURIComponent(id)}`, {
        match: fresh ? undefined : `"${known.version}"`,
        body: {
          name: known.shipped && !fresh && name.trim() === processName(known) ? '' : name.trim(), attempts: Number(attempts), offers: own,
          stages: stages.map((r) => ({ key: r.key, ...words(r), targetDays: r.days ? Number(r.days) : null, gate: Boolean(r.gate) })),
          checklist: items.map((r) => ({ key: r.key, ...words(r), required: Boolean(r.required), needsEvidence: Boolean(r.evidence) })),
        },
      });
      toast({ text: t('settings.saved') });
      onSaved();
      onClose();
    } catch (error) {
      setFailure(error instanceof Problem ? error.errors.map((x) => x.message).join(' ') || error.text() : String(error));
    } finally {
      setBusy(false);
    }
  };
  const toggle = (/** @type {string} */ id) => setOwn(own.includes(id) ? own.filter((o) => o !== id) : [...own, id]);
  return html`<${Drawer} wide=${true} title=${fresh ? t('process.add') : processName(known)} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="process" busy=${busy}>${t('do.save')}<//>`}><form id="process" class="form" onSubmit=${save}>
    ${failure && html`<${MessageBar} tone="bad">${failure}<//>`}
    <label class="field"><span class="label">${t('process.name')}</span><input type="text" required maxlength="200" value=${name} onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></label>
    <label class="field"><span class="label">${t('process.attempts')}</span><input type="number" required min="0" max="50" value=${attempts} onInput=${(/** @type {any} */ e) => setAttempts(e.target.value)} />
      <span class="hint">${t('process.attempts.hint')}</span></label>
    ${(fresh || !known.default) && html`<fieldset class="edit"><legend>${t('process.offers')}</legend>${offers.filter((o) => o.id.startsWith(`${known.publisher}.`)).map((o) => html`
      <label key=${o.id} class="check"><input type="checkbox" checked=${own.includes(o.id)} onChange=${() => toggle(o.id)} /><span>${o.title || o.id}</span></label>`)}</fieldset>`}
    <${StageRows} rows=${stages} set=${setStages} /><${ItemRows} rows=${items} set=${setItems} /></form><//>`;
}

/** @param {{process: Process, many: boolean, change: boolean, onEdit: () => void, onCopy: () => void, reload: () => void}} props */
function ProcessCard({ process, many, change, onEdit, onCopy, reload }) {
  const [confirm, setConfirm] = useState(false);
  const resets = process.default;
  const drop = async () => {
    try {
      await call('DELETE', `/processes/${encodeURIComponent(process.id)}`, { match: `"${process.version}"` });
    } catch (error) {
      toastError(error);
    }
    setConfirm(false);
    reload();
  };
  return html`<article class="panel card"><header class="card-head"><div class="card-title"><h2>${processName(process)}</h2><p class="muted">${many && `${process.publisher} · `}${process.default ? t('process.forOthers') : process.offers.join(', ') || t('process.noOffers')}</p></div></header>
    <ol class="process-stages">${process.stages.map((s) => html`<li key=${s.key}><strong>${stageName(s)}</strong>${s.gate && html` <${Chip} tone="brand" icon="shield">${t('process.gate')}<//>`}
      ${s.targetDays && html` <span class="muted">${t('process.target', { count: s.targetDays })}</span>`}${stageEnds(s).map((text) => html`<p key=${text} class="muted">${text}</p>`)}</li>`)}</ol>
    ${process.checklist.length > 0 && html`<div class="process-list"><h3 class="label">${t('process.checklist')}</h3><ul class="process-items">${process.checklist.map((x) => html`<li key=${x.key}>${itemName(x)}${(x.required || x.needsEvidence) && html` <span class="muted">${itemWants(x)}</span>`}</li>`)}</ul>
      <p class="muted">${t('process.attemptsOf', { count: process.attempts, n: number(process.attempts) })}</p></div>`}
    ${change && html`<footer class="card-foot"><${Button} look="ghost" icon="edit" onClick=${onEdit}>${t('process.edit')}<//><${Button} look="ghost" icon="copy" onClick=${onCopy}>${t('process.copy')}<//>
      ${(!resets || process.version > 0) && html`<${Button} look="ghost" icon=${resets ? 'undo' : 'trash'} onClick=${() => setConfirm(true)}>${t(resets ? 'process.reset' : 'process.remove')}<//>`}</footer>`}
    ${confirm && html`<${Confirm} title=${t(resets ? 'process.reset' : 'process.remove')} confirm=${t(resets ? 'process.reset' : 'process.remove')} onConfirm=${drop} onClose=${() => setConfirm(false)}><p>${t(resets ? 'process.reset.text' : 'process.remove.text')}</p><//>`}</article>`;
}

export function ProcessesSection() {
  publisher.use();
  const change = allows(session.use()?.user.role, 'manager');
  const { data, error, loading, reload } = useLoad('/processes', narrowed());
  const offers = useLoad(change ? '/offers' : null, narrowed());
  const [edit, setEdit] = useState(/** @type {{known: Process, fresh: boolean} | null} */ (null));
  const items = /** @type {Process[]} */ (data?.items ?? []);
  const many = new Set(items.map((p) => p.publisher)).size > 1;
  return html`<div class="stack">${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${4} />`}
    <${MessageBar}>${t('process.about')}<//>
    <div class="cards">${items.map((p) => html`<${ProcessCard} key=${p.id} process=${p} many=${many} change=${change} reload=${reload}
      onEdit=${() => setEdit({ known: p, fresh: false })} onCopy=${() => setEdit({ known: p, fresh: true })} />`)}</div>
    ${edit && html`<${Editor} ...${edit} offers=${offers.data?.items ?? []} onClose=${() => setEdit(null)} onSaved=${reload} />`}</div>`;
}
