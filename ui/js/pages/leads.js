// The list of leads: system views, filters, live arrival, selection.
import { html, useEffect, useMemo, useState } from '../lib.js';
import { post, session, useList, useLoad } from '../api.js';
import { counted, country, locale, number, personName, relative, t, tOr } from '../i18n.js';
import { navigate, place, setQuery } from '../router.js';
import { createStore } from '../store.js';
import { useKeys } from '../keys.js';
import { useLive } from '../live.js';
import { ACTIONS, actionName, allows, flagName, flagTone, KINDS, kindName, MARKS, reachesAll, SOURCES, sourceName, statusName } from '../words.js';
import { counters, narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Clock, copyText, Empty, Failure, MessageBar, now, PageHead, Skeleton, Time, useTitle } from '../parts/bits.js';
import { BulkBar, ColumnChooser, ListBody, Table, useColumns } from '../parts/table.js';
import { FilterBar, filterValues, useFiltered } from '../parts/filters.js';
import { MenuItem, Popup } from '../parts/overlay.js';
import { toast, toastError } from '../parts/toast.js';
import { Icon } from '../icons.js';

/** @typedef {import('../types').Lead} Lead */
/** @typedef {import('../types').View} View */

/** Which list a lead was opened from, so that its page can go to the previous and the next one. */
export const leadContext = createStore(/** @type {{ids: string[], back: string, title: string, opened: string, query: Record<string, any>, next: string | null}} query, next: how to go on behind the ids */ ({ ids: [], back: '/leads', title: '', opened: '', query: {}, next: null }));

/** What people keep, once it was asked for: for the palette too. */
export const savedViews = createStore(/** @type {View[] | null} */ (null));
/** @param {View} view */
export const savedName = (view) => view.name || t('views.unnamed');

/**
 * The system views: what each asks the API for.
 * @type {{id: string, query: Record<string, string>, sort: string, count?: 'owed' | 'overdue' | 'unassigned' | 'unread' | 'test' | 'lostAfterFewAttempts'}[]}
 */
export const VIEWS = [
  { id: 'first-response', query: { response: 'owed' }, sort: 'due', count: 'owed' },
  { id: 'overdue', query: { response: 'overdue' }, sort: 'due', count: 'overdue' },
  { id: 'unassigned', query: { owner: 'none' }, sort: 'due', count: 'unassigned' },
  { id: 'mine', query: { owner: 'me' }, sort: '-received' },
  { id: 'favorites', query: { favorite: 'true' }, sort: '-received' },
  { id: 'warm', query: { response: 'warm' }, sort: 'received' },
  { id: 'new', query: { unread: 'true' }, sort: '-received', count: 'unread' },
  { id: 'stalled', query: { progress: 'stalled' }, sort: '-received' },
  { id: 'one-attempt', query: { progress: 'one-attempt' }, sort: '-received' },
  { id: 'few-attempts', query: { progress: 'few-attempts' }, sort: '-received', count: 'lostAfterFewAttempts' },
  { id: 'trials', query: { kind: 'trial' }, sort: '-received' },
  { id: 'information', query: { kind: 'information' }, sort: '-received' },
  { id: 'test', query: { test: 'true' }, sort: '-received', count: 'test' },
  { id: 'all', query: {}, sort: '-received' },
];

/** Lists that are pages of their own. @type {{path: string, text: string, count: (c: import('../types').Counters) => number}[]} */
const ELSEWHERE = [
  { path: '/duplicates', text: 'view.duplicates', count: (c) => c.reviews },
  { path: '/deliveries?state=rejected', text: 'view.failed', count: (c) => c.deliveriesRejected },
];

/** @param {Record<string, any>} query */
const byMark = (query) => MARKS.some((mark) => query[mark]);

/** Filters that do not go with what is asked. @param {Record<string, any>} query */
const shutBy = (query) => (byMark(query) ? ['response'] : query.q || query.response ? MARKS : []);

/** The orders that a list has an index for. @param {Record<string, any>} query @param {string} sort */
const sorts = (query, sort) => (byMark(query) ? sort === 'received' : query.owner !== 'none' || sort === 'due');

const choices = (/** @type {string[]} */ values, /** @type {(value: string) => string} */ label) => values.map((value) => ({ value, label: label(value) }));

/** @param {any[]} offers @param {any[]} teams @param {any[]} people those that the address may name @returns {import('../parts/filters.js').Filter[]} */
const filtersFor = (offers, teams, people) => [
  { name: 'offer', label: t('lead.offer'), type: 'choice', options: offers.map((o) => ({ value: o.id, label: o.title || o.id })) },
  { name: 'kind', label: t('lead.kind'), type: 'choice', options: Object.keys(KINDS).map((k) => ({ value: k, label: kindName(k) })) },
  { name: 'source', label: t('lead.source'), type: 'choice', options: SOURCES.map((s) => ({ value: s, label: sourceName(s) })) },
  { name: 'action', label: t('lead.action'), type: 'choice', options: ACTIONS.map((a) => ({ value: a, label: actionName(a) })) },
  { name: 'status', label: t('lead.status'), type: 'choice', options: ['New', 'Active', 'Closed'].map((s) => ({ value: s, label: statusName(s) })) },
  { name: 'country', label: t('field.country'), type: 'country' },
  { name: 'since', label: t('filter.since'), type: 'since' },
  { name: 'until', label: t('filter.until'), type: 'until' },
  { name: 'owner', label: t('lead.owner'), type: 'choice', options: [...choices(['me', 'none'], (v) => t(`filter.owner.${v}`)), ...people.map((u) => ({ value: u.id, label: u.name || u.email }))] },
  { name: 'response', label: t('lead.clock'), type: 'choice', options: choices(['owed', 'overdue', 'warm'], (v) => t(`view.${v === 'owed' ? 'first-response' : v}`)) },
  { name: 'progress', label: t('filter.progress'), type: 'choice', options: choices(['stalled', 'one-attempt', 'few-attempts'], (v) => t(`view.${v}`)) },
  { name: 'favorite', label: t('desk.favorite'), type: 'choice', options: choices(['true'], () => t('view.favorites')) },
  { name: 'quality', label: t('desk.field.quality'), type: 'choice', options: choices(['High', 'Low'], (v) => t(`desk.quality.${v}`)) },
  { name: 'purchaseIntent', label: t('desk.field.purchaseIntent'), type: 'choice', options: choices(['Yes', 'No', 'Have not decided'], (v) => t(`desk.purchaseIntent.${v}`)) },
  { name: 'unread', label: t('lead.unread'), type: 'choice', options: choices(['true'], () => t('view.new')) },
  { name: 'test', label: t('lead.test'), type: 'choice', options: choices(['true'], () => t('view.test')) },
  { name: 'team', label: t('lead.team'), type: 'given', options: teams.map((x) => ({ value: x.id, label: x.name })) },
  { name: 'substatus', label: t('lead.status'), type: 'given' },
  { name: 'customer', label: t('lead.customer'), type: 'given' },
];

/** @returns {import('../parts/table.js').Column[]} */
export const leadColumns = () => [
  { id: 'unread', label: t('lead.unread'), hideLabel: true, fixed: true, cell: (lead) => lead.unread && html`<span class="dot"><span class="sr">${t('lead.unread')}</span></span>` },
  { id: 'clock', label: t('lead.clock'), sort: 'due', cell: (lead) => html`<${Clock} lead=${lead} />` },
  { id: 'name', label: t('lead.customer'), fixed: true, cell: (lead) => html`<a href=${`/leads/${lead.id}`} data-row-link class="row-link">${leadName(lead)}</a>${lead.touches > 1 && html` <span class="touches" title=${t('lead.touchesTitle', { count: lead.touches })}>${number(lead.touches)}×</span>`} <${Flame} lead=${lead} />` },
  { id: 'company', label: t('field.company'), cell: (lead) => lead.customer.company },
  { id: 'kind', label: t('lead.kind'), cell: (lead) => html`<${KindChip} lead=${lead} />` },
  { id: 'action', label: t('lead.action'), cell: (lead) => html`<span class="two" title=${sourceName(lead.source)}>${actionName(lead.action)}
    ${lead.source && sourceName(lead.source) !== actionName(lead.action) && html` <small>${sourceName(lead.source)}</small>`}</span>` },
  { id: 'offer', label: t('lead.offer'), cell: (lead) => html`<span title=${lead.offer.id}>${lead.offer.title || lead.offer.id}</span>` },
  { id: 'country', label: t('lead.country'), cell: (lead) => lead.customer.country && html`<span title=${lead.customer.country}>${country(lead.customer.country)}</span>` },
  { id: 'status', label: t('lead.status'), off: true, cell: (lead) => statusName(lead.status) },
  { id: 'flags', label: t('lead.flags'), off: true, cell: (lead) => shownFlags(lead).map((f) => html`<${Chip} key=${f} tone=${flagTone(f)} icon="flag">${flagName(f)}<//>`) },
  { id: 'email', label: t('field.email'), off: true, cell: (lead) => lead.customer.email },
  { id: 'phone', label: t('field.phone'), off: true, cell: (lead) => lead.customer.phone },
  { id: 'title', label: t('field.title'), off: true, cell: (lead) => lead.customer.title },
  { id: 'owner', label: t('lead.owner'), off: true, cell: (lead) => lead.ownerName },
  { id: 'team', label: t('lead.team'), off: true, cell: (lead) => lead.teamName },
  { id: 'received', label: t('lead.received'), sort: 'received', class: 'end', cell: (lead) => html`<${Time} at=${lead.receivedAt} />` },
];

/** @param {Lead} lead */
export const leadName = (lead) => personName(lead.customer) || lead.customer.email || lead.customer.company || t('lead.noName');

const FLAME_MS = 72 * 3600000;

/**
 * Who asked to be contacted and waits for it is told by a flame for 72 hours, on the lead's own page by a word afterwards.
 * @param {{lead: Lead, long?: boolean}} props
 */
export function Flame({ lead, long }) {
  const present = now.use();
  const since = Date.parse(lead.receivedAt) - present;
  const burns = -since < FLAME_MS;
  if (!lead.hot || lead.doNotContact || lead.test || lead.status === 'Closed' || lead.firstResponse?.respondedAt || !(burns || long)) return null;
  const text = t(burns ? 'desk.wantsContact' : 'desk.stillWaits', { when: relative(since) });
  const title = burns ? t('flame.title') : undefined;
  if (long) return html`<${Chip} tone=${burns ? 'hot' : 'warn'} icon=${burns ? 'flame' : 'clock'} title=${title}>${text}<//>`;
  return html`<span class="flame" title=${`${text}. ${title}`}><${Icon} name="flame" size=${16} /><span class="sr">${text}</span></span>`;
}

/** A test lead says so by its chip. @param {Lead} lead */
export const shownFlags = (lead) => lead.flags.filter((f) => f !== 'test');

/** @param {{lead: Lead}} props */
export function KindChip({ lead }) {
  const look = KINDS[lead.kind] ?? KINDS.unknown;
  const flags = shownFlags(lead).map(flagName).join(', ');
  return html`<span class="chips">${lead.test && html`<${Chip} tone="test" icon="trial">${t('lead.test')}<//>`}
    <${Chip} tone=${look.tone} icon=${look.icon}>${kindName(lead.kind)}<//>
    ${flags && html`<span class="flag-mark" title=${flags}><${Icon} name="flag" size=${14} /><span class="sr">${flags}</span></span>`}</span>`;
}

/** What an address asks for, which is the same for everybody but when it says nothing at all. @param {URLSearchParams} query */
const wanted = (query) => query.get('view') ?? (['from', 'offer', 'q'].some((k) => query.has(k)) ? 'all' : (!query.toString() && session.get()?.user.leadView) || VIEWS[0].id);

/** @param {{current: string}} props */
function ViewTabs({ current }) {
  const c = counters.use();
  const saved = savedViews.use() ?? [];
  const { query } = place.use();
  const q = query.get('q');
  return html`<nav class="tabs" aria-label=${t('view.label')}>${VIEWS.map((view) => {
    return html`<a key=${view.id} href=${`/leads?view=${view.id}${q && !byMark(view.query) ? `&q=${encodeURIComponent(q)}` : ''}`} aria-current=${view.id === current ? 'page' : undefined}>
      ${t(`view.${view.id}`)}<${Count} n=${view.count && c ? c[view.count] : 0} more=${c?.capped} /></a>`;
  })}${saved.map((v) => html`<a key=${v.id} href=${`/leads?view=${v.id}`} class="saved" aria-current=${v.id === current ? 'page' : undefined}>${savedName(v)}</a>`)}${reachesAll(session.get()?.user) && ELSEWHERE.map((e) => html`<a key=${e.path} href=${e.path} class="elsewhere">${t(e.text)}<${Count} n=${c ? e.count(c) : 0} /></a>`)}</nav>`;
}

/** @param {{n: number | null, more?: boolean}} props */
const Count = ({ n, more }) => (n ? html`<span class="count">${counted(n, more)}</span>` : null);

/** @param {{view: string, offers: any[] | null}} props */
function NoLeads({ view, offers }) {
  if (!reachesAll(session.get()?.user) && view === 'all') return html`<${Empty} icon="inbox" title=${t('empty.reach.title')}>${t('empty.reach.text')}<//>`;
  if (offers && !offers.length) {
    return html`<${Empty} icon="link" title=${t('empty.offers.title')} actions=${html`<a class="button button-primary" href="/settings?section=offers">${t('empty.offers.action')}</a>`}>
      <ol><li>${t('empty.offers.step1')}</li><li>${t('empty.offers.step2')}</li><li>${t('empty.offers.step3')}</li></ol><//>`;
  }
  if (offers && reachesAll(session.get()?.user) && offers.every((o) => !o.lastReceivedAt)) {
    return html`<${Empty} icon="bell" title=${t('empty.silent.title')} actions=${html`<a class="button" href="/settings?section=offers">${t('empty.silent.action')}</a>`}>${t('empty.silent.text')}<//>`;
  }
  const zero = view === 'first-response' || view === 'overdue';
  return html`<${Empty} icon=${zero ? 'checkCircle' : 'inbox'} title=${t(zero ? 'empty.zero.title' : 'empty.view.title')}
    actions=${html`<a class="button" href="/leads?view=all">${t('empty.view.action')}</a>`}>${t(zero ? 'empty.zero.text' : 'empty.view.text')}<//>`;
}

/**
 * Leads that came while the list is open: shown at once when nobody is in the middle of reading it, else
 * announced by a bar.
 * @param {{refresh: () => void, update: (f: (lead: Lead) => Lead) => void, busy: () => boolean}} list
 */
function useArrivals(list) {
  const [waiting, setWaiting] = useState(0);
  const refresh = () => { setWaiting(0); list.refresh(); };
  useLive('lead', (changes) => {
    const mine = changes.filter((c) => !publisher.get() || !c.publisher || c.publisher === publisher.get());
    if (!mine.length) return;
    if (!list.busy()) refresh();
    else setWaiting((n) => n + mine.filter((c) => c.what === 'new').length);
  });
  return { waiting, refresh };
}

/** The query of the list as an object, for a call that goes over all it finds. @param {Record<string, any>} query */
const filterOf = (query) => Object.fromEntries(Object.entries(query).map(([name, value]) => [name, ['test', 'unread', 'favorite'].includes(name) ? value === 'true' : value]));

/**
 * @param {{selected: Set<string>, rows: Lead[], clear: () => void, update: (f: (lead: Lead) => Lead) => void, query: Record<string, any>, more: boolean, reload: () => void}} props
 *   query: what the list asks for; more: it has others than rows
 */
function Bulk({ selected, rows, clear, update, query, more, reload }) {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const [all, setAll] = useState(false);
  const whole = more && rows.every((lead) => selected.has(lead.id));
  const which = all && whole ? { filter: filterOf(query) } : { ids: [...selected].slice(0, 500) };
  const show = (/** @type {string} */ action) => import('../parts/bulk.js').then((m) => setOpen({ View: m.BulkDialog, action }), toastError);
  const actions = allows(session.get()?.user.role, 'seller') ? ['accept', 'decline', 'owner', 'next', 'note'] : [];
  useKeys(Object.fromEntries(actions.map((action) => [`do:bulk-${action}`, () => show(action)])), Object.fromEntries(actions.map((action) => [`do:bulk-${action}`, t(`bulk.do.${action}`)])));
  const chosen = rows.filter((lead) => selected.has(lead.id));
  /** @param {Lead[]} leads @param {boolean} unread */
  const mark = async (leads, unread) => {
    const ids = new Set(leads.map((lead) => lead.id));
    update((lead) => (ids.has(lead.id) ? { ...lead, unread } : lead));
    try {
      for (const id of ids) await post(`/leads/${id}/read`, unread ? { unread } : {});
    } catch (error) {
      toastError(error);
    }
  };
  const act = (/** @type {boolean} */ unread) => {
    const changed = chosen.filter((lead) => lead.unread !== unread);
    mark(changed, unread);
    toast({ text: t(unread ? 'bulk.markedUnread' : 'bulk.markedRead', { count: chosen.length }), undo: () => mark(changed, !unread) });
    clear();
  };
  const emails = [...new Set(chosen.filter((lead) => !lead.doNotContact && !lead.test).map((lead) => lead.customer.email).filter(Boolean))];
  return html`<${BulkBar} count=${selected.size} onClear=${clear}>
    ${whole && html`<${Button} look="ghost" pressed=${all} title=${t('bulk.allChosen')} onClick=${() => setAll(!all)}>${t('bulk.all')}<//>`}
    ${actions.length > 0 && html`<${Popup} menu=${true} look="primary" label=${t('bulk.act')} text=${t('bulk.act')}>${(/** @type {() => void} */ close) => actions.map((action) => html`<${MenuItem} key=${action} onClick=${() => { close(); show(action); }}>${t(`bulk.do.${action}`)}<//>`)}<//>`}
    ${open && html`<${open.View} action=${open.action} which=${which} cut=${!which.filter && selected.size > 500} first=${[...selected][0]} onClose=${() => setOpen(null)} onDone=${() => { clear(); reload(); }} />`}
    <${Button} look="ghost" icon="check" onClick=${() => act(false)}>${t('bulk.read')}<//>
    <${Button} look="ghost" icon="mail" onClick=${() => act(true)}>${t('bulk.unread')}<//>
    <${Button} look="ghost" icon="copy" disabled=${!emails.length} onClick=${async () => {
      await copyText(emails.join('; '));
      toast({ text: t('bulk.copied', { count: emails.length }) });
    }}>${t('bulk.emails')}<//><//>`;
}

/** The question of the list, as a saved view keeps it. @param {Record<string, any>} asked */
function questionOf({ publisher: whose, ...asked }) {
  const sort = asked.owner === 'none' ? 'due' : '-received';
  return filterOf(Object.fromEntries(Object.entries(asked).filter(([name, value]) => value && !(name === 'sort' && value === sort))));
}

/** @param {Record<string, any>} query */
const same = (query) => JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Keeps the question, and looks after what was kept; drawn by a part that is loaded when it is needed.
 * @param {{question: Record<string, any>, from: View | undefined, id: string, reload: () => void}} props
 */
function ViewMenu({ question, from, id, reload }) {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const works = allows(session.get()?.user.role, 'seller');
  const changed = Boolean(from?.mayChange && same(from.query) !== same(question));
  const show = (/** @type {string} */ what) => import('../parts/views.js').then((m) => (what === 'update' && from ? m.update(from, question, reload) : setOpen({ View: what === 'add' ? m.ViewDialog : m.ViewsDrawer })), toastError);
  const items = works ? [...(changed ? ['update'] : []), 'add', 'manage'] : ['manage'];
  const name = (/** @type {string} */ what) => t(`views.do.${what}`, { name: from ? savedName(from) : '' });
  useKeys(Object.fromEntries(items.map((what) => [`do:view-${what}`, () => show(what)])), Object.fromEntries(items.map((what) => [`do:view-${what}`, name(what)])));
  return html`<${Popup} menu=${true} end=${true} label=${t('views.menu')} text=${t('views.menu')} icon="eye">${(/** @type {() => void} */ close) => items.map((what) => html`<${MenuItem} key=${what} onClick=${() => { close(); show(what); }}>${name(what)}<//>`)}<//>
    ${changed && html`<${Button} onClick=${() => show('update')}>${t('views.update')}<//>`}
    ${open && html`<${open.View} question=${question} current=${from?.id ?? id} onClose=${() => setOpen(null)} reload=${reload} />`}`;
}

const FORMATS = ['csv', 'xlsx', 'ndjson'];

/** What is listed, as a file. @param {{query: Record<string, any>}} props */
function ExportMenu({ query }) {
  const save = (/** @type {string} */ format) => import('../parts/export.js').then((m) => m.save(query, format), toastError);
  const name = (/** @type {string} */ format) => t(`export.${format}`);
  useKeys(Object.fromEntries(FORMATS.map((f) => [`do:export-${f}`, () => save(f)])), Object.fromEntries(FORMATS.map((f) => [`do:export-${f}`, `${t('export.do')}: ${name(f)}`])));
  return html`<${Popup} menu=${true} end=${true} icon="download" label=${t('export.do')} title=${t('export.do')}>${(/** @type {() => void} */ close) => FORMATS.map((f) => html`<${MenuItem} key=${f} onClick=${() => { close(); save(f); }}>${name(f)}<//>`)}<//>`;
}

/** @param {{offers: any[]}} props */
function Enter({ offers }) {
  const [open, setOpen] = useState(/** @type {any} */ (null));
  const show = () => import('../parts/enter.js').then((m) => setOpen({ View: m.EnterLead }), toastError);
  useKeys({ 'do:enter': show }, { 'do:enter': t('enter.title') });
  return html`<${Button} icon="add" onClick=${show}>${t('enter.title')}<//>${open && html`<${open.View} offers=${offers} onClose=${() => setOpen(null)} />`}`;
}

/** @param {{view: typeof VIEWS[number], from: View | undefined, reload: () => void}} props */
function LeadList({ view, from, reload }) {
  const { query } = place.use();
  const { language } = locale.use();
  const title = from ? savedName(from) : t(`view.${view.id}`);
  useTitle(title);
  const offers = useLoad('/offers', narrowed()).data?.items ?? null;
  const teams = useLoad(query.has('team') ? '/teams' : null, narrowed()).data?.items ?? null;
  const [asksPeople, askPeople] = useState(false);
  // Whoever looks after others finds somebody's leads, to hand them over.
  const accounts = useLoad((asksPeople || (query.get('owner') ?? '').includes('-')) && allows(session.get()?.user.role, 'manager') && reachesAll(session.get()?.user) ? '/users' : null).data?.items;
  const people = useMemo(() => (accounts ?? []).filter((/** @type {any} */ u) => allows(u.role, 'seller') && (!u.publisher || !publisher.get() || u.publisher === publisher.get())), [accounts]);
  const filters = useMemo(() => filtersFor(offers ?? [], teams ?? [], people), [offers, teams, people, language]);
  const chosenFilters = filterValues(filters, query, 'q');
  /** @type {Record<string, any>} */
  const found = { ...narrowed(), ...chosenFilters, ...view.query };
  const natural = byMark(found) ? '-received' : found.owner === 'none' ? 'due' : view.sort;
  // What stands in the address may be of another list that was here before.
  const given = query.get('sort');
  const sort = given && sorts(found, given.replace('-', '')) ? given : natural;
  /** @type {Record<string, any>} */
  const asked = { ...found, sort };
  const list = useList('/leads', asked);
  const filtered = useFiltered(filters, 'q');
  const [selected, setSelected] = useState(/** @type {Set<string>} */ (new Set()));
  const busy = () => selected.size > 0 || scrollY > 40 || Boolean(document.querySelector('.table:hover, .table :focus, dialog[open]'));
  const arrivals = useArrivals({ ...list, busy });
  const columns = useMemo(() => leadColumns().map((c) => (c.sort && !sorts(asked, c.sort) ? { ...c, sort: undefined } : c)), [language, asked.owner, byMark(asked)]);
  const chosen = useColumns('leads', columns);
  useEffect(() => setSelected(new Set()), [query.toString()]);
  useEffect(() => {
    const { opened } = leadContext.get();
    // Who comes back from a lead goes on at its row.
    if (list.items.length && document.activeElement?.matches('main, h1')) /** @type {HTMLElement | null} */ (document.querySelector(`.table [data-row-link][href="/leads/${opened}"]`))?.focus();
    leadContext.set({ ids: list.items.map((lead) => lead.id), back: `/leads${location.search}`, title, opened: list.items.length ? '' : opened, query: asked, next: list.next });
  }, [list.items, list.next]);
  useKeys({ '.': arrivals.refresh, f: () => /** @type {HTMLElement | null} */ (document.querySelector('.filter-bar .button'))?.click() }, { '.': t('do.refresh'), f: t('filter.title') });

  return html`<div class="page leads"><${PageHead} title=${title} sub=${from ? t(`views.sub.${from.visibility}`) : t(`view.${view.id}.sub`)}
      actions=${offers?.length > 0 && allows(session.get()?.user.role, 'seller') && html`<${Enter} offers=${offers} />`} />
    <${ViewTabs} current=${from?.id ?? view.id} />
    <${FilterBar} filters=${filters} search="q" fixed=${Object.keys(view.query)} shut=${shutBy(asked)} onOpen=${() => askPeople(true)}>
      <${ViewMenu} question=${questionOf(asked)} from=${from} id=${view.id} reload=${reload} />
      <${Button} look="ghost" icon="refresh" label=${t('do.refresh')} onClick=${arrivals.refresh} />
      ${list.items.length > 0 && html`<${ExportMenu} query=${asked} />`}
      <${ColumnChooser} columns=${columns} ...${chosen} /><//>
    <div role="status" class="arrivals-box">${arrivals.waiting > 0 && html`<button type="button" class="arrivals" onClick=${() => { scrollTo(0, 0); arrivals.refresh(); }}>
      <${Icon} name="up" size=${16} /><span>${t('leads.arrived', { count: arrivals.waiting })}</span></button>`}</div>
    <${ListBody} list=${list} filtered=${filtered} empty=${html`<${NoLeads} view=${view.id} offers=${offers} />`} count=${(/** @type {number} */ count) => t('leads.shown', { count })}>
      <${Table} label=${title} columns=${chosen.shown} rows=${list.items} sort=${sort} onSort=${(/** @type {string} */ s) => setQuery({ sort: s === natural ? null : s })}
        selected=${selected} onSelect=${setSelected} rowName=${leadName}
        rowClass=${(/** @type {Lead} */ lead) => `${lead.unread ? 'is-unread' : ''} ${lead.kind === 'information' ? 'is-quiet' : ''}`} /><//>
    ${selected.size > 0 && html`<${Bulk} selected=${selected} rows=${list.items} clear=${() => setSelected(new Set())} update=${list.update} query=${asked} more=${Boolean(list.next)} reload=${list.reload} />`}</div>`;
}

/** A saved view that cannot be shown: it is gone, or means something else by now. @param {{view: View | undefined, id: string, reload: () => void}} props */
function NoView({ view, id, reload }) {
  const problem = view?.problems[0];
  const title = view ? savedName(view) : t('views.gone.title');
  useTitle(title);
  return html`<div class="page leads"><${PageHead} title=${title} /><${ViewTabs} current=${id} />
    ${problem && html`<${MessageBar} tone="bad">${tOr(`problem.${problem.code}`, '') || t('views.broken', { field: problem.field })}<//>`}
    <${Empty} icon="question" title=${t(view ? 'views.broken.title' : 'views.gone.title')} actions=${html`<a class="button button-primary" href="/leads?view=all">${t('empty.view.action')}</a>
      <${ViewMenu} question=${{}} from=${undefined} id="all" reload=${reload} />`}>${t(view ? 'views.broken.text' : 'views.gone.text')}<//></div>`;
}

/**
 * An address names a view to be opened (view), or holds the question of one that was (from).
 * A saved one goes into the address as it is, so that whoever is sent it sees the same list.
 */
export function LeadsPage() {
  const { query } = place.use();
  publisher.use();
  const views = useLoad('/views', narrowed());
  useLive('view', views.reload);
  const saved = /** @type {View[] | null} */ (views.data?.items ?? null);
  useEffect(() => { if (saved) savedViews.set(saved); }, [saved]);
  const id = wanted(query);
  const shipped = VIEWS.find((v) => v.id === id) ?? (id.includes('-') && id.length > 30 ? undefined : VIEWS[0]);
  const found = saved?.find((v) => v.id === (shipped ? query.get('from') : id));
  const opens = !shipped && found && !found.problems.length ? found : undefined;
  useEffect(() => {
    if (shipped && !query.toString() && shipped !== VIEWS[0]) setQuery({ view: id });
    if (opens) navigate(`/leads?${new URLSearchParams({ ...Object.fromEntries(Object.entries(opens.query).map(([k, v]) => [k, String(v)])), from: opens.id })}`, { replace: true });
  }, [opens, id]);
  if (shipped) return html`<${LeadList} view=${shipped} from=${shipped.id === 'all' ? found : undefined} reload=${views.reload} />`;
  if (views.error && !saved) return html`<div class="page leads"><${Failure} error=${views.error} retry=${views.reload} /></div>`;
  if (!saved || opens) return html`<div class="page leads"><${Skeleton} rows=${12} /></div>`;
  return html`<${NoView} view=${found} id=${id} reload=${views.reload} />`;
}
