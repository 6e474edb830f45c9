// Today: what is to be done, what is late before the rest.
import { html, useState } from '../lib.js';
import { session, useLoad } from '../api.js';
import { number, personName, t } from '../i18n.js';
import { useLiveRefresh } from '../live.js';
import { allows } from '../words.js';
import { counters, narrowed, publisher } from '../parts/layout.js';
import { Button, Empty, Failure, MessageBar, now, PageHead, Panel, Skeleton, useTitle } from '../parts/bits.js';
import { TaskRow } from '../parts/tasks.js';

/** @typedef {import('../types').Task} Task */

const PAGE = 200;
const DAYS = 7;

/** Midnight here, n days on. @param {number} n */
function midnight(n) {
  const d = new Date();
  d.setHours(0, 0, 0, 0);
  d.setDate(d.getDate() + n);
  return d.getTime();
}

/** Late, today, and the days after it. @param {Task[]} items @param {number} present */
function groups(items, present) {
  const end = midnight(1);
  const at = (/** @type {Task} */ x) => Date.parse(x.dueAt);
  return [
    { id: 'late', rows: items.filter((x) => at(x) < present) },
    { id: 'today', rows: items.filter((x) => at(x) >= present && at(x) < end) },
    { id: 'soon', rows: items.filter((x) => at(x) >= end) },
  ].filter((g) => g.rows.length);
}

/** Nobody's leads are somebody's to give away. */
function Unowned() {
  const count = counters.use()?.unassignedOwed ?? 0;
  if (!count || !allows(session.use()?.user.role, 'manager')) return null;
  return html`<${MessageBar} tone="warn" actions=${html`<a class="button" href="/leads?view=unassigned">${t('today.unownedGo')}</a>`}>
    ${count > 999 ? t('today.unownedMore', { count: 999 }) : t('today.unowned', { count })}<//>`;
}

export function TodayPage() {
  const me = session.use()?.user.id;
  const [mine, setMine] = useState(true);
  publisher.use();
  const present = now.use();
  const { data, error, loading, reload } = useLoad('/tasks', { ...narrowed(), ...(mine ? { owner: me } : {}), due: new Date(midnight(DAYS + 1)).toISOString(), limit: PAGE });
  useTitle(t('nav.today'));
  useLiveRefresh(['lead'], 800, reload);
  /** @type {Task[]} */
  const items = data?.items ?? [];
  return html`<div class="page today"><${PageHead} title=${t('nav.today')} sub=${t('today.text')} actions=${html`<${Button} pressed=${!mine} icon="customers" onClick=${() => setMine(!mine)}>${t('today.everybody')}<//>`} />
    <${Unowned} />${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${6} />`}
    ${data && !items.length && html`<${Empty} icon="checkCircle" title=${t('today.empty')} actions=${html`<a class="button button-primary" href="/leads">${t('today.leads')}</a>`}>${t('today.emptyText')}<//>`}
    <div class="stack">${groups(items, present).map((g) => html`<${Panel} key=${g.id} title=${t(`today.${g.id}`)} count=${number(g.rows.length)} class=${`today-${g.id}`}><ul class="rows">${g.rows.map((task) => html`<${TaskRow}
      key=${task.id} task=${task} onChanged=${reload} lead=${html`<a href=${`/leads/${task.lead.id}`}>${[personName(task.lead), task.lead.company].filter(Boolean).join(', ') || task.lead.email || t('today.lead')}</a>`} />`)}</ul><//>`)}</div>
    ${data?.next && html`<p class="muted">${t('today.more', { count: PAGE })}</p>`}</div>`;
}
