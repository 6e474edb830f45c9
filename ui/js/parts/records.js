// What CRMs say of a lead that they were given.
import { html } from '../lib.js';
import { dateTime, t, tOr } from '../i18n.js';
import { destinationKindName, STANDING_TONES } from '../words.js';
import { Chip, MessageBar, Panel, Time } from './bits.js';
import { withdrawn } from './desk-words.js';
import { Icon } from '../icons.js';

/** @typedef {import('../types').CrmRecord} CrmRecord */

/** Its own word; where it has none, ours for how far it has come. @param {{status?: string | null, standing?: string | null}} side */
export const standingName = (side) => side.status || tOr(`standing.${side.standing}`, side.standing ?? '');

/** @param {{record: CrmRecord}} props */
function Row({ record: r }) {
  return html`<li class="record"><div class="row"><strong>${r.destination.name}</strong><span class="muted">${destinationKindName(r.destination.kind)}</span>
      <span class="grow"></span><${Chip} tone=${STANDING_TONES[r.standing]}>${tOr(`standing.${r.standing}`, r.standing)}<//></div>
    <dl class="facts"><div><dt>${t('record.status')}</dt><dd>${r.status || '–'}</dd></div>
      <div><dt>${t('record.owner')}</dt><dd>${r.owner || '–'}${r.ownerEmail && html` <span class="muted">${r.ownerEmail}</span>`}</dd></div>
      <div><dt>${t('record.changed')}</dt><dd><${Time} at=${r.changedAt} /></dd></div></dl>
    ${r.conflict && html`<${MessageBar} tone="warn">${t(`conflict.${r.conflict}`)}<//>`}
    ${r.link && html`<a class="link" href=${r.link} target="_blank" rel="noreferrer"><${Icon} name="link" size=${16} />${t('record.open')}</a>`}</li>`;
}

/** @param {{records: CrmRecord[]}} props */
export function Records({ records }) {
  if (!records?.length) return null;
  return html`<${Panel} title=${t('record.title')}><ul class="records">${records.map((r) => html`<${Row} key=${r.destination.id} record=${r} />`)}</ul><//>`;
}

/** What a timeline entry says that was heard from a CRM. @param {{detail: any}} props */
export function Heard({ detail: d }) {
  const status = d.from && standingName(d.from) !== standingName(d.to);
  const owner = d.from ? d.from.owner !== d.to.owner : d.to.owner;
  return html`<p>${[d.name,
    status ? t('record.fromTo', { from: standingName(d.from), to: standingName(d.to) }) : !d.from && standingName(d.to),
    owner && t('record.ownedBy', { owner: d.to.owner || '–' })].filter(Boolean).join(' · ')}</p>
    ${d.answered && html`<p>${t('record.answered', { status: standingName(d.to), at: dateTime(Date.parse(d.at)) })}</p>${withdrawn(d.withdrawnAt)}`}
    ${d.conflict && html`<p class="muted">${t(`conflict.${d.conflict}`)}</p>`}`;
}
