// A next step as a form: what, when, who; of a meeting how long and where.
import { html, useId, useState } from '../lib.js';
import { patch, post, session, useLoad } from '../api.js';
import { t, unitNumber } from '../i18n.js';
import { Button } from './bits.js';
import { Form, useForm } from './form.js';
import { Dialog } from './overlay.js';
import { toast } from './toast.js';

/** @typedef {import('./form.js').Field} Field */

const KINDS = ['call', 'mail', 'meeting', 'other'];
const LENGTHS = [15, 30, 45, 60, 90, 120];

/** An instant as the field of the browser has it, on the clock here. @param {string | number} at */
function local(at) {
  const d = new Date(at);
  return new Date(d.getTime() - d.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** Tomorrow at nine. */
function tomorrow() {
  const d = new Date();
  d.setDate(d.getDate() + 1);
  d.setHours(9, 0, 0, 0);
  return d.getTime();
}

/**
 * @param {{lead: import('../types').LeadDetail, task?: import('../types').Task, initial?: {kind: string, text: string, dueAt: string}, onChanged: (lead: any) => void, onClose: () => void}} props
 */
export function TaskDialog({ lead, task, initial, onChanged, onClose }) {
  const id = useId();
  const [kind, setKind] = useState(task?.kind ?? initial?.kind ?? 'call');
  const owners = useLoad(`/leads/${lead.id}/owners`).data?.items ?? [];
  const minutes = task?.endsAt ? (Date.parse(task.endsAt) - Date.parse(task.dueAt)) / 60000 : 30;
  const meets = kind === 'meeting';
  const form = useForm(/** @type {Field[]} */ ([
    { name: 'text', type: 'text', required: true, max: 1000, label: t('task.text') },
    { name: 'dueAt', type: 'text', inputType: 'datetime-local', required: true, label: t(meets ? 'task.begins' : 'task.due') },
    ...(meets ? [
      { name: 'minutes', type: 'choice', required: true, default: String(minutes), label: t('task.length'), options: [...new Set([...LENGTHS, minutes])].sort((a, b) => a - b).map((n) => ({ value: String(n), label: unitNumber(n, 'minute') })) },
      { name: 'place', type: 'text', max: 1000, label: t('task.place') },
    ] : []),
    { name: 'owner', type: 'choice', label: t('task.owner'), noneLabel: t('desk.owner.nobody'), options: owners.map((/** @type {any} */ o) => ({ value: o.id, label: o.name || o.email })) },
  ]), {
    text: task?.text ?? initial?.text ?? '', dueAt: local(task?.dueAt ?? initial?.dueAt ?? tomorrow()), minutes: String(minutes), place: task?.place ?? '',
    owner: task ? task.owner?.id ?? '' : lead.engagement.owner?.id ?? session.get()?.user.id ?? '',
  }, async (v) => {
    const due = new Date(v.dueAt);
    // Who is not changed is not said: the list of those who may have it may be late, or not come.
    const keeps = task ? v.owner === (task.owner?.id ?? '') : !owners.length;
    const body = {
      text: v.text.trim(), dueAt: due.toISOString(), ...(keeps ? {} : { owner: owners.some((/** @type {any} */ o) => o.id === v.owner) ? v.owner : '' }),
      ...(meets ? { endsAt: new Date(due.getTime() + Number(v.minutes) * 60000).toISOString(), place: v.place } : {}),
    };
    onChanged(await (task ? patch(`/tasks/${task.id}`, body) : post(`/leads/${lead.id}/tasks`, { kind, ...body })));
    toast({ text: t('task.saved') });
    onClose();
  });
  return html`<${Dialog} title=${t(task ? 'task.edit' : 'task.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
      <${Button} type="submit" form="task-form" look="primary" busy=${form.busy}>${t('do.save')}<//>`}>
    <div class="stack">${!task && html`<fieldset class="segments"><legend>${t('task.what')}</legend>${KINDS.map((k) => html`<label key=${k} class="segment">
      <input type="radio" name=${`${id}-kind`} checked=${kind === k} onChange=${() => setKind(k)} /><span>${t(`task.kind.${k}`)}</span></label>`)}</fieldset>`}
    <${Form} form=${form} id="task-form" /></div><//>`;
}
