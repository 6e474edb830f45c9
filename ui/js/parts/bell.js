// The bell: what the person was told by the clock and by others, and beside it what deliveries and offers need.
import { html, useEffect, useRef } from '../lib.js';
import { post, session, useLoad } from '../api.js';
import { number, personName, t } from '../i18n.js';
import { useLive } from '../live.js';
import { allows, reachesAll } from '../words.js';
import { Button, Time } from './bits.js';
import { Popup } from './overlay.js';
import { toastError } from './toast.js';

/** @typedef {import('../types').Notification} Notification */

const EVERY_MS = 30_000;
const SHOWN = 20;
const GATHER_MS = 300;
const ANYBODY = '00000000-0000-0000-0000-000000000000';
/** Where a person does something about it. @type {Record<string, string>} */
const ALARM_PAGES = { 'destination-parked': '/destinations', 'destination-stopped': '/destinations', 'offer-silent': '/settings?section=offers' };

/** @param {Notification} n */
const nameOf = (n) => [personName(n.lead), n.lead.company].filter(Boolean).join(' · ') || n.lead.email || t('lead.noName');

/** @param {{n: Notification, onRead: () => void, onGo: () => void}} props */
function Told({ n, onRead, onGo }) {
  const due = n.task ? n.task.dueAt : n.kind === 'warm-ending' ? n.lead.warmUntil : n.lead.dueAt;
  const text = t(`notice.${n.kind}`, { name: nameOf(n) });
  return html`<li class="told"><a href=${`/leads/${n.lead.id}`} onClick=${() => { onRead(); onGo(); }}><strong>${text}</strong>
    ${(n.task || n.why) && html`<span>${n.task?.text ?? n.why}</span>`}
    <span>${!n.lead.respondedAt && due ? html`${t('bell.due')} <${Time} at=${due} /> · ` : ''}${t('bell.told')} <${Time} at=${n.at} /></span></a>
    <${Button} look="ghost" icon="check" label=${t('bell.readNamed', { name: text })} onClick=${onRead} /></li>`;
}

/** @param {{items: Notification[], unread: number, reload: () => void, close: () => void}} props */
function Mine({ items, unread, reload, close }) {
  const read = (/** @type {string} */ path, /** @type {any} */ body) => { post(path, body).then(reload, toastError); };
  return html`<section aria-labelledby="bell-mine"><header class="bell-head"><h2 id="bell-mine">${t('bell.mine')}</h2>
      ${items.length > 0 && html`<${Button} look="ghost" onClick=${() => read('/notifications/read', { until: items[0].id })}>${t('bell.readAll')}<//>`}</header>
    ${items.length ? html`<ul class="alarm-list">${items.map((n) => html`<${Told} key=${n.id} n=${n} onGo=${close} onRead=${() => read(`/notifications/${n.id}/read`, {})} />`)}</ul>
      ${unread > items.length && html`<p class="bell-note">${t('bell.more', { count: unread - items.length })}</p>`}`
      : html`<p class="bell-note">${t('bell.empty')}</p>`}
    <p class="bell-note"><a href="/settings?section=notices" onClick=${close}>${t('bell.settings')}</a></p></section>`;
}

/** @param {{items: import('../types').Alarm[], close: () => void}} props */
function Alarms({ items, close }) {
  return html`<section aria-labelledby="bell-alarms"><header class="bell-head"><h2 id="bell-alarms">${t('bell.alarms')}</h2></header>
    <ul class="alarm-list">${items.map((a) => html`<li key=${a.id}><a href=${ALARM_PAGES[a.kind] ?? '/destinations'} onClick=${close}>
      <strong>${t(`alarm.${a.kind}`, { name: a.name })}</strong>
      <span>${a.kind === 'offer-silent' ? html`${t('alarm.since')} <${Time} at=${a.detail} />` : a.detail}</span></a></li>`)}</ul></section>`;
}

/** @param {{publisher: string}} props the one that is looked at; '' all */
export function Bell({ publisher }) {
  const user = session.use()?.user;
  const works = allows(user?.role, 'seller');
  const narrow = publisher ? { publisher } : {};
  const alarms = useLoad(reachesAll(user) ? '/alarms' : null, narrow);
  const mine = useLoad(works ? '/notifications' : null, { limit: SHOWN, ...narrow });
  const timer = useRef(0);
  useEffect(() => {
    const every = setInterval(() => { alarms.reload(); if (works) mine.reload(); }, EVERY_MS);
    return () => { clearInterval(every); clearTimeout(timer.current); timer.current = 0; };
  }, [alarms.reload, mine.reload, works]);
  useLive('notification', (changes) => {
    if (!works || timer.current || !changes.some((c) => !c.id || c.id === ANYBODY || c.id === user?.id)) return;
    timer.current = window.setTimeout(() => { timer.current = 0; mine.reload(); }, GATHER_MS);
  });
  const raised = /** @type {import('../types').Alarm[]} */ (alarms.data?.items ?? []);
  const told = /** @type {Notification[]} */ (mine.data?.items ?? []);
  const unread = mine.data?.unread ?? 0, count = unread + raised.length;
  if (!works && !raised.length) return null;
  return html`<${Popup} label=${count ? t('alarms.label', { count }) : t('bell.none')} icon="bell" text=${count > 99 ? `${number(99)}+` : count ? number(count) : ''} class=${`bell ${count ? 'alarms' : ''}`} end=${true}>
    ${(/** @type {() => void} */ close) => html`<div class="bell-panel">
      ${works && html`<${Mine} items=${told} unread=${unread} reload=${mine.reload} close=${close} />`}
      ${raised.length > 0 && html`<${Alarms} items=${raised} close=${close} />`}</div>`}<//>`;
}
