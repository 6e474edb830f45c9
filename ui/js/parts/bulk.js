// One action on many leads: what it would do is asked of the server before, what was refused is named, and it is taken back as it was done.
import { html, useEffect, useState } from '../lib.js';
import { post, remove, useLoad } from '../api.js';
import { number, t, tOr } from '../i18n.js';
import { Button, Failure, MessageBar, Skeleton } from './bits.js';
import { reasonName } from './desk-words.js';
import { Form, useForm } from './form.js';
import { Dialog } from './overlay.js';
import { toast, toastError } from './toast.js';

/** @typedef {{lead: string, done: boolean, code?: string, message?: string, eTag?: string, owner?: string | null, team?: string | null, note?: string | null}} Item */
/** @typedef {{items: Item[], done: number, refused: number, next: string | null}} Answer */

const REASONS = ['already-customer', 'duplicate', 'no-capacity', 'not-a-fit', 'not-a-request', 'outside-market', 'other'];
const WAIT_MS = 250;

/** @param {string} action @param {any[]} owners @returns {import('./form.js').Field[]} */
function fieldsOf(action, owners) {
  /** @type {import('./form.js').Field} */
  const note = { name: 'note', label: t(action === 'note' ? 'desk.note.text' : 'desk.field.note'), type: 'text', max: 4000, lines: 3, required: action === 'note' };
  if (action === 'decline') return [{ name: 'reason', label: t('desk.reason'), type: 'choice', required: true, options: [{ value: '', label: t('desk.reason.choose') }, ...REASONS.map((r) => ({ value: r, label: reasonName(r) }))] }, note];
  if (action === 'owner') return [{ name: 'owner', label: t('lead.owner'), type: 'choice', noneLabel: t('desk.owner.nobody'), options: owners.map((o) => ({ value: o.id, label: o.name || o.email })) }, note];
  return [note];
}

/** Those that were refused, by reason: how many, and why. @param {Item[]} items */
function whyRefused(items) {
  /** @type {Map<string, Item[]>} */
  const why = new Map();
  for (const item of items.filter((i) => !i.done)) why.set(String(item.code), [...(why.get(String(item.code)) ?? []), item]);
  return [...why].map(([code, all]) => `${t('bulk.refused', { count: all.length })}: ${code === 'lead.changed' ? t('bulk.changed') : tOr(`problem.${code}`, String(all[0].message))}`);
}

/** @param {Item[]} done @returns {Promise<Item[]>} */
async function takeNotes(done) {
  const items = [];
  for (const { lead, note } of done) {
    items.push(await remove(`/leads/${lead}/notes/${note}`).then(() => ({ lead, done: true }), (e) => ({ lead, done: false, code: e.code, message: e.message })));
  }
  return items;
}

/** Takes back what was done, and nothing else: what was changed since stays, and is told. @param {string} action @param {Item[]} done */
async function takeBack(action, done) {
  const whose = action === 'owner' || action === 'accept' ? { owners: done.map((i) => i.owner ?? ''), teams: done.map((i) => i.team ?? '') } : {};
  const items = action === 'note' ? await takeNotes(done)
    : (await post('/leads/bulk', { action: action === 'owner' ? 'restore' : 'undo', ids: done.map((i) => i.lead), eTags: done.map((i) => i.eTag), ...whose })).items;
  const why = whyRefused(items);
  const back = items.filter((/** @type {Item} */ i) => i.done).length;
  toast({ text: why.length ? [back ? `${t('desk.undone')}: ${number(back)}` : '', ...why].filter(Boolean).join(' · ') : t('desk.undone'), tone: why.length ? 'bad' : undefined });
}

/** @param {{items: Item[]}} props */
function Refused({ items }) {
  const why = whyRefused(items);
  return why.length > 0 && html`<${MessageBar} tone="warn"><ul>${why.map((text) => html`<li key=${text}>${text}</li>`)}</ul><//>`;
}

/**
 * @param {{action: string, which: {ids: string[]} | {filter: Record<string, any>}, cut: boolean, first: string, onClose: () => void, onDone: () => void}} props
 *   cut: there are more than which; first: a lead of them, whose possible owners are offered
 */
export function BulkDialog({ action, which, cut, first, onClose, onDone }) {
  const owners = useLoad(action === 'owner' ? `/leads/${first}/owners` : null).data?.items ?? [];
  const [preview, setPreview] = useState(/** @type {Answer | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const fields = fieldsOf(action, owners);
  const form = useForm(fields, {}, async (values) => {
    if (!preview?.done) return;
    // What was counted is what is done: not what matches by now, and nothing that was changed since.
    const counted = preview.items.filter((item) => item.done);
    const answer = /** @type {Answer} */ (await post('/leads/bulk', { action, ...values, ids: counted.map((item) => item.lead), eTags: counted.map((item) => item.eTag) }));
    const done = answer.items.filter((item) => item.done);
    toast({ text: [t('bulk.done', { count: answer.done }), ...whyRefused(answer.items)].join(' · '), tone: answer.refused ? 'bad' : undefined,
      undo: done.length ? () => { takeBack(action, done).catch(toastError).finally(onDone); } : undefined });
    onDone();
    onClose();
  });
  const ready = fields.every((f) => !f.required || form.values[f.name]) && !(form.values.reason === 'other' && !form.values.note);
  const body = JSON.stringify({ action, ...which, ...form.values, dryRun: true });
  useEffect(() => {
    setPreview(null);
    setError(null);
    if (!ready) return undefined;
    let old = false;
    const timer = setTimeout(() => post('/leads/bulk', JSON.parse(body)).then((a) => { if (!old) setPreview(a); }, (e) => { if (!old) setError(e); }), WAIT_MS);
    return () => { old = true; clearTimeout(timer); };
  }, [body, ready]);
  return html`<${Dialog} title=${t(`bulk.do.${action}`)} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
      <${Button} type="submit" form="bulk-form" look=${action === 'decline' ? 'danger' : 'primary'} disabled=${!preview?.done} busy=${form.busy}>${t(`bulk.do.${action}`)}${preview?.done ? ` (${number(preview.done)})` : ''}<//>`}>
    <div class="stack"><${Form} form=${form} id="bulk-form" />
      <div role="status" class="stack">${error && html`<${Failure} error=${error} />`}${!ready ? html`<p class="muted">${t('bulk.wants')}</p>` : preview ? html`<p>${t('bulk.would', { count: preview.done })}</p>
        ${(cut || preview.next) && html`<p class="muted">${t('bulk.first', { count: preview.items.length })}</p>`}<${Refused} items=${preview.items} />` : !error && html`<${Skeleton} rows=${1} />`}</div></div><//>`;
}
