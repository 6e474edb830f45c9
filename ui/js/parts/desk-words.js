// What people did with a lead, as its timeline says it.
import { html } from '../lib.js';
import { dateShort, dateTime, day, money, t, tOr } from '../i18n.js';
import { allows, statusName } from '../words.js';

/** @typedef {import('../types').TimelineEntry} Entry */

/** How each type of entry looks. @type {Record<string, {icon: string, tone: string}>} */
export const DESK_TYPES = {
  assigned: { icon: 'user', tone: 'brand' },
  call: { icon: 'phone', tone: 'good' },
  check: { icon: 'checkCircle', tone: 'good' },
  deal: { icon: 'edit', tone: 'brand' },
  favorite: { icon: 'heart', tone: 'hot' },
  mail: { icon: 'mail', tone: 'good' },
  note: { icon: 'note', tone: 'quiet' },
  owner: { icon: 'user', tone: 'brand' },
  stage: { icon: 'columns', tone: 'brand' },
  task: { icon: 'clock', tone: 'brand' },
  team: { icon: 'user', tone: 'brand' },
};

/** @param {string} code */
export const reasonName = (code) => tOr(`desk.reason.${code}`, code);

/** @param {string} field @param {string | null} value @param {string | null | undefined} [currency] */
export function dealValue(field, value, currency) {
  if (!value) return '–';
  if (field === 'value' && currency) return money(value, currency);
  if (field === 'closingOn') return day(value);
  return tOr(`desk.${field}.${value}`, value);
}

/** What is shipped has words in every language. @param {{key: string, name: string, shipped: boolean}} stage */
export const stageName = ({ key, name, shipped }) => (shipped ? tOr(`process.stage.${key}`, name) : name);

/** When it begins, or when it is done. @param {import('../types').Stage} stage @param {'entry' | 'exit'} end */
export const stageEnd = (stage, end) => (stage.shipped ? tOr(`process.${end}.${stage.key}`, stage[end]) : stage[end]);

/** Both, as far as they are given. @param {import('../types').Stage} stage */
export const stageEnds = (stage) => ['entry', 'exit'].map((end) => { const text = stageEnd(stage, /** @type {'entry'} */ (end)); return text && `${t(`process.${end}`)}: ${text}`; }).filter(Boolean);

/** @param {{key: string, name: string, shipped: boolean}} item */
export const itemName = ({ key, name, shipped }) => (shipped ? tOr(`process.item.${key}`, name) : name);

/** What an item asks for. @param {import('../types').Item} item */
export const itemWants = ({ required, needsEvidence }) => [required && t('process.required'), needsEvidence && t('process.needsEvidence')].filter(Boolean).join(' · ');

/** @param {{key: string, name: string, shipped: boolean}} process */
export const processName = ({ name, shipped }) => (shipped ? t('process.default') : name);

/** @param {any} detail */
function status(detail) {
  const why = [detail.reason && reasonName(detail.reason), detail.fewAttempts, detail.note].filter(Boolean).join(' · ');
  return html`<p>${t(`desk.event.${detail.event}`)}: ${statusName(detail.from.substatus)} → ${statusName(detail.to.substatus)}</p>${why && html`<p>${why}</p>`}`;
}

/** @param {any} detail */
function stage({ event, from, to, override, missing, note: said }) {
  return html`<p>${event === 'undo' && `${t('desk.event.undo')}: `}${from && stageName(from)} → ${to && stageName(to)}</p>
    ${override && html`<p>${t('process.passed', { items: missing })}</p><p class="said">${override}</p>`}${said && html`<p class="said">${said}</p>`}`;
}

/** @param {any} detail */
function check({ item, name, shipped, met, evidence }) {
  return html`<p>${t(met ? 'process.met' : 'process.reopened', { item: itemName({ key: item, name, shipped }) })}</p>${evidence && html`<p class="said">${evidence}</p>`}`;
}

/** @param {any} detail */
function owner({ from, to, why, cause }) {
  return html`<p>${to ? from ? t('desk.owner.moved', { from, to }) : t('desk.owner.given', { to }) : t('desk.owner.back', { from: from ?? '–' })}</p>${cause && html`<p class="muted">${tOr(`desk.owner.cause.${cause}`, cause)}</p>`}${why && html`<p>${why}</p>`}`;
}

/** By a rule: whose it is, by which one, and why. @param {any} detail */
export function given({ rule, to, team, reason }) {
  return html`<p>${to ? t('assign.given', { to }) : team ? t('assign.givenTeam', { team }) : t('assign.givenNobody')}</p>
    <p class="muted">${rule && t('assign.byRule', { rule: rule.name })} · ${tOr(`assign.reason.${reason}`, String(reason))}</p>`;
}

/** @param {any} detail */
function deal({ changes }) {
  return html`<ul class="changes">${changes.map((/** @type {any} */ c) => html`<li key=${c.field}>${t(`desk.field.${c.field}`)}: ${c.from !== null && html`<s>${dealValue(c.field, c.from)}</s> → `}${dealValue(c.field, c.to)}</li>`)}</ul>`;
}

/** @param {any} detail */
const note = (detail) => html`${detail.answered && html`<p class="muted">${t('desk.note.answered')}</p>`}${!detail.erased && spoken(detail)}`;

/** @param {string | undefined} at */
export const withdrawn = (at) => at && html`<p class="muted">${t('desk.note.withdrawn', { at: dateTime(Date.parse(at)) })}</p>`;

/** What was said, when, and what it said before. @param {any} detail */
function spoken({ text, at, editedAt, withdrawnAt, history }) {
  return html`${at && html`<p class="muted">${t('desk.at', { at: dateTime(Date.parse(at)) })}</p>`}
    ${withdrawnAt ? withdrawn(withdrawnAt) : text && html`<p class="said">${text}</p>`}
    ${history?.length > 0 && html`<details><summary>${text === null ? t('desk.note.history') : t('desk.note.edited', { at: dateTime(Date.parse(editedAt)) })}</summary>
      ${history.map((/** @type {any} */ h) => html`<p class="said" key=${h.at}>${h.text}</p>`)}</details>`}`;
}

/** A promise: what, when, and what came of it. @param {any} detail */
function task({ event, kind, text, dueAt, place, owner: who, note: said, was, withdrawnAt }) {
  const how = event === 'done' && kind === 'meeting' ? 'held' : event;
  const more = [t(`task.kind.${kind}`), dateShort(dueAt), place, who].filter(Boolean).join(' · ');
  return html`<p>${t(`task.event.${how}`)}: <strong>${text}</strong></p><p class="muted">${was && was.dueAt !== dueAt && html`<s>${dateShort(was.dueAt)}</s> → `}${more}</p>${said && html`<p class="said">${said}</p>`}${withdrawn(withdrawnAt)}`;
}

/** @type {Record<string, (detail: any) => any>} */
const BODIES = {
  assigned: given,
  call: (detail) => html`<p>${t(`desk.outcome.${detail.outcome}`)}</p>${spoken(detail)}`,
  check,
  deal,
  favorite: ({ favorite }) => html`<p>${t(favorite ? 'desk.favorite.on' : 'desk.favorite.off')}</p>`,
  mail: (detail) => html`${detail.bouncedAt && html`<p class="muted">${t('desk.mail.bounced', { at: dateTime(Date.parse(detail.bouncedAt)) })}</p>`}${spoken(detail)}`,
  note,
  owner,
  stage,
  status,
  task,
  team: owner,
};

/**
 * What somebody may do with an entry of theirs, or as a manager with one that counts.
 * @param {Entry} entry @param {import('../types').User | undefined} me
 */
export function mendable({ type, detail }, me) {
  const mine = detail?.author === me?.id;
  if (!detail || detail.withdrawnAt || detail.erased || !allows(me?.role, 'seller')) return '';
  if (type === 'note' && mine) return 'desk.note.edit';
  const counts = type === 'call' || type === 'mail' || detail.answered || (type === 'task' && detail.kind === 'meeting' && /^(done|missed)$/.test(detail.event));
  return counts && (mine || allows(me?.role, 'manager')) ? (type === 'mail' && !detail.bouncedAt ? 'desk.mail.mend' : 'desk.note.withdraw') : '';
}

/** What an entry says, or nothing when it is not one of the desk's. @param {Entry} entry */
export const deskBody = (entry) => (entry.actor && entry.detail && BODIES[entry.type] ? BODIES[entry.type](entry.detail) : null);
