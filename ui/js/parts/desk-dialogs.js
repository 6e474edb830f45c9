// What is asked before a lead is accepted, declined, won or lost, and the deal as a form.
import { html, useLayoutEffect, useRef, useState } from '../lib.js';
import { call, patch, session } from '../api.js';
import { t } from '../i18n.js';
import { Button, MessageBar } from './bits.js';
import { mendable, reasonName } from './desk-words.js';
import { Form, useForm } from './form.js';
import { Dialog } from './overlay.js';
import { toast, toastError } from './toast.js';
import { toIds } from './mention.js';

/** @typedef {import('./form.js').Field} Field */
/** @typedef {import('./desk.js').Props & {onClose: () => void}} Props */

const CURRENCIES = ['EUR', 'USD', 'KRW', 'CNY', 'JPY', 'GBP'];
const TIME_FRAMES = ['within-1-month', '1-3-months', '3-6-months', '6-12-months', 'over-12-months'];
const INTENTS = ['Yes', 'No', 'Have not decided'];
const QUALITIES = ['High', 'Low'];

/** @param {string} name @param {string[]} values */
const words = (name, values) => values.map((value) => ({ value, label: t(`desk.${name}.${value}`) }));

/** @param {import('../types').Engagement} known @returns {Field[]} */
const money = (known) => [
  { name: 'value', label: t('desk.field.value'), type: 'text', max: 24, placeholder: '12000.50' },
  { name: 'currency', label: t('desk.field.currency'), type: 'choice', options: [...new Set([...(known.currency ? [known.currency] : []), ...CURRENCIES])].map((c) => ({ value: c, label: c })) },
];

/** @param {import('../types').Engagement} known @returns {Field[]} */
const dealFields = (known) => [
  { name: 'name', label: t('desk.field.name'), type: 'text', max: 200 }, ...money(known),
  { name: 'purchaseTimeFrame', label: t('desk.field.purchaseTimeFrame'), type: 'choice', options: words('purchaseTimeFrame', TIME_FRAMES) },
  { name: 'closingOn', label: t('desk.field.closingOn'), type: 'text', inputType: 'date' },
  { name: 'purchaseIntent', label: t('desk.field.purchaseIntent'), type: 'choice', options: words('purchaseIntent', INTENTS) },
  { name: 'quality', label: t('desk.field.quality'), type: 'choice', options: words('quality', QUALITIES) },
  { name: 'crmId', label: t('desk.field.crmId'), type: 'text', max: 200 },
  { name: 'campaignId', label: t('desk.field.campaignId'), type: 'text', max: 200 },
  { name: 'notes', label: t('desk.field.notes'), type: 'text', max: 4000, lines: 3 },
];

/** @returns {Field} */
const noteField = () => ({ name: 'note', label: t('desk.field.note'), type: 'text', max: 4000, lines: 3 });

/** @param {{reason: string, noteRequired: boolean}[]} reasons @returns {Field} */
const reasonField = (reasons) => ({ name: 'reason', label: t('desk.reason'), type: 'choice', required: true, options: [{ value: '', label: t('desk.reason.choose') }, ...reasons.map((r) => ({ value: r.reason, label: reasonName(r.reason) }))] });

/** Who gives up too soon says why. @param {import('../types').Engagement} known @returns {Field[]} */
const fewField = ({ attempts, attemptsWanted }) => (attempts >= attemptsWanted ? [] : [{
  name: 'fewAttempts', label: t('desk.few'), hint: t('desk.few.hint', { count: attempts, wanted: attemptsWanted }), type: 'text', required: true, max: 4000, lines: 2,
}]);

// Whole groups of three, all apart by a comma or all by a blank. A comma elsewhere may be a decimal point: no guess is made of it.
const GROUPED = /^\d{1,3}(?:(?:,\d{3})+|(?:\s\d{3})+)(?:\.\d+)?$/;

/** @param {any} value as it was typed */
function plainNumber(value) {
  const text = String(value).trim();
  return GROUPED.test(text) ? text.replace(/[,\s]/g, '') : text;
}

/** Only what the person changed goes out: what others wrote meanwhile stays. @param {Record<string, any>} values @param {Record<string, any>} before */
function changed(values, before) {
  /** @type {Record<string, any>} */
  const body = {};
  for (const [name, value] of Object.entries(values)) if ((value ?? '') !== (before[name] ?? '')) body[name] = name === 'value' ? plainNumber(value) : value;
  return body;
}

/**
 * A form about a lead that others may change meanwhile: they are told of, the input stays, and the next try counts from there.
 * @param {Props & {fields: Field[], initial: Record<string, any>, title: string, action: string, send: (body: any, match: string) => Promise<any>, danger?: boolean, children?: any}} props
 */
function LeadForm({ lead, onChanged, reload, onClose, fields, initial, title, action, send, danger, children }) {
  const [seen, setSeen] = useState(lead.eTag);
  const [refused, setRefused] = useState(false); // because of what somebody else changed, and by nothing else
  const [before] = useState(initial);
  const latest = useRef(lead);
  latest.current = lead;
  const stale = lead.eTag !== seen;
  const form = useForm(fields, before, async (values) => {
    setRefused(false);
    try {
      onChanged(await send(changed(values, before), seen));
      onClose();
    } catch (error) {
      if (/** @type {any} */ (error).status === 412) {
        setRefused(true);
        reload();
      }
      throw error;
    }
  });
  const id = 'lead-form';
  const told = refused && form.failure !== '';
  // The refusal told of the news, and they are on the screen: whoever goes on now has seen them. Later news are told anew.
  useLayoutEffect(() => {
    if (!stale || !told) return;
    setSeen(latest.current.eTag);
    setRefused(false);
  }, [stale, told]);
  const news = lead.timeline.find((e) => e.actor);
  return html`<${Dialog} title=${title} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
      <${Button} type="submit" form=${id} look=${danger ? 'danger' : 'primary'} busy=${form.busy}>${action}<//>`}>
    ${stale && !told && html`<${MessageBar} tone="warn" actions=${html`<${Button} onClick=${() => setSeen(lead.eTag)}>${t('desk.seen')}<//>`}>${t('desk.changed', { name: news?.actor ?? '' })}<//>`}
    <${Form} form=${form} id=${id}>${children}<//><//>`;
}

/** @param {Props & {action: string}} props */
export function ActionDialog(props) {
  const { lead, action } = props;
  const { engagement } = lead;
  const reasons = engagement.actions.find((a) => a.action === action)?.reasons ?? [];
  /** @type {Record<string, Field[]>} */
  const forms = { accept: dealFields(engagement), win: [...money(engagement), noteField()] };
  const fields = forms[action] ?? [reasonField(reasons), ...(action === 'lose' ? fewField(engagement) : []), noteField()];
  // Of this one only: what happened since is another thing.
  const undo = (/** @type {string} */ match) => call('POST', `/leads/${lead.id}/undo`, { body: {}, match }).then((done) => {
    props.onChanged(done);
    toast({ text: t('desk.undone') });
  }, toastError);
  return html`<${LeadForm} ...${props} fields=${fields} initial=${forms[action] ? { ...engagement, note: '' } : { reason: '', note: '' }} title=${t(`desk.${action}.title`)}
    action=${t(`desk.do.${action}`)} danger=${action === 'decline' || action === 'lose'} send=${async (/** @type {any} */ body, /** @type {string} */ match) => {
      const done = await call('POST', `/leads/${lead.id}/${action}`, { body, match });
      toast({ text: t(`desk.${action}.done`), undo: () => undo(done.eTag) });
      return done;
    }}><p class="hint">${t(`desk.${action}.hint`)}</p><//>`;
}

/** @param {Props} props */
export function DealDialog(props) {
  const { lead } = props;
  return html`<${LeadForm} ...${props} fields=${dealFields(lead.engagement)} initial=${lead.engagement} title=${t('desk.deal.edit')} action=${t('do.save')}
    send=${async (/** @type {any} */ body, /** @type {string} */ match) => {
      const done = await call('PATCH', `/leads/${lead.id}`, { body, match });
      toast({ text: t('desk.deal.saved') });
      return done;
    }} />`;
}

/** @param {{lead: import('../types').LeadDetail, entry: import('../types').TimelineEntry, onChanged: (lead: any) => void, onClose: () => void}} props */
export function NoteDialog({ lead, entry, onChanged, onClose }) {
  const form = useForm([{ ...noteField(), name: 'text', required: true, lines: 5 }], { text: entry.detail?.text }, async ({ text }) => {
    onChanged(await patch(`/leads/${lead.id}/notes/${entry.id}`, { text: toIds(text, lead.mentioned ?? []) }));
    onClose();
  });
  const ask = (/** @type {string} */ method, /** @type {string} */ path) => call(method, `/leads/${lead.id}/${path}`).then((done) => { onChanged(done); onClose(); }, toastError);
  const withdraw = () => ask('DELETE', `${entry.type === 'note' ? 'notes' : 'contacts'}/${entry.id}`);
  const bounced = entry.type === 'mail' && !entry.detail?.bouncedAt;
  const away = html`<${Button} look="danger" icon="trash" onClick=${withdraw}>${t('desk.note.withdraw')}<//>`;
  if (mendable(entry, session.get()?.user) !== 'desk.note.edit') return html`<${Dialog} title=${t('desk.note.withdraw')} onClose=${onClose} footer=${html`${bounced && html`<${Button} onClick=${() => ask('POST', `mails/${entry.id}/bounced`)}>${t('desk.mail.bounce')}<//>`}${away}`}>
    <p>${t('desk.withdraw.hint')}</p>${bounced && html`<p>${t('desk.mail.hint')}</p>`}<//>`;
  return html`<${Dialog} title=${t('desk.note.edit')} onClose=${onClose} footer=${html`${away}
    <${Button} type="submit" form="note-form" look="primary" busy=${form.busy}>${t('do.save')}<//>`}><${Form} form=${form} id="note-form"><p class="hint">${t('desk.note.stays')}</p><//><//>`;
}
