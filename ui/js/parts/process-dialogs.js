// What stands between a lead and the next stages, and the evidence of an item.
import { html } from '../lib.js';
import { call, session, useLoad } from '../api.js';
import { t } from '../i18n.js';
import { allows } from '../words.js';
import { Button, Failure, MessageBar, Skeleton } from './bits.js';
import { itemName, stageName } from './desk-words.js';
import { Form, useForm } from './form.js';
import { Dialog } from './overlay.js';
import { entrySaid } from './process.js';
import { toast } from './toast.js';

/** @typedef {import('../types').LeadDetail} LeadDetail */

/** @param {{lead: LeadDetail, to: import('../types').Stage, onChanged: (lead: LeadDetail) => void, onClose: () => void}} props */
function Override({ lead, to, onChanged, onClose }) {
  const form = useForm([{ name: 'reason', label: t('process.override'), type: 'text', required: true, max: 4000, lines: 2 }], {}, async ({ reason }) => {
    onChanged(await call('POST', `/leads/${lead.id}/stage`, { body: { stage: to.key, override: true, reason }, match: lead.eTag }));
    toast({ text: t('process.moved', { stage: stageName(to) }) });
    onClose();
  });
  return html`<${Form} form=${form} action=${t('process.override.do')} look="plain" />`;
}

/**
 * Names what is missing, as it is now; who may passes over it.
 * @param {{lead: {id: string}, to: import('../types').Stage, onChanged: (lead: any) => void, reload: () => void, onClose: () => void}} props
 */
export function GateDialog({ lead: { id }, to, onChanged, onClose }) {
  const { data: lead, error, reload } = useLoad(`/leads/${id}`);
  const missing = /** @type {LeadDetail | null} */ (lead)?.checklist?.filter((x) => x.required && !x.met) ?? [];
  return html`<${Dialog} title=${t('process.gate.title')} onClose=${onClose} footer=${html`<${Button} look="primary" onClick=${onClose}>${t('do.close')}<//>`}>
    <div class="stack">${error && html`<${Failure} error=${error} retry=${reload} />`}${!lead && !error && html`<${Skeleton} rows=${3} />`}
    ${lead && html`<p>${t('process.gate.text', { stage: stageName(to) })}</p><ul class="missing">${missing.map((x) => html`<li key=${x.key}>${itemName(x)}</li>`)}</ul>
      ${allows(session.get()?.user.role, 'manager') ? html`<${Override} key=${lead.eTag} lead=${lead} to=${to} onChanged=${onChanged} onClose=${onClose} />`
      : html`<${MessageBar}>${t('process.gate.ask')}<//>`}`}</div><//>`;
}

/** @param {{lead: LeadDetail, item: import('../types').CheckedItem, onChanged: (lead: LeadDetail) => void, reload: () => void, onClose: () => void}} props */
export function CheckDialog({ lead, item, onChanged, reload, onClose }) {
  const said = lead.timeline.filter(({ type, detail }) => ['note', 'call', 'mail'].includes(type) && !detail?.withdrawnAt && !detail?.bouncedAt && !detail?.erased);
  /** @type {import('./form.js').Field[]} */
  const fields = [{ name: 'evidence', label: t('process.evidence'), hint: t(item.needsEvidence ? 'process.evidence.needed' : 'process.evidence.hint'), type: 'text', max: 4000, lines: 3 }];
  if (said.length) fields.push({ name: 'entry', label: t('process.evidence.entry'), type: 'choice', options: said.map((x) => ({ value: String(x.id), label: entrySaid(x, lead) })) });
  const form = useForm(fields, {}, async ({ evidence, entry }) => {
    if (item.needsEvidence && !evidence?.trim() && !entry) throw { errors: [{ field: 'evidence', code: 'lead.evidence', message: '' }] };
    try {
      onChanged(await call('PUT', `/leads/${lead.id}/checklist/${item.key}`, { body: { evidence: evidence?.trim() ?? '', entry: entry ?? '' }, match: lead.eTag }));
      onClose();
    } catch (error) {
      if (/** @type {any} */ (error).status === 412) reload();
      throw error;
    }
  });
  return html`<${Dialog} title=${itemName(item)} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} type="submit" form="check-form" look="primary" busy=${form.busy}>${t('process.tick')}<//>`}><${Form} form=${form} id="check-form" /><//>`;
}
