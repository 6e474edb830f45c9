// The list of customers.
import { html, useRef } from '../lib.js';
import { session, useList } from '../api.js';
import { country, number, t } from '../i18n.js';
import { place, setQuery } from '../router.js';
import { useLiveRefresh } from '../live.js';
import { publisher, narrowed } from '../parts/layout.js';
import { Empty, PageHead, Time, useTitle } from '../parts/bits.js';
import { FilterBar, filterValues, useFiltered } from '../parts/filters.js';
import { ListBody, Table } from '../parts/table.js';
import { customerName } from '../parts/change.js';
import { reachesAll } from '../words.js';
import { Icon } from '../icons.js';

/** @returns {import('../parts/table.js').Column[]} */
const columns = () => [
  { id: 'name', label: t('lead.customer'), fixed: true, cell: (c) => html`<a href=${`/customers/${c.id}`} data-row-link class="row-link">${customerName(c)}</a>` },
  { id: 'company', label: t('field.company'), cell: (c) => c.company },
  { id: 'title', label: t('field.title'), cell: (c) => c.title },
  { id: 'email', label: t('field.email'), cell: (c) => c.email },
  { id: 'phone', label: t('field.phone'), cell: (c) => c.phone },
  { id: 'country', label: t('field.country'), cell: (c) => country(c.country) },
  { id: 'leads', label: t('customer.leads'), num: true, cell: (c) => number(c.leads) },
  { id: 'last', label: t('customer.last'), sort: 'last', class: 'end', cell: (c) => html`<${Time} at=${c.lastAt} />` },
];

/** @returns {import('../parts/filters.js').Filter[]} */
const filterTable = () => [
  { name: 'country', label: t('field.country'), type: 'country' },
  { name: 'email', label: t('field.email'), type: 'text', hint: t('customers.emailHint') },
  { name: 'hasReview', label: t('nav.duplicates'), type: 'choice', options: [{ value: 'true', label: t('customers.hasReview') }] },
  { name: 'since', label: t('customers.since'), type: 'since' },
  { name: 'until', label: t('customers.until'), type: 'until' },
];

/** @param {{q: string}} props */
function SearchBox({ q }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return html`<form class="search search-page" role="search" aria-label=${t('customers.search')} onSubmit=${(/** @type {Event} */ e) => {
    e.preventDefault();
    setQuery({ q: input.current?.value.trim() });
  }}><${Icon} name="search" size=${18} /><input ref=${input} type="search" name="customer" aria-label=${t('customers.search')} placeholder=${t('customers.search')}
    value=${q} key=${q} maxlength="200" autocomplete="off" /></form>`;
}

export function CustomersPage() {
  publisher.use();
  const { query } = place.use();
  const filters = filterTable().filter((f) => f.name !== 'hasReview' || reachesAll(session.get()?.user));
  const filtered = useFiltered(filters, 'q');
  const sort = query.get('sort') ?? '-last';
  useTitle(t('nav.customers'));
  const list = useList('/customers', { ...narrowed(), ...filterValues(filters, query, 'q'), sort });
  useLiveRefresh(['lead', 'customer'], 2000, list.refresh);
  return html`<div class="page"><${PageHead} title=${t('nav.customers')} sub=${t('customers.sub')} actions=${html`<${SearchBox} q=${query.get('q') ?? ''} />`} />
    <${FilterBar} filters=${filters} search="q" />
    <${ListBody} list=${list} filtered=${filtered} count=${(/** @type {number} */ count) => t('customers.shown', { count })}
      empty=${html`<${Empty} icon="customers" title=${t('customers.empty.title')}>${t('customers.empty.text')}<//>`}>
      <${Table} label=${t('nav.customers')} columns=${columns()} rows=${list.items} rowName=${customerName} sort=${sort}
        onSort=${(/** @type {string} */ s) => setQuery({ sort: s === '-last' ? null : s })} /><//></div>`;
}
