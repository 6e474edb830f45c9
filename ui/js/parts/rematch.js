// All leads of a publisher matched anew: what would change, doing it, taking it back.
import { html, useEffect, useState } from '../lib.js';
import { post, session, useLoad } from '../api.js';
import { number, t } from '../i18n.js';
import { allows } from '../words.js';
import { Button, MessageBar, Panel, Progress, Time } from './bits.js';
import { narrowed } from './layout.js';
import { Confirm } from './overlay.js';
import { toastError } from './toast.js';

const BUSY = ['planning', 'applying', 'undoing'];
const LOOK_MS = 400;
const SHOWN = 10;

/** @param {{id: string}} props */
const Customer = ({ id }) => html`<a href=${`/customers/${id}`}><code>${id.slice(-6)}</code></a>`;

/** What is split off becomes a customer that is not there yet. @param {{change: any}} props */
const Change = ({ change }) => html`<tr><td>${t(`rematch.change.${change.change}`)}</td>
  <td><${Customer} id=${change.from} /> → ${change.change === 'split' ? t('rematch.newCustomer') : html`<${Customer} id=${change.to} />`}</td><td class="num">${number(change.leads)}</td>
  <td class="num">${change.bits === undefined ? '–' : number(Math.round(change.bits * 10) / 10)}</td></tr>`;

/** @param {{plan: any}} props */
function Plan({ plan }) {
  const figures = { merged: plan.merged, split: plan.split, moved: plan.leadsMoved, review: plan.review, held: plan.heldByUsers };
  if (!plan.changes.length) return html`<${MessageBar} tone="good">${t('rematch.nothing')}<//>`;
  return html`<h3>${t('rematch.would')}</h3>
    <dl class="figures">${Object.entries(figures).map(([name, n]) => html`<div key=${name}><dt>${t(`rematch.${name}`)}</dt><dd>${number(n)}</dd></div>`)}</dl>
    <div class="table-box"><table class="table"><caption class="sr">${t('rematch.would')}</caption>
      <thead><tr><th scope="col">${t('rematch.change')}</th><th scope="col">${t('nav.customers')}</th><th scope="col" class="num">${t('nav.leads')}</th><th scope="col" class="num">${t('rematch.bits')}</th></tr></thead>
      <tbody>${plan.changes.slice(0, SHOWN).map((/** @type {any} */ c, /** @type {number} */ i) => html`<${Change} key=${i} change=${c} />`)}</tbody></table></div>
    ${plan.changes.length > SHOWN && html`<p class="muted">${t('rematch.more', { n: number(SHOWN) })}</p>`}`;
}

/** @param {{last: any, may: boolean, onUndo: () => void}} props */
function Last({ last, may, onUndo }) {
  if (!last) return html`<p class="muted">${t('rematch.never')}</p>`;
  return html`<p class="row"><span>${t('rematch.last', { who: last.actor, merged: number(last.merged), split: number(last.split), moved: number(last.leadsMoved) })}
      ${' '}<span class="muted"><${Time} at=${last.startedAt} />${last.state === 'undone' && html` · ${t('change.isUndone')}`}${BUSY.includes(last.state) && html` · ${t('rematch.unfinished')}`}</span></span>
    ${may && last.state !== 'undone' && html`<${Button} look="ghost" icon="back" onClick=${onUndo}>${t('rematch.undo')}<//>`}</p>`;
}

/** Looks by itself while something is under way. @param {any} data @param {() => void} reload */
function useFollow(data, reload) {
  const busy = BUSY.includes(data?.state);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(reload, LOOK_MS);
    return () => clearTimeout(timer);
  }, [data]);
  return busy;
}

export function Rematch() {
  const role = session.use()?.user.role;
  const may = allows(role, 'manager');
  const { data, error, reload } = useLoad(allows(role, 'seller') ? '/rematch' : null, narrowed());
  const [asked, setAsked] = useState(/** @type {'' | 'run' | 'undo'} */ (''));
  const busy = useFollow(data, reload);
  const act = async (/** @type {string} */ path, /** @type {any} */ body = {}) => {
    setAsked('');
    try { await post(path, body); } catch (problem) { toastError(problem); }
    reload();
  };
  if (error?.code === 'rematch.publisher') return html`<${Panel} title=${t('rematch.title')}><p class="panel-empty">${t('rematch.choose')}</p><//>`;
  if (!data) return null;
  const run = { publisher: data.publisher };
  const actions = may && html`<span class="row"><${Button} icon="eye" disabled=${busy} onClick=${() => act('/rematch', { ...run, dryRun: true })}>${t('rematch.dry')}<//>
    <${Button} icon="play" disabled=${busy} onClick=${() => setAsked('run')}>${t('rematch.run')}<//></span>`;
  return html`<${Panel} title=${t('rematch.title')} actions=${actions} class="rematch"><div class="panel-body"><p class="muted">${t('rematch.text')}</p>
      ${data.problem && html`<${MessageBar} tone="bad">${data.problem}<//>`}
      ${busy ? html`<div role="status"><${Progress} label=${t(`rematch.state.${data.state}`)} value=${data.percent} max=${100} /></div>` : html`
        ${data.dryRun && data.plan && html`<${Plan} plan=${data.plan} />`}<${Last} last=${data.past[0]} may=${may} onUndo=${() => setAsked('undo')} />`}</div>
    ${asked === 'run' && html`<${Confirm} title=${t('rematch.title')} confirm=${t('rematch.confirm')} onClose=${() => setAsked('')} onConfirm=${() => act('/rematch', run)}><p>${t('rematch.runText')}</p><//>`}
    ${asked === 'undo' && html`<${Confirm} title=${t('rematch.undoTitle')} confirm=${t('rematch.undoConfirm')} onClose=${() => setAsked('')} onConfirm=${() => act(`/rematch/${data.past[0].id}/undo`)}><p>${t('rematch.undoText')}</p><//>`}<//>`;
}
