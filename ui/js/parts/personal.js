// A person's data: handed over to who asks what we have, and erased for who asks that it goes.
import { html, useEffect, useState } from '../lib.js';
import { get, post } from '../api.js';
import { t } from '../i18n.js';
import { Button, Failure, MessageBar, Panel, Skeleton, Time } from './bits.js';
import { Dialog } from './overlay.js';
import { toast, toastError } from './toast.js';

/** Every page of it, as one file. @param {string} id */
async function download(id) {
  /** @type {any} */
  const all = { customer: null, leads: [] };
  for (let after = null; ;) {
    const page = await get(`/customers/${id}/data`, after ? { after } : {});
    all.customer = page.customer;
    for (const item of page.items) {
      const begun = item.lead ? null : all.leads.at(-1); // a long one goes on
      if (begun) for (const part of ['messages', 'entries', 'deliveries']) begun[part].push(...item[part]);
      else all.leads.push(item);
    }
    after = page.next;
    if (!after) break;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }));
  link.download = `customer-${id}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Where else it lies: others have to be asked there. @param {{delivered: any[]}} props */
function Elsewhere({ delivered }) {
  if (!delivered.length) return html`<p class="muted">${t('erase.nowhere')}</p>`;
  return html`<p>${t('erase.elsewhere')}</p><ul class="rows">${delivered.map((d, i) => html`<li key=${i}><div class="row-main">
    <span class="row-top"><strong>${d.destination.name ?? d.destination.kind}</strong><${Time} at=${d.at} class="muted" /></span>
    <span class="muted mono">${d.remoteId ?? d.recipient ?? d.lead}</span></div></li>`)}</ul>`;
}

/** @param {{customer: any, onClose: () => void, onDone: () => void}} props */
function EraseDialog({ customer, onClose, onDone }) {
  const [preview, setPreview] = useState(/** @type {any} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => { post(`/customers/${customer.id}/erase`, { dryRun: true }).then(setPreview, setError); }, []);
  const act = async () => {
    setBusy(true);
    try {
      await post(`/customers/${customer.id}/erase`);
      toast({ text: t('erase.done') });
      onDone();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${t('erase.title')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
      <${Button} look="danger" disabled=${!preview || !sure} busy=${busy} onClick=${act}>${t('erase.do')}<//>`}>
    ${error && html`<${Failure} error=${error} />`}
    ${preview ? html`<div class="stack"><${MessageBar} tone="warn">${t('erase.final')}<//>
      <p>${t('erase.goes', { leads: preview.leads, receipts: preview.receipts })}</p><p class="muted">${t('erase.stays')}</p>
      <${Elsewhere} delivered=${preview.delivered} />
      <label class="check"><input type="checkbox" checked=${sure} onChange=${(/** @type {Event} */ e) => setSure(/** @type {HTMLInputElement} */ (e.target).checked)} /><span>${t('erase.sure')}</span></label></div>`
    : !error && html`<${Skeleton} rows=${4} />`}<//>`;
}

/** @param {{customer: any, mayErase: boolean, onChanged: () => void}} props */
export function PersonalData({ customer, mayErase, onChanged }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const fetchAll = async () => {
    setBusy(true);
    await download(customer.id).catch(toastError);
    setBusy(false);
  };
  return html`<${Panel} title=${t('personal.title')}><div class="panel-body stack"><p class="muted">${t('personal.text')}</p>
      <div class="row"><${Button} icon="receipt" busy=${busy} onClick=${fetchAll}>${t('personal.download')}<//>
        ${mayErase && html`<${Button} icon="trash" onClick=${() => setOpen(true)}>${t('erase.open')}<//>`}</div></div><//>
    ${open && html`<${EraseDialog} customer=${customer} onClose=${() => setOpen(false)} onDone=${() => { setOpen(false); onChanged(); }} />`}`;
}
