// Why me? By which rule a lead came to whom, what else it met, and who else could have had it.
import { html } from '../lib.js';
import { useLoad } from '../api.js';
import { country, number, t, tOr } from '../i18n.js';
import { Chip, Failure, MessageBar, Skeleton, Time } from './bits.js';
import { given } from './desk-words.js';
import { Drawer } from './overlay.js';

/** @param {{email: string, out: string | null, awayUntil: string | null, load: number | null}} p */
function Person({ email, out, awayUntil, load }) {
  return html`<li class="row"><span>${email}</span>${load !== null && html` <span class="muted">${t('assign.load', { count: load, n: number(load) })}</span>`}
    ${out && html` <${Chip}>${t(`assign.out.${out}`)}<//>`}${awayUntil && html` <span class="muted">${t('assign.until')} <${Time} at=${awayUntil} exact=${true} /></span>`}</li>`;
}

/** @param {{lead: string, onClose: () => void}} props */
export function WhyMe({ lead, onClose }) {
  const { data, error, reload } = useLoad(`/leads/${lead}/assignment`);
  const a = data?.assignment;
  return html`<${Drawer} title=${t('assign.why')} onClose=${onClose}><div class="stack">${error && html`<${Failure} error=${error} retry=${reload} />`}${!data && !error && html`<${Skeleton} rows=${5} />`}
    ${data && !a && html`<p>${t('assign.noRule')}</p>`}
    ${a && !data.current && html`<${MessageBar}>${t('assign.changedSince')}<//>`}
    ${a && html`<div>${given(a)}</div><dl class="facts"><div><dt>${t('assign.for')}</dt><dd>${tOr(`assign.class.${a.rule?.class}`, '')}${a.country && ` · ${country(a.country)}`}</dd></div>
      <div><dt>${t('assign.when')}</dt><dd><${Time} at=${data.at} exact=${true} /></dd></div></dl>`}
    ${a?.others?.length > 0 && html`<h3 class="label">${t('assign.others')}</h3><ul class="plain">${a.others.map((/** @type {any} */ r) => html`<li key=${r.id}>${r.name} <span class="muted">${t(`assign.class.${r.class}`)}</span></li>`)}</ul>`}
    ${a?.people?.length > 0 && (a.way !== 'person' || !a.to) && html`<h3 class="label">${t('assign.people')}</h3><ul class="plain">${a.people.map((/** @type {any} */ p) => html`<${Person} key=${p.email} ...${p} />`)}</ul>
      ${a.members > a.people.length && html`<p class="muted">${t('assign.more', { n: number(a.members - a.people.length) })}</p>`}`}</div><//>`;
}
