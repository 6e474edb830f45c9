// Who changed what, and whether the record of it is whole.
import { html, useMemo, useState } from '../lib.js';
import { get, useList, useLoad } from '../api.js';
import { number, t } from '../i18n.js';
import { place } from '../router.js';
import { narrowed } from '../parts/layout.js';
import { Button, Chip, Empty, MessageBar, Time } from '../parts/bits.js';
import { ListBody, Table } from '../parts/table.js';
import { FilterBar, filterValues, useFiltered } from '../parts/filters.js';
import { toastError } from '../parts/toast.js';

const COMMAND = 'command line';

/** @param {any[]} users @returns {import('../parts/filters.js').Filter[]} */
const filtersFor = (users) => [
  { name: 'actor', label: t('audit.who'), type: 'choice', options: [...users.map((u) => ({ value: u.id, label: u.name || u.email })), { value: COMMAND, label: t('audit.command') }] },
  { name: 'ref', label: t('audit.ref'), type: 'text', hint: t('audit.refHint') },
  { name: 'since', label: t('filter.since'), type: 'since' },
  { name: 'until', label: t('filter.until'), type: 'until' },
];

/** @param {any} r */
const who = (r) => (r.actor === COMMAND ? t('audit.command') : r.actorName ?? r.actor);

/** Where a thing has a page of its own. @param {any} r */
const page = (r) => /\/api\/v1\/(leads|customers|deliveries|receipts)\/\{id\}/.exec(r.verb)?.[1];

/** @param {{row: any}} props */
const What = ({ row }) => html`<code class="mono">${row.verb}</code>`;

/** @param {{row: any}} props */
function Ref({ row }) {
  const at = row.ref && page(row);
  if (!row.ref) return null;
  return at ? html`<a class="mono" href=${`/${at}/${row.ref}`}>${row.ref}</a>` : html`<span class="mono">${row.ref}</span>`;
}

const columns = () => [
  { id: 'at', label: t('audit.when'), fixed: true, cell: (/** @type {any} */ r) => html`<${Time} at=${r.at} />` },
  { id: 'who', label: t('audit.who'), fixed: true, cell: who },
  { id: 'what', label: t('audit.what'), class: 'long', cell: (/** @type {any} */ r) => html`<${What} row=${r} />` },
  { id: 'ref', label: t('audit.ref'), cell: (/** @type {any} */ r) => html`<${Ref} row=${r} />` },
  { id: 'status', label: t('audit.status'), cell: (/** @type {any} */ r) => html`<${Chip} tone=${r.status < 400 ? 'quiet' : 'warn'}>${r.status < 400 ? t('audit.done') : t('audit.refused', { status: r.status })}<//>` },
  { id: 'publisher', label: t('menu.publisher'), cell: (/** @type {any} */ r) => r.publisher ?? t('audit.installation') },
];

/** What a check found, a line for each chain that is not whole. @param {{chains: any[]}} props */
function Verdict({ chains }) {
  const broken = chains.filter((c) => c.result !== 'whole');
  if (!broken.length) return html`<${MessageBar} tone="good">${t('audit.whole', { count: chains.reduce((sum, c) => sum + c.entries, 0) })}<//>`;
  return html`<${MessageBar} tone="bad">${broken.map((c) => html`<p key=${c.publisher}>${t(`audit.broken.${c.result}`, { publisher: c.publisher ?? t('audit.installation'), n: number(c.at ?? 0) })}</p>`)}<//>`;
}

export function AuditSection() {
  const { query } = place.use();
  const users = useLoad('/users').data?.items ?? null;
  const filters = useMemo(() => filtersFor(users ?? []), [users, document.documentElement.lang]);
  const list = useList('/audit', { ...narrowed(), ...filterValues(filters, query) });
  const filtered = useFiltered(filters);
  const [chains, setChains] = useState(/** @type {any[] | null} */ (null));
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    try {
      setChains((await get('/audit/check', narrowed())).items);
    } catch (problem) {
      toastError(problem);
    }
    setBusy(false);
  };
  return html`<div class="stack"><div class="section-head"><p class="muted">${t('audit.text')}</p>
      <${Button} icon="checkCircle" busy=${busy} onClick=${check}>${t('audit.check')}<//></div>
    <div role="status">${chains && html`<${Verdict} chains=${chains} />`}</div>
    <${FilterBar} filters=${filters} fixed=${['section']}><${Button} look="ghost" icon="refresh" label=${t('do.refresh')} onClick=${list.reload} /><//>
    <${ListBody} list=${list} filtered=${filtered} empty=${html`<${Empty} icon="checkCircle" title=${t('audit.empty.title')}>${t('audit.empty.text')}<//>`} count=${(/** @type {number} */ count) => t('audit.shown', { count })}>
      <${Table} label=${t('settings.section.audit')} columns=${columns()} rows=${list.items} /><//></div>`;
}
