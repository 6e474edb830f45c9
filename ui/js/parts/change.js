// A change of customers before it is made: what moves, and the golden records before and after.
import { html, useEffect, useState } from '../lib.js';
import { post } from '../api.js';
import { country, personName, t } from '../i18n.js';
import { fieldName } from '../words.js';
import { breakable, Button, Failure, Skeleton } from './bits.js';
import { Dialog } from './overlay.js';
import { toast, toastError } from './toast.js';

export const FIELDS = ['firstName', 'lastName', 'email', 'phone', 'company', 'title', 'country'];

/** @param {any} customer */
export const customerName = (customer) => personName(customer) || customer.email || customer.company || t('lead.noName');

/** @param {any} customer @param {string} field */
export function shownValue(customer, field) {
  const value = customer[field];
  if (field === 'email' && value) return breakable(value);
  return field === 'country' ? country(value) : value;
}

/** @param {string} id @param {() => void} [then] */
export async function undoChange(id, then) {
  try {
    await post(`/customers/history/${id}/undo`);
    toast({ text: t('change.undone') });
    then?.();
  } catch (error) {
    toastError(error);
  }
}

/** @param {{customer: any, before?: any}} props */
function Card({ customer, before }) {
  return html`<li class="card"><strong>${customerName(customer)}</strong><span class="muted">${t('customer.leadCount', { count: customer.leads })}</span>
    <dl>${FIELDS.filter((f) => customer[f]).map((f) => html`<div key=${f} class=${before && before[f] !== customer[f] ? 'is-changed' : ''}>
      <dt>${fieldName(f)}</dt><dd>${shownValue(customer, f)}</dd></div>`)}</dl></li>`;
}

/** @param {{change: any}} props */
function Preview({ change }) {
  return html`<p>${t('change.moves', { count: change.leads })}</p><div class="preview">
    <section><h3>${t('change.before')}</h3><ul>${change.before.map((/** @type {any} */ c) => html`<${Card} key=${c.id} customer=${c} />`)}</ul></section>
    <section><h3>${t('change.after')}</h3><ul>${change.after.map((/** @type {any} */ c) => html`<${Card} key=${c.id} customer=${c}
      before=${change.before.find((/** @type {any} */ b) => b.id === c.id)} />`)}</ul></section></div>
    <p class="muted">${t('change.permission')}</p>`;
}

/**
 * Asks the server what would be, shows it, and does it when told so.
 * @param {{title: string, action: string, path: string, body: any, done: string, onClose: () => void, onDone: (change: any) => void}} props
 */
export function ChangeDialog({ title, action, path, body, done, onClose, onDone }) {
  const [preview, setPreview] = useState(/** @type {any} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  useEffect(() => { post(path, { ...body, dryRun: true }).then(setPreview, setError); }, []);
  const act = async () => {
    setBusy(true);
    try {
      const change = await post(path, body);
      toast({ text: done, undo: () => undoChange(change.regroup, () => onDone(null)) });
      onDone(change);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${title} wide=${true} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
      <${Button} look="primary" disabled=${!preview || error} busy=${busy} onClick=${act}>${action}<//>`}>
    ${error && html`<${Failure} error=${error} />`}${preview ? html`<${Preview} change=${preview} />` : !error && html`<${Skeleton} rows=${4} />`}<//>`;
}

