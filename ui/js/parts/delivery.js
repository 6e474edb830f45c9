// One delivery: its state, its attempts, and sending it again.
import { html, useState } from '../lib.js';
import { post, session, useLoad } from '../api.js';
import { milliseconds, number, personName, t } from '../i18n.js';
import { useLive } from '../live.js';
import { allows, DELIVERY_STATES, deliveryStateName, destinationKindName, OUTCOME_TONES, outcomeName } from '../words.js';
import { Button, Chip, Copy, Failure, Skeleton, Time } from './bits.js';
import { Drawer } from './overlay.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../types').Delivery} Delivery */

/** @param {{state: string}} props */
export function DeliveryState({ state }) {
  const look = DELIVERY_STATES[state];
  return html`<${Chip} tone=${look?.tone} icon=${look?.icon}>${deliveryStateName(state)}<//>`;
}

/** @param {{outcome: string | null}} props */
export function Outcome({ outcome }) {
  return outcome ? html`<${Chip} tone=${OUTCOME_TONES[outcome]}>${outcomeName(outcome)}<//>` : html`<span class="muted">${'–'}</span>`;
}

export const mayReplay = () => allows(session.get()?.user.role, 'manager');

/** @param {string[]} ids @param {() => void} [then] */
export async function replay(ids, then) {
  try {
    const answer = await post('/deliveries/replay', { ids });
    toast({ text: t('delivery.replayed', { count: answer.replayed }) });
    then?.();
  } catch (error) {
    toastError(error);
  }
}

/** @param {Delivery} delivery */
export const attemptCount = (delivery) => (Array.isArray(delivery.attempts) ? delivery.attempts.length : delivery.attempts);

/** @param {{attempts: import('../types').Attempt[]}} props */
function Attempts({ attempts }) {
  if (!attempts.length) return html`<p class="muted">${t('delivery.noAttempts')}</p>`;
  return html`<ol class="attempts">${[...attempts].reverse().map((a) => html`<li key=${a.n}>
    <div class="attempt-head"><strong>${t('delivery.attempt', { n: a.n })}</strong><${Outcome} outcome=${a.outcome} />
      ${a.status ? html`<code>${a.status}</code>` : null}<span class="grow"></span><${Time} at=${a.at} /></div>
    <p class="muted">${milliseconds(a.durationMs)}${a.code ? html` · <code>${a.code}</code>` : null}</p>
    ${a.detail && html`<p>${a.detail}</p>`}</li>`)}</ol>`;
}

/** @param {{id: string, onClose: () => void, onChanged?: () => void, showLead?: boolean}} props */
export function DeliveryDrawer({ id, onClose, onChanged, showLead = true }) {
  const { data, error, loading, reload } = useLoad(`/deliveries/${id}`);
  const [busy, setBusy] = useState(false);
  useLive('delivery', (changes) => { if (changes.some((c) => c.id === id)) reload(); });
  const again = async () => {
    setBusy(true);
    await replay([id], () => { reload(); onChanged?.(); });
    setBusy(false);
  };
  return html`<${Drawer} title=${t('delivery.title')} onClose=${onClose}
    footer=${data && mayReplay() && html`<${Button} look="primary" icon="refresh" busy=${busy} onClick=${again}>${t('delivery.replay')}<//>`}>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${5} />`}
    ${data && html`<div class="stack"><dl class="facts">
      <div><dt>${t('delivery.state')}</dt><dd><${DeliveryState} state=${data.state} /></dd></div>
      <div><dt>${t('delivery.destination')}</dt><dd>${data.destination.name} <span class="muted">${destinationKindName(data.destination.kind)}</span></dd></div>
      ${data.recipient && html`<div><dt>${t('delivery.recipient')}</dt><dd>${data.recipient}</dd></div>`}
      ${showLead && html`<div><dt>${t('delivery.lead')}</dt><dd><a href=${`/leads/${data.lead}`} onClick=${onClose}>${personName(data.customer) || data.customer?.email || t('lead.noName')}</a></dd></div>`}
      <div><dt>${t('delivery.created')}</dt><dd><${Time} at=${data.createdAt} exact=${true} /></dd></div>
      ${data.nextAttemptAt && html`<div><dt>${t('delivery.next')}</dt><dd><${Time} at=${data.nextAttemptAt} /></dd></div>`}
      ${data.doneAt && html`<div><dt>${t('delivery.doneAt')}</dt><dd><${Time} at=${data.doneAt} exact=${true} /></dd></div>`}
      ${data.remoteId && html`<div><dt>${t('delivery.remoteId')}</dt><dd class="with-copy">${data.remoteLink ? html`<a href=${data.remoteLink} target="_blank" rel="noreferrer noopener"><code>${data.remoteId}</code> <span class="sr">${t('delivery.remoteOpen')}</span></a>` : html`<code>${data.remoteId}</code>`}<${Copy} text=${data.remoteId} label=${t('delivery.copyRemoteId')} /></dd></div>`}
      ${data.detail && html`<div><dt>${t('delivery.detail')}</dt><dd>${data.detail}</dd></div>`}
      <div><dt>${t('delivery.id')}</dt><dd class="with-copy"><code>${data.id}</code><${Copy} text=${data.id} label=${t('delivery.copyId')} /></dd></div></dl>
      <h3>${t('delivery.attempts')} <span class="count">${number(attemptCount(data))}</span></h3>
      ${Array.isArray(data.attempts) && html`<${Attempts} attempts=${data.attempts} />`}</div>`}<//>`;
}
