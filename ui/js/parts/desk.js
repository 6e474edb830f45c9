// The desk of one lead: its stage, what can be done now, whose it is, and what was agreed.
import { html, useEffect, useState } from '../lib.js';
import { call, post, session, useLoad } from '../api.js';
import { t } from '../i18n.js';
import { useKeys } from '../keys.js';
import { allows, statusName } from '../words.js';
import { Icon } from '../icons.js';
import { Button, Chip, Panel, Skeleton, Time } from './bits.js';
import { dealValue, reasonName, stageName } from './desk-words.js';
import { MenuItem, Popup } from './overlay.js';
import { toast, toastError } from './toast.js';
import { Flame } from '../pages/leads.js';

/** @typedef {import('../types').LeadDetail} LeadDetail */
/** @typedef {{lead: LeadDetail, onChanged: (lead: LeadDetail) => void, reload: () => void}} Props */

export const mayWork = () => allows(session.get()?.user.role, 'seller');

/** The ways through the stages; the last step is what it came to. @param {LeadDetail} lead */
function steps({ status, substatus }) {
  const end = status === 'Closed' ? substatus : 'Won';
  const all = end === 'Declined' || end === 'Expired' ? ['Received', end] : ['Received', 'Accepted', end];
  return { all, at: status === 'New' ? 0 : status === 'Active' ? 1 : all.length - 1 };
}

/** @param {{lead: LeadDetail}} props */
function StageBar({ lead }) {
  const { all, at } = steps(lead);
  return html`<ol class="stages" aria-label=${t('desk.stage')}>${all.map((name, i) => html`<li key=${name} class=${`stage ${i < at ? 'is-done' : i === at ? 'is-here' : ''} stage-${name}`}
    aria-current=${i === at ? 'step' : undefined}>${i < at && html`<${Icon} name="check" size=${14} />`}<span>${statusName(i === 0 ? lead.status === 'New' ? lead.substatus : name : name)}</span></li>`)}</ol>`;
}

/** @param {LeadDetail} lead */
function undoneTo({ engagement: { undo }, process }) {
  const stage = undo?.action === 'stage' && process?.stages.find((s) => s.key === undo.stage);
  return stage ? stageName(stage) : statusName(undo?.to ?? '');
}

/** @param {Props & {close: () => void}} props */
function OwnerItems({ lead, onChanged, reload, close }) {
  const { data } = useLoad(`/leads/${lead.id}/owners`);
  /** @type {import('../types').Team[]} */
  const teams = useLoad('/teams', { publisher: lead.publisher }).data?.items ?? [];
  const me = session.get()?.user.id;
  const mine = lead.engagement.owner?.id;
  const put = async (/** @type {'owner' | 'team'} */ what, /** @type {string} */ id) => {
    close();
    try {
      onChanged(await call('POST', `/leads/${lead.id}/${what}`, { body: { [what]: id }, match: lead.eTag }));
      toast({ text: t(what === 'owner' ? 'desk.owner.done' : 'desk.team.done') });
    } catch (error) {
      toastError(error);
      reload();
    }
  };
  const give = (/** @type {string} */ owner) => put('owner', owner);
  const teamsOf = (/** @type {string} */ id) => teams.filter((x) => x.members?.some((m) => m.id === id)).map((x) => x.name).join(', ');
  useEffect(() => { /** @type {HTMLElement | null} */ (document.querySelector('.owner-menu .popup button'))?.focus(); }, [data]);
  if (!data) return html`<${Skeleton} rows=${2} />`;
  const others = data.items.filter((/** @type {any} */ o) => o.id !== me);
  return html`${data.items.some((/** @type {any} */ o) => o.id === me) && mine !== me && html`<${MenuItem} icon="user" onClick=${() => give(String(me))}>${t('desk.owner.take')}<//>`}
    ${others.map((/** @type {any} */ o) => html`<${MenuItem} key=${o.id} checked=${o.id === mine} onClick=${() => give(o.id)}>${o.name || o.email}${teamsOf(o.id) && html` <span class="muted">${teamsOf(o.id)}</span>`}<//>`)}
    ${mine && html`<${MenuItem} icon="dismiss" onClick=${() => give('')}>${t('desk.owner.none')}<//>`}
    ${teams.length > 0 && html`<p class="menu-label" role="presentation">${t('desk.team')}</p>${teams.map((x) => html`<${MenuItem} key=${x.id} checked=${x.id === lead.team} onClick=${() => put('team', x.id)}>${x.name}<//>`)}
      ${lead.team && html`<${MenuItem} icon="dismiss" onClick=${() => put('team', '')}>${t('desk.team.none')}<//>`}`}`;
}

/** @param {Props} props */
function OwnerMenu(props) {
  const { owner, team } = props.lead.engagement;
  const person = owner ? owner.name || owner.email : t('desk.owner.nobody');
  const name = team ? `${person} · ${team.name}` : person;
  if (!mayWork()) return html`<span class="row"><${Icon} name="user" size=${18} />${name}</span>`;
  return html`<${Popup} class="owner-menu" look="plain" icon="user" menu=${true} label=${t('desk.owner.label', { name })} text=${name}>
    ${(/** @type {() => void} */ close) => html`<${OwnerItems} ...${props} close=${close} />`}<//>`;
}

/** @param {Props} props */
function Heart({ lead, onChanged }) {
  const { favorite } = lead.engagement;
  const change = () => post(`/leads/${lead.id}/favorite`, { favorite: !favorite }).then(onChanged, toastError);
  useKeys(mayWork() ? { 'do:favorite': change } : {}, { 'do:favorite': t('desk.favorite') });
  return html`<${Button} look="ghost" icon="heart" class=${favorite ? 'is-favorite' : ''} pressed=${favorite} disabled=${!mayWork()} label=${t('desk.favorite')} onClick=${change} />`;
}

/** @type {Record<string, string>} */
const ACTION_ICONS = { accept: 'check', decline: 'dismiss', lose: 'dismiss', win: 'checkCircle' };

/**
 * Stage, owner and what to do now.
 * @param {Props} props
 */
export function Desk(props) {
  const { lead, onChanged, reload } = props;
  const [open, setOpen] = useState('');
  const [dialogs, setDialogs] = useState(/** @type {any} */ (null));
  const { actions, undo, workable, expiresAt } = lead.engagement;
  const owes = lead.firstResponse?.owed; // then the answer comes first
  const show = (/** @type {string} */ action) => import('./desk-dialogs.js').then((m) => { setDialogs(m); setOpen(action); }, toastError);
  const takeBack = async () => {
    try {
      onChanged(await call('POST', `/leads/${lead.id}/undo`, { body: {}, match: lead.eTag }));
      toast({ text: t('desk.undone') });
    } catch (error) {
      toastError(error);
      reload();
    }
  };
  const doing = Object.fromEntries((mayWork() ? actions : []).map(({ action }, i) => [i ? `do:${action}` : 'a', action]));
  useKeys(Object.fromEntries(Object.entries(doing).map(([key, action]) => [key, () => show(action)])),
    Object.fromEntries(Object.entries(doing).map(([key, action]) => [key, t(`desk.do.${action}`)])));
  if (!workable) return html`<div class="desk"><${Chip} icon="info">${t(lead.test ? 'desk.test' : 'desk.information')}<//><${Heart} ...${props} /></div>`;
  return html`<section class="desk" aria-label=${t('desk.title')}><${StageBar} lead=${lead} /><${Flame} lead=${lead} long=${true} />
    ${expiresAt && html`<span class="muted">${t('desk.expires')} <${Time} at=${expiresAt} /></span>`}
    <div class="desk-end">${mayWork() && actions.map(({ action }, i) => html`<${Button} key=${action} look=${i || owes ? 'plain' : 'primary'} icon=${ACTION_ICONS[action]} onClick=${() => show(action)}>${t(`desk.do.${action}`)}<//>`)}
      ${mayWork() && undo && html`<${Button} look="ghost" icon="undo" title=${t('desk.undoTitle', { stage: undoneTo(lead) })} onClick=${takeBack}>${t('desk.undo')}<//>`}
      <${OwnerMenu} ...${props} /><${Heart} ...${props} /></div>
    ${open && dialogs && html`<${dialogs.ActionDialog} ...${props} action=${open} onClose=${() => setOpen('')} />`}</section>`;
}

const DEAL = ['name', 'value', 'purchaseTimeFrame', 'closingOn', 'purchaseIntent', 'quality', 'crmId', 'campaignId', 'notes'];

/** What was agreed. @param {Props} props */
export function Deal(props) {
  const { engagement } = props.lead;
  const [View, setView] = useState(/** @type {any} */ (null));
  const known = DEAL.filter((f) => engagement[/** @type {'name'} */ (f)]);
  const edit = () => import('./desk-dialogs.js').then((m) => setView(() => m.DealDialog), toastError);
  useKeys(mayWork() ? { 'do:deal': edit } : {}, { 'do:deal': t('desk.deal.edit') });
  return html`<${Panel} title=${t('desk.deal')} actions=${mayWork() && html`<${Button} look="ghost" icon="edit" label=${t('desk.deal.edit')} onClick=${edit} />`}>
    ${known.length || engagement.reason || engagement.attempts ? html`<dl class="facts">${known.map((f) => html`<div key=${f}><dt>${t(`desk.field.${f}`)}</dt><dd>${dealValue(f, engagement[/** @type {'name'} */ (f)], engagement.currency)}</dd></div>`)}
      ${engagement.reason && html`<div><dt>${t('desk.reason')}</dt><dd>${reasonName(engagement.reason)}</dd></div>`}
      ${engagement.attempts > 0 && html`<div><dt>${t('desk.attempts')}</dt><dd>${t('desk.attemptsOf', { count: engagement.attempts, reached: engagement.reached })}</dd></div>`}</dl>`
    : html`<p class="panel-empty">${t('desk.deal.none')}</p>`}
    ${View && html`<${View} ...${props} onClose=${() => setView(null)} />`}<//>`;
}
