// What happened to a lead, newest first, by kind of event.
import { html, useState } from '../lib.js';
import { t, tOr } from '../i18n.js';
import { actionName, deliveryStateName, sourceName, statusName } from '../words.js';
import { Time } from '../parts/bits.js';
import { Icon } from '../icons.js';

/** @typedef {import('../types').TimelineEntry} Entry */

/** @type {Record<string, {icon: string, tone: string}>} */
const TYPES = {
  assigned: { icon: 'user', tone: 'brand' },
  delivery: { icon: 'deliver', tone: 'good' },
  read: { icon: 'eye', tone: 'quiet' },
  received: { icon: 'inbox', tone: 'brand' },
  status: { icon: 'flag', tone: 'brand' },
  touch: { icon: 'touches', tone: 'hot' },
};

/**
 * How the known members of an entry's detail are said, in this order.
 * @type {Record<string, (value: any) => string>}
 */
const DETAILS = {
  name: (v) => v,
  state: deliveryStateName,
  status: (v) => statusName(String(v)),
  action: actionName,
  source: sourceName,
};

/** @param {Entry} entry */
const said = (entry) => Object.keys(DETAILS).filter((name) => entry.detail?.[name]).map((name) => DETAILS[name](entry.detail?.[name])).join(' · ');

/** @param {{lead: import('../types').LeadDetail, onReceipt: (id: string) => void, onDelivery: (id: string) => void}} props */
export function Timeline({ lead, onReceipt, onDelivery }) {
  const [only, setOnly] = useState('');
  const types = [...new Set(lead.timeline.map((e) => e.type))];
  const entries = lead.timeline.filter((e) => !only || e.type === only).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return html`<div class="timeline-box">${types.length > 2 && html`<div class="pills" role="group" aria-label=${t('timeline.filter')}>
      ${['', ...types].map((type) => html`<button key=${type} type="button" class="pill" aria-pressed=${String(only === type)} onClick=${() => setOnly(type)}>
        ${type ? tOr(`timeline.${type}`, type) : t('timeline.all')}</button>`)}</div>`}
    <ol class="timeline">${entries.map((entry, i) => {
      const look = TYPES[entry.type] ?? { icon: 'info', tone: 'quiet' };
      return html`<li key=${`${entry.at}-${i}`}><span class=${`timeline-icon tone-${look.tone}`}><${Icon} name=${look.icon} size=${16} /></span>
        <div class="timeline-body"><div class="timeline-head"><strong>${tOr(`timeline.${entry.type}`, entry.type)}</strong><${Time} at=${entry.at} class="muted" /></div>
        ${said(entry) && html`<p>${said(entry)}</p>`}
        ${entry.receipt && html`<button type="button" class="link" onClick=${() => onReceipt(String(entry.receipt))}>${t('timeline.receipt')}</button>`}
        ${entry.delivery && html`<button type="button" class="link" onClick=${() => onDelivery(String(entry.delivery))}>${t('timeline.attempts')}</button>`}</div></li>`;
    })}</ol></div>`;
}
