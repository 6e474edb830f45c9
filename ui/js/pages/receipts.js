// Every message as it arrived, above all those that could not be read.
import { html, useMemo } from '../lib.js';
import { useList, useLoad } from '../api.js';
import { number, t } from '../i18n.js';
import { navigate, place } from '../router.js';
import { useKeys } from '../keys.js';
import { useLiveRefresh } from '../live.js';
import { RECEIPT_STATES, receiptStateName } from '../words.js';
import { counters, narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Empty, PageHead, Time, useTitle } from '../parts/bits.js';
import { ListBody, Table } from '../parts/table.js';
import { FilterBar, filterValues, useFiltered } from '../parts/filters.js';
import { problemText, ReceiptDrawer } from '../parts/receipt.js';

/** @param {any[]} offers @returns {import('../parts/filters.js').Filter[]} */
const filtersFor = (offers) => [
  { name: 'state', label: t('receipt.state'), type: 'choice', options: Object.keys(RECEIPT_STATES).map((s) => ({ value: s, label: receiptStateName(s) })) },
  { name: 'offer', label: t('lead.offer'), type: 'choice', options: offers.map((o) => ({ value: o.id, label: o.title || o.id })) },
  { name: 'since', label: t('filter.since'), type: 'since' },
  { name: 'until', label: t('filter.until'), type: 'until' },
];

/** @param {string} search @returns {import('../parts/table.js').Column[]} */
const columns = (search) => [
  { id: 'state', label: t('receipt.state'), fixed: true, cell: (r) => html`<${Chip} tone=${RECEIPT_STATES[r.state]?.tone} icon=${RECEIPT_STATES[r.state]?.icon}>${receiptStateName(r.state)}<//>` },
  { id: 'id', label: t('receipt.title'), fixed: true, cell: (r) => html`<a class="row-link mono" data-row-link href=${`/receipts/${r.id}${search}`}>${r.id}</a>` },
  { id: 'offer', label: t('lead.offer'), cell: (r) => r.offer },
  { id: 'arrivals', label: t('receipt.arrivals'), num: true, cell: (r) => number(r.arrivals) },
  { id: 'leads', label: t('receipt.leads'), num: true, cell: (r) => number(r.leads?.length ?? 0) },
  { id: 'problem', label: t('receipt.problem'), class: 'long', cell: (r) => problemText(r.problem) },
  { id: 'received', label: t('lead.received'), class: 'end', cell: (r) => html`<${Time} at=${r.receivedAt} />` },
];

/** @param {{state: string}} props */
function NoReceipts({ state }) {
  const good = state === 'unreadable' || state === 'set-aside';
  return html`<${Empty} icon=${good ? 'checkCircle' : 'receipt'} title=${t(good ? 'receipts.good.title' : 'receipts.empty.title')}
    actions=${!good && html`<a class="button" href="/settings?section=offers">${t('empty.silent.action')}</a>`}>${t(good ? 'receipts.good.text' : 'receipts.empty.text')}<//>`;
}

/** @param {{id?: string}} props */
export function ReceiptsPage({ id }) {
  const { query } = place.use();
  publisher.use();
  useTitle(t('nav.receipts'));
  const c = counters.use();
  const offers = useLoad('/offers', narrowed()).data?.items ?? null;
  const filters = useMemo(() => filtersFor(offers ?? []), [offers, document.documentElement.lang]);
  const state = query.get('state') ?? 'unreadable';
  const { state: _, ...values } = filterValues(filters, query);
  const list = useList('/receipts', { ...narrowed(), ...values, ...(state === 'all' ? {} : { state }) });
  const filtered = useFiltered(filters.filter((f) => f.name !== 'state'));
  useLiveRefresh(['receipt'], 400, list.refresh);
  useKeys({ '.': list.refresh });
  /** @type {Record<string, number | undefined>} */
  const counts = { unreadable: c?.receiptsUnreadable, 'set-aside': c?.receiptsSetAside };
  return html`<div class="page"><${PageHead} title=${t('nav.receipts')} sub=${t('receipts.sub')} />
    <nav class="tabs" aria-label=${t('receipt.state')}>${['unreadable', 'set-aside', 'waiting', 'placed', 'all'].map((s) => html`
      <a key=${s} href=${`/receipts?state=${s}`} aria-current=${state === s ? 'page' : undefined}>${s === 'all' ? t('receipt.all') : receiptStateName(s)}
        ${counts[s] ? html`<span class="count">${number(counts[s] ?? 0)}</span>` : null}</a>`)}</nav>
    <${FilterBar} filters=${filters} fixed=${['state']}><${Button} look="ghost" icon="refresh" label=${t('do.refresh')} onClick=${list.reload} /><//>
    <${ListBody} list=${list} filtered=${filtered} empty=${html`<${NoReceipts} state=${state} />`} count=${(/** @type {number} */ count) => t('receipts.shown', { count })}>
      <${Table} label=${t('nav.receipts')} columns=${columns(location.search)} rows=${list.items} /><//>
    ${id && html`<${ReceiptDrawer} id=${id} onClose=${() => navigate(`/receipts${location.search}`)} onChanged=${list.refresh} />`}</div>`;
}
