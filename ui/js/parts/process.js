// Where a lead stands in its process, and the checklist that qualifies it.
import { html, useRef, useState } from '../lib.js';
import { call } from '../api.js';
import { dateShort, duration, t } from '../i18n.js';
import { useKeys } from '../keys.js';
import { Icon } from '../icons.js';
import { Chip, now, Panel, Time } from './bits.js';
import { mayWork } from './desk.js';
import { itemName, itemWants, processName, stageEnds, stageName } from './desk-words.js';
import { toNames } from './mention.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('./desk.js').Props} Props */
/** @typedef {import('../types').Stage} Stage */

/** How long it has been there, told apart when that is longer than it should. @param {{stage: import('../types').LeadStage}} props */
export function StageAge({ stage }) {
  const present = now.use();
  const late = stage.dueAt !== null && Date.parse(stage.dueAt) < present;
  const age = duration(present - Date.parse(stage.enteredAt));
  return html`<${Chip} tone=${late ? 'bad' : 'quiet'} icon=${late ? 'alert' : 'clock'}>${t(late ? 'process.late' : 'process.age', { time: age })}<//>`;
}

/** The stages as a bar: arrows go along it, Enter moves the lead. @param {Props} props */
export function Way({ lead, onChanged, reload }) {
  const { process, stage } = lead;
  const [gate, setGate] = useState(/** @type {any} */ (null));
  const bar = useRef(/** @type {HTMLOListElement | null} */ (null));
  const buttons = () => [.../** @type {NodeListOf<HTMLElement>} */ (bar.current?.querySelectorAll('button') ?? [])];
  useKeys(stage && mayWork() ? { m: () => /** @type {HTMLElement | null | undefined} */ (bar.current?.querySelector('[aria-current]'))?.focus() } : {}, { m: t('keys.stage') });
  if (!process || !stage) return null;
  const here = process.stages.findIndex((s) => s.key === stage.key);
  const undo = (/** @type {string} */ match) => call('POST', `/leads/${lead.id}/undo`, { body: {}, match }).then((done) => { onChanged(done); toast({ text: t('desk.undone') }); }, toastError);
  const move = async (/** @type {Stage} */ to) => {
    if (to.key === stage.key) return;
    try {
      const done = await call('POST', `/leads/${lead.id}/stage`, { body: { stage: to.key }, match: lead.eTag });
      onChanged(done);
      toast({ text: t('process.moved', { stage: stageName(to) }), undo: () => undo(done.eTag) });
    } catch (error) {
      if (/** @type {any} */ (error).code !== 'lead.gate') { toastError(error); reload(); return; }
      import('./process-dialogs.js').then((m) => setGate({ View: m.GateDialog, to }), toastError);
    }
  };
  const along = (/** @type {KeyboardEvent} */ e) => {
    const all = buttons();
    const at = all.indexOf(/** @type {HTMLElement} */ (e.target));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
  };
  return html`<section class="way" aria-label=${processName(process)}><ol class="way-stages" ref=${bar} onKeyDown=${along}>${process.stages.map((s, i) => html`
    <li key=${s.key} class=${`way-stage ${i < here ? 'is-done' : i === here ? 'is-here' : ''}`}><button type="button" disabled=${!mayWork()} tabindex=${i === here ? 0 : -1}
      aria-current=${i === here ? 'step' : undefined} title=${[...s.gate ? [t('process.gate')] : [], ...stageEnds(s)].join('\n')} onClick=${() => move(s)}>
      ${i < here && html`<${Icon} name="check" size=${14} />`}<span>${stageName(s)}</span>${s.gate && html`<${Icon} name="shield" size=${14} /><span class="sr">${t('process.gate')}</span>`}</button></li>`)}</ol>
    <${StageAge} stage=${stage} />
    ${gate && html`<${gate.View} lead=${lead} to=${gate.to} onChanged=${onChanged} reload=${reload} onClose=${() => setGate(null)} />`}</section>`;
}

/** A note, a call or a mail in a line. @param {import('../types').TimelineEntry} entry @param {import('../types').LeadDetail} lead */
export function entrySaid({ type, actor, at, detail }, lead) {
  const text = toNames(String(detail?.text ?? ''), lead.mentioned ?? []);
  const said = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return [t(`timeline.${type}`), type === 'call' && t(`desk.outcome.${detail?.outcome}`), said, actor, dateShort(at)].filter(Boolean).join(' · ');
}

/** What an item rests on; it leads to it. @param {{lead: import('../types').LeadDetail, id: string}} props */
function ProofEntry({ lead, id }) {
  const entry = lead.timeline.find((x) => x.id === id);
  return html`<button type="button" class="link" onClick=${() => document.getElementById(`entry-${id}`)?.focus()}>${entry ? entrySaid(entry, lead) : t('process.evidence.entry')}</button>`;
}

/** @param {Props} props */
export function Checklist({ lead, onChanged, reload }) {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const box = useRef(/** @type {HTMLUListElement | null} */ (null));
  const items = lead.checklist ?? [];
  const works = mayWork() && lead.status !== 'Closed';
  const first = () => /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('input:not(:checked)') ?? box.current?.querySelector('input'))?.focus();
  useKeys(works && items.length ? { q: first } : {}, { q: t('process.checklist') });
  if (!items.length) return null;
  const missing = items.filter((x) => x.required && !x.met).length;
  const untick = async (/** @type {import('../types').CheckedItem} */ x) => {
    const path = `/leads/${lead.id}/checklist/${x.key}`;
    try {
      onChanged(await call('DELETE', path, { match: lead.eTag }));
      toast({ text: t('process.reopened', { item: itemName(x) }), undo: () => call('PUT', path, { body: { evidence: x.evidence ?? '', entry: x.entry ?? '' } }).then(onChanged, toastError) });
    } catch (error) {
      toastError(error);
      reload();
    }
  };
  const tick = (/** @type {import('../types').CheckedItem} */ x) => {
    if (x.met) untick(x);
    else import('./process-dialogs.js').then((m) => setOpen({ View: m.CheckDialog, item: x }), toastError);
  };
  return html`<${Panel} title=${t('process.checklist')} actions=${html`<${Chip} tone=${missing ? 'warn' : 'good'} icon=${missing ? 'shield' : 'check'}>${missing ? t('process.missing', { count: missing }) : t('process.qualified')}<//>`}>
    <ul class="checks" ref=${box}>${items.map((x) => html`<li key=${x.key}><label class="check"><input type="checkbox" checked=${x.met} disabled=${!works}
        onClick=${(/** @type {Event} */ e) => { e.preventDefault(); tick(x); }} /><span>${itemName(x)}${(x.required || x.needsEvidence) && html` <span class="muted">${itemWants(x)}</span>`}</span></label>
      ${x.met && html`<p class="check-proof">${x.evidence && html`<span class="said">${x.evidence}</span>`}${x.entry && html`<${ProofEntry} lead=${lead} id=${x.entry} />`}<span class="muted">${x.actor} <${Time} at=${x.at} /></span></p>`}</li>`)}</ul>
    ${open && html`<${open.View} lead=${lead} item=${open.item} onChanged=${onChanged} reload=${reload} onClose=${() => setOpen(null)} />`}<//>`;
}
