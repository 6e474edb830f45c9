// What rules would have done with the leads of the last days; a rule that is not saved yet among them.
import { html, useState } from '../lib.js';
import { post } from '../api.js';
import { list, number, t } from '../i18n.js';
import { Button, MessageBar } from './bits.js';
import { Confirm } from './overlay.js';
import { Table } from './table.js';
import { toast, toastError } from './toast.js';

/** @typedef {{id: string, name: string, class: string, leads: number, nobody: number, people: {email: string, leads: number}[]}} Tried */

/** @param {Tried} r */
const shares = (r) => list([...r.people.map((p) => `${p.email}: ${number(p.leads)}`), ...(r.nobody ? [`${t('assign.try.nobody')}: ${number(r.nobody)}`] : [])]);

/** @param {{whose?: string, draft?: () => any}} props draft: the rule as it is typed */
export function Trial({ whose, draft }) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      setFound(await post('/assignment/trial', { ...(whose ? { publisher: whose } : {}), ...(draft ? { rule: draft() } : {}) }));
    } catch (error) {
      setFound(null);
      toastError(error);
    }
    setBusy(false);
  };
  const columns = [
    { id: 'name', label: t('assign.name'), fixed: true, class: 'wrap', cell: (/** @type {Tried} */ r) => r.name },
    { id: 'leads', label: t('assign.try.leads'), num: true, cell: (/** @type {Tried} */ r) => number(r.leads) },
    { id: 'people', label: t('assign.to'), class: 'wrap', cell: (/** @type {Tried} */ r) => shares(r) || '–' },
  ];
  return html`<div class="stack"><div class="row"><${Button} icon="search" busy=${busy} onClick=${start}>${t('assign.try')}<//>${!draft && html`<${Apply} whose=${whose} />`}</div><div role="status">
    ${found && html`<p>${t('assign.try.of', { count: found.leads, n: number(found.leads) })} ${found.unmatched > 0 && t('assign.try.unmatched', { n: number(found.unmatched) })}</p>`}
    ${found?.cut && html`<${MessageBar}>${t('assign.try.cut', { n: number(found.limit) })}<//>`}</div>
    ${found?.leads > 0 && html`<${Table} label=${t('assign.try')} columns=${columns} rows=${found.rules} /><p class="muted">${t('assign.try.how')}</p>`}</div>`;
}

/** All calls of one round. @param {string | undefined} whose @param {boolean} dryRun */
async function applied(whose, dryRun) {
  const sum = { leads: 0, given: 0, team: 0, next: /** @type {string | null} */ (null) };
  do {
    const one = await post('/assignment/apply', { dryRun, ...(whose ? { publisher: whose } : {}), ...(sum.next ? { after: sum.next } : {}) });
    for (const name of /** @type {('leads' | 'given' | 'team')[]} */ (['leads', 'given', 'team'])) sum[name] += one[name];
    sum.next = one.next;
  } while (sum.next);
  return sum;
}

/** The rules for those that nobody owns, counted first. @param {{whose?: string}} props */
export function Apply({ whose }) {
  const [found, setFound] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const run = async (/** @type {boolean} */ dryRun) => {
    setBusy(true);
    try {
      const sum = await applied(whose, dryRun);
      setFound(dryRun ? sum : null);
      if (!dryRun) toast({ text: t('assign.apply.done', { count: sum.given + sum.team, n: number(sum.given + sum.team) }) });
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  return html`<${Button} icon="user" busy=${busy} onClick=${() => run(true)}>${t('assign.apply')}<//>
    ${found && html`<${Confirm} title=${t('assign.apply')} confirm=${t('assign.apply.do')} onConfirm=${() => run(false)} onClose=${() => setFound(null)}>
      <p>${t('assign.apply.text', { count: found.leads, n: number(found.leads), given: number(found.given), team: number(found.team) })}</p><//>`}`;
}
