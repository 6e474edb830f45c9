// Customers, and the leads of one of them.
import { html } from '../lib.js';
import { useList, useLoad } from '../api.js';
import { country, number, personName, t } from '../i18n.js';
import { publisher, narrowed } from '../parts/layout.js';
import { Copy, Empty, Failure, PageHead, Panel, Skeleton, Time, useTitle } from '../parts/bits.js';
import { ListBody, Table } from '../parts/table.js';
import { fieldName } from '../words.js';
import { Icon } from '../icons.js';
import { leadColumns, leadName } from './leads.js';

/** @param {any} customer */
const customerName = (customer) => personName(customer) || customer.email || customer.company || t('lead.noName');

/** @returns {import('../parts/table.js').Column[]} */
const columns = () => [
  { id: 'name', label: t('lead.customer'), fixed: true, cell: (c) => html`<a href=${`/customers/${c.id}`} data-row-link class="row-link">${customerName(c)}</a>` },
  { id: 'company', label: t('field.company'), cell: (c) => c.company },
  { id: 'title', label: t('field.title'), cell: (c) => c.title },
  { id: 'email', label: t('field.email'), cell: (c) => c.email },
  { id: 'phone', label: t('field.phone'), cell: (c) => c.phone },
  { id: 'country', label: t('field.country'), cell: (c) => country(c.country) },
  { id: 'leads', label: t('customer.leads'), num: true, cell: (c) => number(c.leads) },
  { id: 'last', label: t('customer.last'), class: 'end', cell: (c) => html`<${Time} at=${c.lastAt} />` },
];

export function CustomersPage() {
  publisher.use();
  useTitle(t('nav.customers'));
  const list = useList('/customers', narrowed());
  return html`<div class="page"><${PageHead} title=${t('nav.customers')} sub=${t('customers.sub')} />
    <${ListBody} list=${list} count=${(/** @type {number} */ count) => t('customers.shown', { count })}
      empty=${html`<${Empty} icon="customers" title=${t('customers.empty.title')}>${t('customers.empty.text')}<//>`}>
      <${Table} label=${t('nav.customers')} columns=${columns()} rows=${list.items} rowName=${customerName} /><//></div>`;
}

/** @param {{id: string}} props */
export function CustomerPage({ id }) {
  const { data: customer, error, loading, reload } = useLoad(`/customers/${id}`);
  const leads = customer?.leadList ?? [];
  useTitle(customer ? customerName(customer) : t('nav.customers'));
  const back = html`<a class="back" href="/customers"><${Icon} name="back" size=${16} />${t('nav.customers')}</a>`;
  if (loading) return html`<div class="page"><${Skeleton} rows=${8} /></div>`;
  if (!customer) return html`<div class="page"><${PageHead} title=${t('nav.customers')} back=${back} />${error && html`<${Failure} error=${error} retry=${reload} />`}</div>`;
  return html`<div class="page"><${PageHead} back=${back} title=${customerName(customer)} sub=${[customer.company, customer.title].filter(Boolean).join(' · ')} />
    <div class="split"><${Panel} title=${t('lead.contact')}><dl class="facts">
      ${['email', 'phone', 'company', 'title', 'country'].map((field) => {
        const value = field === 'country' ? country(customer.country) : customer[field];
        return html`<div key=${field}><dt>${fieldName(field)}</dt><dd class="with-copy">${value || html`<span class="muted">${t('lead.notGiven')}</span>`}
          ${value && html`<${Copy} text=${value} label=${t('lead.copy', { field: fieldName(field) })} />`}</dd></div>`;
      })}</dl><//>
    <${Panel} title=${t('nav.leads')} count=${number(leads.length)}><${Table} label=${t('nav.leads')} rows=${leads} rowName=${leadName}
        columns=${leadColumns().filter((c) => ['name', 'kind', 'action', 'offer', 'status', 'received'].includes(c.id)).map((c) => ({ ...c, sort: undefined }))} /><//></div>
    <p class="muted">${customer.createdAt && html`${t('customer.since')} <${Time} at=${customer.createdAt} exact=${true} />`}</p></div>`;
}
