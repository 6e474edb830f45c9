// What is to be done for a lead: its next steps, or the one that is proposed where it has none.
import { html, useState } from '../lib.js';
import { post } from '../api.js';
import { dateShort, t, tOr } from '../i18n.js';
import { useKeys } from '../keys.js';
import { mayWork } from './desk.js';
import { Icon } from '../icons.js';
import { Button, Chip, now, Panel, Time } from './bits.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../types').Task} Task */

/** @type {Record<string, string>} */
export const TASK_ICONS = { call: 'phone', mail: 'mail', meeting: 'customers', other: 'check' };

/** When it is due, late ones said in words. @param {{task: Task}} props */
export function Due({ task }) {
  const present = now.use();
  const late = Date.parse(task.dueAt) < present;
  return html`<${Chip} tone=${late ? 'bad' : 'quiet'} icon=${late ? 'alert' : 'clock'} title=${dateShort(task.dueAt)}>${late && `${t('task.overdue')} · `}<${Time} at=${task.dueAt} /><//>`;
}

/** How a task can end, by its kind. @param {Task} task */
const ENDS = (task) => (task.kind === 'meeting' ? ['held', 'missed', 'dropped'] : ['done', 'dropped']);

/**
 * A task with what can be done with it.
 * @param {{task: Task, onChanged: (lead: any) => void, onEdit?: () => void, lead?: any}} props lead: how it is named where it is not the page's
 */
export function TaskRow({ task, onChanged, onEdit, lead }) {
  const begun = task.kind !== 'meeting' || Date.parse(task.dueAt) <= now.use();
  const end = async (/** @type {string} */ how) => {
    try {
      onChanged(await post(`/tasks/${task.id}/done`, { outcome: how === 'held' ? 'done' : how }));
      const back = task.kind !== 'meeting' || how === 'dropped';
      toast({ text: t(`task.told.${how}`), ...(back ? { undo: () => post(`/tasks/${task.id}/reopen`).then(onChanged) } : {}) });
    } catch (error) {
      toastError(error);
    }
  };
  return html`<li class="task"><div class="task-main"><span class="row"><${Icon} name=${TASK_ICONS[task.kind] ?? 'check'} size=${18} /><strong>${task.text}</strong><${Due} task=${task} /></span>
      <span class="muted">${lead}${lead && ' · '}${t(`task.kind.${task.kind}`)}${task.place && ` · ${task.place}`}${task.owner ? ` · ${task.owner.name || task.owner.email}` : ''}</span></div>
    ${mayWork() && html`<div class="row">${ENDS(task).filter((how) => begun || how === 'dropped').map((how, i) => html`<${Button} key=${how} look=${i ? 'ghost' : 'plain'} onClick=${() => end(how)}>${t(`task.end.${how}`)}<//>`)}
      ${task.endsAt && html`<a class="button button-ghost" href=${`/api/v1/tasks/${task.id}/ics`} download="meeting.ics"><${Icon} name="download" size=${18} /><span>${t('task.ics')}</span></a>`}
      ${onEdit && html`<${Button} look="ghost" icon="edit" label=${t('task.editNamed', { text: task.text })} onClick=${onEdit} />`}</div>`}</li>`;
}

/** @param {{lead: import('../types').LeadDetail, onChanged: (lead: any) => void}} props */
export function NextSteps({ lead, onChanged }) {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const { tasks, proposal } = lead;
  const show = (/** @type {any} */ about) => import('./task-dialog.js').then((m) => setOpen({ View: m.TaskDialog, ...about }), toastError);
  const works = lead.engagement.workable && mayWork();
  useKeys(works ? { 'do:task': () => show({}) } : {}, { 'do:task': t('task.add') });
  if (!lead.engagement.workable) return null;
  const proposed = proposal && { kind: proposal.kind, text: tOr(`task.why.${proposal.reason}`, proposal.text), dueAt: proposal.dueAt };
  const take = () => post(`/leads/${lead.id}/tasks`, proposed).then((/** @type {any} */ done) => { onChanged(done); toast({ text: t('task.saved') }); }, toastError);
  return html`<${Panel} title=${t('task.title')} class="tasks" actions=${mayWork() && html`<${Button} look="ghost" icon="add" label=${t('task.add')} onClick=${() => show({})} />`}>
    ${tasks.length > 0 ? html`<ul class="rows">${tasks.map((task) => html`<${TaskRow} key=${task.id} task=${task} onChanged=${onChanged} onEdit=${() => show({ task })} />`)}</ul>`
    : proposed ? html`<div class="panel-body stack"><p><${Chip} tone="warn" icon="alert">${t('task.none')}<//></p>
      <p>${t('task.proposed')} <strong>${proposed.text}</strong> · <${Time} at=${proposed.dueAt} /></p>
      ${mayWork() && html`<div class="row"><${Button} icon="check" onClick=${take}>${t('task.take')}<//><${Button} look="ghost" onClick=${() => show({ initial: proposed })}>${t('task.other')}<//></div>`}</div>`
    : html`<p class="panel-empty">${t('task.nothing')}</p>`}
    ${open && html`<${open.View} lead=${lead} task=${open.task} initial=${open.initial} onChanged=${onChanged} onClose=${() => setOpen(null)} />`}<//>`;
}
