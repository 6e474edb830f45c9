// One action on many leads: what it would do is asked of the server before, what was refused is named, and it is taken back as it was done.
import { html, useEffect, useState } from '../lib.js';
import { call, post, remove, useLoad } from '../api.js';
import { number, t, tOr } from '../i18n.js';
import { Button, Failure, MessageBar, Skeleton } from './bits.js';
import { reasonName } from './desk-words.js';
import { Form, useForm } from './form.js';
import { Dialog } from './overlay.js';
import { toast, toastError } from './toast.js';

/** @typedef {{lead: string, done: boolean, code?: string, message?: string, eTag?: string, owner?: string | null, note?: string | null}} Item */
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

/** Takes back what was done, and nothing else. @param {string} action @param {Item[]} done */
async function takeBack(action, done) {
  if (action === 'note') {
    for (const item of done) await remove(`/leads/${item.lead}/notes/${item.note}`);
  } else if (action === 'owner') {
    for (const owner of new Set(done.map((item) => item.owner))) await post('/leads/bulk', { action, owner: owner ?? '', ids: done.filter((item) => item.owner === owner).map((item) => item.lead) });
  } else {
    const { refused } = await post('/leads/bulk', { action: 'undo', ids: done.map((item) => item.lead), eTags: done.map((item) => item.eTag) });
    if (refused) { toast({ text: t('bulk.refused', { count: refused }), tone: 'bad' }); return; }
  }
  toast({ text: t('desk.undone') });
}

/** What is refused, by reason. @param {{items: Item[]}} props */
function Refused({ items }) {
  /** @type {Map<string, Item[]>} */
  const why = new Map();
  for (const item of items.filter((i) => !i.done)) why.set(String(item.code), [...(why.get(String(item.code)) ?? []), item]);
  if (!why.size) return null;
  return html`<${MessageBar} tone="warn"><ul>${[...why].map(([code, all]) => html`<li key=${code}>${t('bulk.refused', { count: all.length })}: ${tOr(`problem.${code}`, String(all[0].message))}</li>`)}</ul><//>`;
}

/**
 * @param {{action: string, which: {ids: string[]} | {filter: Record<string, any>}, first: string, onClose: () => void, onDone: () => void}} props
 *   first: a lead of them, whose possible owners are offered
 */
export function BulkDialog({ action, which, first, onClose, onDone }) {
  const owners = useLoad(action === 'owner' ? `/leads/${first}/owners` : null).data?.items ?? [];
  const [preview, setPreview] = useState(/** @type {Answer | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const fields = fieldsOf(action, owners);
  const form = useForm(fields, {}, async (values) => {
    const answer = /** @type {Answer} */ (await call('POST', '/leads/bulk', { body: { action, ...which, ...values } }));
    const done = answer.items.filter((item) => item.done);
    toast({ text: [t('bulk.done', { count: answer.done }), answer.refused ? t('bulk.refused', { count: answer.refused }) : ''].filter(Boolean).join(' · '),
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
        ${preview.next && html`<p class="muted">${t('bulk.first', { count: preview.items.length })}</p>`}<${Refused} items=${preview.items} />` : !error && html`<${Skeleton} rows=${1} />`}</div></div><//>`;
}
