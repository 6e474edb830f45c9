// One customer: its values and where they come from, its leads, what was done to it, and doing it.
import { html, useEffect, useState } from '../lib.js';
import { get, patch, session, useLoad } from '../api.js';
import { number, t, tOr } from '../i18n.js';
import { visited } from '../recent.js';
import { navigate } from '../router.js';
import { useLive } from '../live.js';
import { Button, Chip, Copy, Empty, Failure, MessageBar, PageHead, Panel, Skeleton, Time, useTitle } from '../parts/bits.js';
import { ChangeDialog, customerName, FIELDS, shownValue, undoChange } from '../parts/change.js';
import { Form, useForm } from '../parts/form.js';
import { Dialog, Drawer } from '../parts/overlay.js';
import { PersonalData } from '../parts/personal.js';
import { BulkBar, Table } from '../parts/table.js';
import { toastError } from '../parts/toast.js';
import { allows, fieldName, reachesAll } from '../words.js';
import { Icon } from '../icons.js';
import { leadColumns, leadName } from './leads.js';

const LEAD_COLUMNS = ['name', 'kind', 'action', 'offer', 'status', 'received'];

/** @param {string} field @param {any} value */
const asShown = (field, value) => shownValue({ [field]: value }, field);

/** The value, what decided, the lead that says it, and what else is said. @param {{field: string, known: any}} props */
function Value({ field, known }) {
  const others = known.values.filter((/** @type {any} */ v) => v.value !== known.value);
  return html`<div><dt>${fieldName(field)}</dt><dd><div class="with-copy">${known.value ? asShown(field, known.value) : html`<span class="muted">${t('lead.notGiven')}</span>`}
      ${known.value && html`<${Copy} text=${known.value} label=${t('lead.copy', { field: fieldName(field) })} />`}</div>
    ${known.value && html`<p class="origin">${known.lead ? html`<a href=${`/leads/${known.lead}`}>${tOr(`golden.${known.rule}`, known.rule)}</a>`
    : html`<span>${t('golden.set', { name: known.setBy ?? '' })}</span>`}</p>`}
    ${others.length > 0 && html`<ul class="others" aria-label=${t('customer.otherValues', { field: fieldName(field) })}>${others.map((/** @type {any} */ v) => html`<li key=${v.value}>
      <a href=${`/leads/${v.lead}`}>${asShown(field, v.value)}</a> <span class="muted">${t('customer.leadCount', { count: v.leads })}</span></li>`)}</ul>`}</dd></div>`;
}

/** @param {{customer: any, onClose: () => void, onDone: (customer: any) => void}} props */
function EditDialog({ customer, onClose, onDone }) {
  /** @type {any[]} */
  const fields = FIELDS.map((name) => ({ name, type: 'text', label: fieldName(name), max: 200 }));
  const initial = Object.fromEntries(FIELDS.map((f) => [f, customer.fields[f].setBy ? customer[f] : '']));
  const form = useForm(fields.map((f) => ({ ...f, placeholder: customer[f.name] ?? '' })), initial, async (values) => {
    const changed = Object.fromEntries(FIELDS.filter((f) => (values[f] ?? '') !== initial[f]).map((f) => [f, values[f] ?? '']));
    onDone(Object.keys(changed).length ? await patch(`/customers/${customer.id}`, changed) : customer);
  });
  return html`<${Dialog} title=${t('customer.edit')} onClose=${onClose}><p>${t('customer.editText')}</p><${Form} form=${form} action=${t('do.save')} /><//>`;
}

/** Finds the other one, then shows what would be. @param {{customer: any, onClose: () => void, onDone: (change: any) => void}} props */
function MergeDialog({ customer, onClose, onDone }) {
  const [found, setFound] = useState(/** @type {any[] | null} */ (null));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [other, setOther] = useState(/** @type {any} */ (null));
  if (other) {
    return html`<${ChangeDialog} title=${t('merge.title')} action=${t('merge.do')} path="/customers/merge" done=${t('merge.done')}
      body=${{ customers: [customer.id, other.id], into: customer.id }} onClose=${onClose} onDone=${onDone} />`;
  }
  const search = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const q = String(new FormData(/** @type {HTMLFormElement} */ (e.target)).get('q') ?? '').trim();
    if (!q) return;
    try {
      const page = await get('/customers', { q, publisher: customer.publisher, limit: 20 });
      setFound(page.items.filter((/** @type {any} */ c) => c.id !== customer.id));
      setError(null);
    } catch (problem) {
      setError(problem);
    }
  };
  return html`<${Dialog} title=${t('merge.title')} onClose=${onClose}><p>${t('merge.text', { name: customerName(customer) })}</p>
    <form class="row merge-search" role="search" aria-label=${t('customers.search')} onSubmit=${search}><input type="search" name="q" aria-label=${t('customers.search')} placeholder=${t('customers.search')} maxlength="200" autocomplete="off" />
      <${Button} type="submit" icon="search">${t('merge.search')}<//></form>
    ${error && html`<${Failure} error=${error} />`}
    ${found && (found.length ? html`<ul class="rows" aria-live="polite">${found.map((c) => html`<li key=${c.id}><button type="button" class="row-main" onClick=${() => setOther(c)}>
      <span class="row-top"><strong>${customerName(c)}</strong><span class="muted">${t('customer.leadCount', { count: c.leads })}</span></span>
      <span class="muted">${[c.email, c.company].filter(Boolean).join(' · ')}</span></button></li>`)}</ul>` : html`<p class="muted" role="status">${t('customers.none.title')}</p>`)}<//>`;
}

/** @param {{customer: any, may: boolean, onChanged: () => void}} props */
function History({ customer, may, onChanged }) {
  const { history } = customer;
  const [shown, setShown] = useState(/** @type {any} */ (null));
  const show = (/** @type {any} */ why) => import('../parts/evidence.js').then((m) => setShown({ View: m.Evidence, why }), toastError);
  return html`<${Panel} title=${t('customer.history')} count=${number(history.length)}>${history.length ? html`<ul class="rows">${history.map((/** @type {any} */ h) => html`<li key=${h.id}>
      <div class="row-main"><span class="row-top"><strong>${tOr(`change.verb.${h.verb}`, h.verb)}</strong><${Time} at=${h.at} class="muted" /></span>
        <span class="muted">${h.actor} · ${t('change.moves', { count: h.leads })}</span></div>
      ${h.why && html`<${Button} icon="question" look="ghost" label=${t('evidence.why')} onClick=${() => show(h.why)} />`}
      ${h.undoneBy ? html`<${Chip}>${t('change.isUndone')}<//>` : may && h.verb !== 'undo' && h.verb !== 'erase' && html`<${Button} icon="back" onClick=${() => undoChange(h.id, onChanged)}>${t('do.undo')}<//>`}</li>`)}</ul>`
    : html`<p class="panel-empty">${t('customer.noHistory')}</p>`}
    ${shown && html`<${Drawer} title=${t('evidence.why')} onClose=${() => setShown(null)}><${shown.View} why=${shown.why} /><//>`}<//>`;
}

/** @param {{matches: any[]}} props */
function Apart({ matches }) {
  const apart = [...new Map(matches.filter((m) => m.state === 'different').map((m) => [m.customer, m])).values()];
  if (!apart.length) return null;
  return html`<${Panel} title=${t('customer.apart')} count=${number(apart.length)}><ul class="rows">${apart.map((m) => html`<li key=${m.id}><a class="row-main" href=${`/customers/${m.customer}`}>
    <span class="row-top"><strong>${t('customer.apartFrom')}</strong><${Time} at=${m.decidedAt} class="muted" /></span><span class="muted">${m.decidedBy}</span></a></li>`)}</ul><//>`;
}

/** @param {{id: string}} props */
export function CustomerPage({ id }) {
  const { data: customer, error, loading, reload, update } = useLoad(`/customers/${id}`);
  const [chosen, setChosen] = useState(/** @type {Set<string>} */ (new Set()));
  const [open, setOpen] = useState('');
  const user = session.use()?.user;
  const whole = reachesAll(user);
  const allowed = (/** @type {string} */ role) => whole && allows(user?.role, role);
  const may = allowed('seller');
  const leads = customer?.leadList ?? [];
  const name = customer ? customerName(customer) : '';
  useEffect(() => { if (name) visited('customers', `/customers/${id}`, name); }, [id, name]);
  useTitle(customer ? customerName(customer) : t('nav.customers'));
  useLive('customer', (changes) => { if (changes.some((c) => c.id === customer?.id || c.what === 'reset')) reload(); });
  const back = html`<a class="back" href="/customers"><${Icon} name="back" size=${16} />${t('nav.customers')}</a>`;
  if (loading) return html`<div class="page"><${Skeleton} rows=${8} /></div>`;
  if (!customer) return html`<div class="page"><${PageHead} title=${t('nav.customers')} back=${back} />${error && html`<${Failure} error=${error} retry=${reload} />`}</div>`;
  const asked = customer.matches.filter((/** @type {any} */ m) => m.state === 'review').length;
  const done = (/** @type {any} */ change) => { setOpen(''); setChosen(new Set()); if (change && change.customer !== customer.id && open === 'merge') navigate(`/customers/${change.customer}`); else reload(); };
  const columns = leadColumns().filter((c) => LEAD_COLUMNS.includes(c.id)).map((c) => ({ ...c, sort: undefined }));
  return html`<div class="page"><${PageHead} back=${back} title=${customerName(customer)} sub=${[customer.company, customer.title].filter(Boolean).join(' · ')}
      actions=${may && html`<${Button} icon="edit" onClick=${() => setOpen('edit')}>${t('customer.edit')}<//><${Button} icon="link" onClick=${() => setOpen('merge')}>${t('merge.open')}<//>`} />
    ${customer.mergedFrom && html`<${MessageBar}>${t('customer.mergedFrom')}<//>`}
    ${customer.erased && html`<${MessageBar}>${t('personal.erased', { name: customer.erased.by })} <${Time} at=${customer.erased.at} /><//>`}
    ${asked > 0 && html`<${MessageBar} tone="warn" actions=${html`<a class="button" href="/duplicates">${t('customer.decide')}</a>`}>${t('customer.asked', { count: asked })}<//>`}
    ${customer.doNotContactLeads > 0 && html`<${MessageBar}>${t('customer.dnc', { count: customer.doNotContactLeads })}<//>`}
    <div class="split"><div class="stack"><${Panel} title=${t('lead.contact')}><dl class="facts golden">${FIELDS.map((field) => html`<${Value} key=${field} field=${field} known=${customer.fields[field]} />`)}</dl><//></div>
      <div class="stack"><${Panel} title=${t('nav.leads')} count=${number(leads.length)}>${leads.length ? html`<${Table} label=${t('nav.leads')} rows=${leads} rowName=${leadName} columns=${columns}
          selected=${may && leads.length > 1 ? chosen : undefined} onSelect=${setChosen} />` : html`<${Empty} title=${t('customer.noLeads')} />`}
        ${chosen.size > 0 && html`<${BulkBar} count=${chosen.size} onClear=${() => setChosen(new Set())}><${Button} look="primary" disabled=${chosen.size === leads.length} onClick=${() => setOpen('split')}>${t('split.open')}<//><//>`}
        ${may && leads.length > 1 && !chosen.size && html`<p class="panel-empty">${t('split.hint')}</p>`}<//>
        ${whole && html`<${History} customer=${customer} may=${may} onChanged=${reload} />`}<${Apart} matches=${customer.matches} />
        ${allowed('manager') && html`<${PersonalData} customer=${customer} mayErase=${allowed('admin')} onChanged=${reload} />`}</div></div>
    <p class="muted">${customer.createdAt && html`${t('customer.since')} <${Time} at=${customer.createdAt} exact=${true} />`}</p>
    ${open === 'edit' && html`<${EditDialog} customer=${customer} onClose=${() => setOpen('')} onDone=${(/** @type {any} */ next) => { setOpen(''); update((was) => (was?.id === next.id ? next : was)); }} />`}
    ${open === 'merge' && html`<${MergeDialog} customer=${customer} onClose=${() => setOpen('')} onDone=${done} />`}
    ${open === 'split' && html`<${ChangeDialog} title=${t('split.title')} action=${t('split.do')} done=${t('split.done')} path=${`/customers/${customer.id}/split`} body=${{ leads: [...chosen] }} onClose=${() => setOpen('')} onDone=${done} />`}</div>`;
}
