// One lead: what the customer did, the facts and where they come from, and what happened since.
import { html, useEffect, useState } from '../lib.js';
import { get, post, session, useLoad } from '../api.js';
import { country, number, t, tOr, tx } from '../i18n.js';
import { visited } from '../recent.js';
import { navigate } from '../router.js';
import { useKeys } from '../keys.js';
import { useLive } from '../live.js';
import { ACTIONS, actionName, CONFIDENCE_TONES, deliveryStateName, fieldName, flagName, flagTone, kindName, sourceName, statusName } from '../words.js';
import { toNames } from '../parts/mention.js';
import { breakable, Button, Chip, Clock, Copy, Failure, PageHead, Panel, Skeleton, Time, useArrival, useTitle } from '../parts/bits.js';
import { Deal, Desk, mayWork } from '../parts/desk.js';
import { WorkingTime } from '../parts/working-time.js';
import { Composer } from '../parts/desk-talk.js';
import { Checklist, Way } from '../parts/process.js';
import { DESK_TYPES, deskBody, mendable } from '../parts/desk-words.js';
import { DeliveryDrawer, DeliveryState, mayReplay, replay } from '../parts/delivery.js';
import { Drawer } from '../parts/overlay.js';
import { ReceiptDrawer } from '../parts/receipt.js';
import { Heard, Records } from '../parts/records.js';
import { NextSteps } from '../parts/tasks.js';
import { toast, toastError } from '../parts/toast.js';
import { Icon } from '../icons.js';
import { KindChip, leadContext, leadName, shownFlags } from './leads.js';

/** @typedef {import('../types').LeadDetail} LeadDetail */

/**
 * What the customer did, in one sentence. A lead that somebody entered has no source; then no place is named.
 * @param {LeadDetail} lead
 */
export function sentence(lead) {
  const { action, source } = lead;
  const known = !action ? 'none' : ACTIONS.includes(action) ? action : lead.kind === 'trial' ? 'trial' : 'other';
  const what = known === 'INS' && lead.bought ? 'INS.bought' : known;
  const alone = `sentence.noSource.${what}`;
  return tx(lead.test ? 'sentence.test' : !source && tOr(alone, '') ? alone : `sentence.${what}`, {
    name: html`<strong>${leadName(lead)}</strong>`,
    offer: html`<strong>${lead.offer.title || lead.offer.id}</strong>`,
    source: sourceName(source),
    action: html`<q>${actionName(action)}</q>`,
  });
}

/** @typedef {import('../types').TimelineEntry} Entry */

/** @type {Record<string, {icon: string, tone: string}>} */
const TYPES = {
  ...DESK_TYPES,
  crm: { icon: 'plug', tone: 'brand' },
  delivery: { icon: 'deliver', tone: 'good' },
  read: { icon: 'eye', tone: 'quiet' },
  received: { icon: 'inbox', tone: 'brand' },
  status: { icon: 'flag', tone: 'brand' },
  touch: { icon: 'touches', tone: 'hot' },
};

/**
 * How the known members of an entry's detail are said, in this order.
 * @type {Record<string, (value: any) => string>}
 */
const DETAILS = {
  name: (v) => v,
  state: deliveryStateName,
  status: (v) => statusName(String(v)),
  action: actionName,
  source: sourceName,
};

/** @param {Entry} entry */
const details = (entry) => Object.keys(DETAILS).filter((name) => entry.detail?.[name]).map((name) => DETAILS[name](entry.detail?.[name])).join(' · ');

/** @param {{lead: import('../types').LeadDetail, onReceipt: (id: string) => void, onDelivery: (id: string) => void, onNote: (entry: Entry) => void, onWhy: () => void}} props */
function Timeline({ lead, onReceipt, onDelivery, onNote, onWhy }) {
  const me = session.use()?.user;
  const [only, setOnly] = useState('');
  const types = [...new Set(lead.timeline.map((e) => e.type))];
  const named = (/** @type {string | null} */ text) => text && toNames(text, lead.mentioned ?? []);
  const entries = lead.timeline.map((e) => (e.type === 'note' && e.detail?.text !== undefined ? { ...e, detail: { ...e.detail, text: named(e.detail.text), history: e.detail.history?.map((/** @type {any} */ h) => ({ ...h, text: named(h.text) })) } } : e)).filter((e) => !only || e.type === only).sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return html`<div class="timeline-box">${types.length > 2 && html`<div class="pills" role="group" aria-label=${t('timeline.filter')}>
      ${['', ...types].map((type) => html`<button key=${type} type="button" class="pill" aria-pressed=${String(only === type)} onClick=${() => setOnly(type)}>
        ${type ? tOr(`timeline.${type}`, type) : t('timeline.all')}</button>`)}</div>`}
    <ol class="timeline">${entries.map((entry, i) => {
      const look = TYPES[entry.type] ?? { icon: 'info', tone: 'quiet' };
      return html`<li key=${`${entry.at}-${i}`} id=${entry.id && `entry-${entry.id}`} tabindex="-1"><span class=${`timeline-icon tone-${look.tone}`}><${Icon} name=${look.icon} size=${16} /></span>
        <div class="timeline-body"><div class="timeline-head"><strong>${tOr(`timeline.${entry.type}`, entry.type)}</strong><span class="muted">${entry.type !== 'crm' && entry.actor} <${Time} at=${entry.at} /></span></div>
        ${entry.type === 'crm' && html`<${Heard} detail=${entry.detail} />`}
        ${deskBody(entry)}
        ${mendable(entry, me) && html`<button type="button" class="link" onClick=${() => onNote(entry)}>${t(mendable(entry, me))}</button>`}
        ${entry.type === 'assigned' && html`<button type="button" class="link" onClick=${onWhy}>${t('assign.why')}</button>`}
        ${!entry.actor && details(entry) && html`<p>${details(entry)}</p>`}
        ${entry.receipt && html`<button type="button" class="link" onClick=${() => onReceipt(String(entry.receipt))}>${t('timeline.receipt')}</button>`}
        ${entry.delivery && html`<button type="button" class="link" onClick=${() => onDelivery(String(entry.delivery))}>${t('timeline.attempts')}</button>`}</div></li>`;
    })}</ol></div>`;
}

/** What to do now, by kind. @param {{lead: LeadDetail}} props */
function NextStep({ lead }) {
  const { email } = lead.customer;
  if (lead.test || lead.kind === 'information' || lead.doNotContact) {
    return html`<div class="next"><${Chip} icon="info">${t('next.none')}<//><p>${t(lead.test ? 'next.test' : 'next.information')}</p></div>`;
  }
  const answered = Boolean(lead.firstResponse?.respondedAt) || lead.status === 'Closed';
  const step = lead.kind === 'active' && lead.bought ? 'bought' : lead.kind;
  const subject = encodeURIComponent(lead.offer.title || lead.offer.id);
  return html`<div class="next"><div class="row"><${Clock} lead=${lead} long=${true} /></div>${!answered && html`<p>${t(`next.${step}`)}</p>`}
    <${WorkingTime} lead=${lead} />
    <div class="row">${email && html`<a class=${`button ${answered ? '' : 'button-primary'}`} href=${`mailto:${encodeURIComponent(email)}?subject=${subject}`}>
      <${Icon} name="mail" size=${18} /><span>${t(answered ? 'next.mail' : `next.${step}.action`)}</span></a>`}
    ${lead.customer.phone && html`<a class="button" href=${`tel:${lead.customer.phone}`}><${Icon} name="phone" size=${18} /><span>${t('next.call')}</span></a>`}</div></div>`;
}

/** @type {{field: keyof import('../types').Customer, href?: (value: string) => string, icon: string}[]} */
const FACTS = [
  { field: 'email', icon: 'mail', href: (v) => `mailto:${encodeURIComponent(v)}` },
  { field: 'phone', icon: 'phone', href: (v) => `tel:${v}` },
  { field: 'company', icon: 'building' },
  { field: 'title', icon: 'user' },
  { field: 'country', icon: 'language' },
];

/** @param {{lead: LeadDetail}} props */
function Facts({ lead }) {
  return html`<${Panel} title=${t('lead.contact')} class="contact"><ul class="contact-list">${FACTS.map(({ field, href, icon }) => {
    const value = lead.customer[field];
    const raw = lead.asReceived?.[field];
    const shown = field === 'country' && value ? country(value) : value;
    const note = lead.understanding?.find((u) => u.field === field);
    const linked = href && value && !lead.doNotContact;
    return html`<li key=${field}><${Icon} name=${icon} size=${18} /><div class="contact-value"><span class="label">${fieldName(field)}</span>
      ${value ? linked ? html`<a href=${href(value)}>${field === 'email' ? breakable(value) : shown}</a>` : html`<span>${shown}</span>` : html`<span class="muted">${t('lead.notGiven')}</span>`}
      ${raw && raw !== shown && raw !== value && html`<span class="provenance">${t('lead.asReceived', { value: raw })}</span>`}
      ${note && note.confidence !== 'sure' && html`<span class="provenance"><${Chip} tone=${CONFIDENCE_TONES[note.confidence]}>${t(`confidence.${note.confidence}`)}<//></span>`}</div>
      ${value && html`<${Copy} text=${value} label=${t('lead.copy', { field: fieldName(field) })} />`}</li>`;
  })}</ul></${Panel}>`;
}

/** @param {{lead: LeadDetail}} props */
function Engagement({ lead }) {
  return html`<${Panel} title=${t('lead.engagement')}><dl class="facts">
    <div><dt>${t('lead.offer')}</dt><dd>${lead.offer.title || lead.offer.id}<code>${lead.offer.id}</code></dd></div>
    <div><dt>${t('lead.source')}</dt><dd>${sourceName(lead.source) || t('lead.notGiven')}</dd></div>
    <div><dt>${t('lead.action')}</dt><dd>${actionName(lead.action) || t('lead.notGiven')}</dd></div>
    <div><dt>${t('field.leadSource')}</dt><dd><code>${lead.leadSource || '–'}</code></dd></div>
    <div><dt>${t('lead.received')}</dt><dd><${Time} at=${lead.receivedAt} exact=${true} /></dd></div>
    <div><dt>${t('lead.touches')}</dt><dd>${number(lead.touches)}</dd></div>
    <div><dt>${t('lead.status')}</dt><dd>${statusName(lead.status)} <span class="muted">${statusName(lead.substatus)}</span></dd></div>
    <div><dt>${t('lead.id')}</dt><dd class="with-copy"><code>${lead.id}</code><${Copy} text=${lead.id} label=${t('lead.copyId')} /></dd></div></dl><//>`;
}

/** @param {{lead: LeadDetail, onOpen: (id: string) => void, onChanged: () => void}} props */
function Deliveries({ lead, onOpen, onChanged }) {
  return html`<${Panel} title=${t('lead.deliveries')} count=${number(lead.deliveries.length)}>${lead.deliveries.length
    ? html`<ul class="rows">${lead.deliveries.map((d) => html`<li key=${d.id}><button type="button" class="row-main" onClick=${() => onOpen(d.id)}>
        <span class="row-top"><strong>${d.destination.name}</strong><${DeliveryState} state=${d.state} /></span>
        <span class="muted"><${Time} at=${d.doneAt ?? d.createdAt} />${d.detail ? ` · ${d.detail}` : ''}</span></button>
        ${mayReplay() && html`<${Button} look="ghost" icon="refresh" label=${t('delivery.replayTo', { name: d.destination.name })} onClick=${() => replay([d.id], onChanged)} />`}</li>`)}</ul>`
    : html`<p class="panel-empty">${t('lead.noDeliveries')} <a href="/destinations">${t('nav.destinations')}</a></p>`}<//>`;
}

/** @param {{lead: LeadDetail}} props */
function Others({ lead }) {
  const { match } = lead;
  const [View, setView] = useState(/** @type {any} */ (null));
  const why = () => import('../parts/evidence.js').then((m) => setView(() => m.Evidence), toastError);
  return html`<${Panel} title=${t('lead.others')} count=${number(lead.otherLeads.length)}>
    ${match && match.leads > 1 && html`<p class="panel-note"><${Icon} name="shield" size=${16} /><span>${tx('lead.match', {
      rule: tOr(`match.${match.rule}`, match.rule), value: html`<code>${match.value}</code>`,
    })}</span></p>`}
    ${match?.why && html`<div class="panel-foot"><${Button} icon="question" onClick=${why}>${t('evidence.why')}<//></div>`}
    ${View && html`<${Drawer} title=${t('evidence.why')} onClose=${() => setView(null)}><${View} why=${match?.why} /><//>`}
    ${lead.otherLeads.length ? html`<ul class="rows">${lead.otherLeads.map((other) => html`<li key=${other.id}><a class="row-main" href=${`/leads/${other.id}`}>
      <span class="row-top"><strong>${other.offer.title || other.offer.id}</strong><${KindChip} lead=${other} /></span>
      <span class="muted">${other.action && `${actionName(other.action)} · `}<${Time} at=${other.receivedAt} /></span></a></li>`)}</ul>`
    : html`<p class="panel-empty">${t('lead.noOthers')}</p>`}<//>`;
}

/** What a note understood: by name, with the code that says it exactly. @param {import('../types').Understood} note */
function understood(note) {
  if (note.value === null) return html`<span class="muted">${note.confidence === 'none' ? t('understanding.untold') : t('understanding.asIs')}</span>`;
  /** @type {Record<string, (value: string) => string>} */
  const names = { country, kind: kindName, source: sourceName, action: actionName };
  const name = names[note.field]?.(note.value);
  return name && name !== note.value ? html`${name} <code>${note.value}</code>` : note.value;
}

/** @param {{lead: LeadDetail}} props */
function Understanding({ lead }) {
  return html`<${Panel} title=${t('lead.understanding')} count=${number(lead.understanding.length)} class="understanding">
    <div class="table-box"><table class="table" role="table" aria-label=${t('lead.understanding')}><thead role="rowgroup"><tr role="row">
      ${['field', 'value', 'raw', 'from', 'rule', 'confidence'].map((c) => html`<th key=${c} scope="col" role="columnheader">${t(`understanding.${c}`)}</th>`)}</tr></thead>
    <tbody role="rowgroup">${lead.understanding.map((u, i) => html`<tr key=${i} role="row"><th scope="row" role="rowheader">${fieldName(u.field)}</th>
      <td role="cell" class="wrap">${understood(u)}</td>
      <td role="cell" class="wrap">${u.raw}</td><td role="cell"><code>${u.from}</code></td><td role="cell" title=${u.rule}>${tOr(`rule.${u.rule}`, '') || html`<code>${u.rule}</code>`}</td>
      <td role="cell"><${Chip} tone=${CONFIDENCE_TONES[u.confidence]}>${t(`confidence.${u.confidence}`)}<//></td></tr>`)}</tbody></table></div><//>`;
}

/**
 * The leads that stand in the list behind those that are known, and where it goes on behind these.
 * @param {{ids: string[], query: Record<string, any>, next: string | null}} list
 */
async function behind({ ids, query, next }) {
  const known = new Set(ids);
  let found = /** @type {string[]} */ ([]), rest = next;
  while (rest && !found.length) {
    const page = await get('/leads', { ...query, limit: 50, after: rest });
    found = page.items.map((/** @type {any} */ l) => l.id).filter((/** @type {string} */ id) => !known.has(id));
    rest = page.next;
  }
  return { found, rest };
}

/** @param {{lead: LeadDetail, onUnread: () => void}} props */
function Head({ lead, onUnread }) {
  const { ids, back, title, next } = leadContext.use();
  const [busy, setBusy] = useState(false);
  const at = ids.indexOf(lead.id);
  useArrival();
  useEffect(() => leadContext.set({ ...leadContext.get(), opened: lead.id }), [lead.id]);
  useEffect(() => visited('inbox', `/leads/${lead.id}`, leadName(lead)), [lead.id, leadName(lead)]);
  const open = (/** @type {string | undefined} */ id) => { if (id) navigate(`/leads/${id}`, { replace: true }); };
  // Behind the rows that the list had loaded it is asked for more of them.
  const more = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const known = leadContext.get();
      const { found, rest } = await behind(known);
      if (leadContext.get() !== known) return; // another list by now, or another lead
      leadContext.set({ ...known, ids: [...known.ids, ...found], next: rest });
      open(found[0]);
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  const goesOn = at >= 0 && (at < ids.length - 1 || Boolean(next));
  const go = (/** @type {number} */ step) => { if (at >= 0 && step > 0 && at === ids.length - 1 && next) more(); else if (at >= 0) open(ids[at + step]); };
  useKeys({ '[': () => go(-1), ']': () => go(1), u: onUnread, Escape: () => navigate(back) }, { u: t('lead.markUnread'), ...(at > 0 ? { '[': t('lead.previous') } : {}), ...(goesOn ? { ']': t('lead.next') } : {}) });
  return html`<header class="page-head lead-head"><div class="back-row"><a class="back" href=${back}><${Icon} name="back" size=${16} />${title || t('nav.leads')}</a></div>
    <div class="page-title"><h1 tabindex="-1">${leadName(lead)}</h1>
      <div class="page-sub">${lead.customer.company && html`<span>${lead.customer.company}</span>`}
        ${lead.customer.title && html`<span class="muted">${lead.customer.title}</span>`}<${KindChip} lead=${lead} /></div></div>
    <div class="page-actions"><${Button} look="ghost" icon="mail" onClick=${onUnread}>${t('lead.markUnread')}<//>
      ${at >= 0 && html`<span class="muted pager">${t('lead.position', { n: number(at + 1), of: `${number(ids.length)}${next ? '+' : ''}` })}</span>
      <${Button} icon="back" label=${t('lead.previous')} disabled=${at <= 0} onClick=${() => go(-1)} />
      <${Button} icon="next" label=${t('lead.next')} busy=${busy} disabled=${!goesOn} onClick=${() => go(1)} />`}</div></header>`;
}

/** @param {{id: string}} props */
export function LeadPage({ id }) {
  const { data: lead, error, loading, reload, update } = useLoad(`/leads/${id}`);
  const [receipt, setReceipt] = useState(/** @type {string | null} */ (null));
  const [note, setNote] = useState(/** @type {any} */ (null));
  const [delivery, setDelivery] = useState(/** @type {string | null} */ (null));
  const [Why, setWhy] = useState(/** @type {any} */ (null));
  useTitle(lead ? leadName(lead) : t('nav.leads'));
  useLive('lead', (changes) => { if (changes.some((c) => c.id === id || c.what === 'reset')) reload(); });
  useLive('delivery', (changes) => { if (lead?.deliveries.some((/** @type {any} */ d) => changes.some((c) => c.id === d.id || !c.id))) reload(); });
  useEffect(() => {
    if (lead?.unread && lead.id === id && mayWork()) post(`/leads/${id}/read`).catch(toastError);
  }, [lead?.id === id]);
  // What is open belongs to the lead that it was opened at.
  useEffect(() => { setNote(null); setReceipt(null); setDelivery(null); setWhy(null); }, [id]);
  const unread = async () => {
    try {
      await post(`/leads/${id}/read`, { unread: true });
      toast({ text: t('lead.markedUnread') });
      navigate(leadContext.get().back);
    } catch (problem) {
      toastError(problem);
    }
  };
  if (loading) return html`<div class="page"><${Skeleton} rows=${10} /></div>`;
  if (!lead) return html`<div class="page"><${PageHead} title=${t('nav.leads')} back=${html`<a class="back" href="/leads"><${Icon} name="back" size=${16} />${t('nav.leads')}</a>`} />${error && html`<${Failure} error=${error} retry=${reload} />`}</div>`;
  // The marketplace writes an empty "Campaigns: " of its own; that is not the customer speaking.
  const said = lead.description?.replace(/^Campaigns:\s*$/, '').trim();
  // An answer about a lead that is not on the screen any more, such as an undo from its toast, is not shown as this one.
  const onChanged = (/** @type {LeadDetail} */ next) => update((was) => (was?.id === next.id ? next : was));
  const desk = { lead, reload, onChanged };
  const edit = (/** @type {Entry} */ entry) => import('../parts/desk-dialogs.js').then((m) => setNote({ View: m.NoteDialog, entry }), toastError);
  const why = () => import('../parts/assigned.js').then((m) => setWhy(() => m.WhyMe), toastError);
  const raw = lead.timeline.find((/** @type {any} */ e) => e.receipt)?.receipt;
  return html`<div class="page lead"><${Head} lead=${lead} onUnread=${unread} /><${Desk} key=${lead.id} ...${desk} /><${Way} key=${`way ${lead.id}`} ...${desk} />
    ${shownFlags(lead).length > 0 && html`<div class="lead-flags">${shownFlags(lead).map((f) => html`<${Chip} key=${f} tone=${flagTone(f)} icon="flag">${flagName(f)}<//>`)}</div>`}
    <div class="lead-grid"><div class="lead-side"><${Facts} lead=${lead} /><${Deal} ...${desk} /><${Engagement} lead=${lead} /></div>
      <div class="lead-main"><section class="panel story" aria-label=${t('lead.story')}><p class="sentence">${sentence(lead)}</p>
          ${said && html`<figure class="quote"><figcaption>${t(/^\{.*\}$/s.test(said) ? 'field.description' : 'lead.description')}</figcaption><blockquote>${said}</blockquote></figure>`}
          <${NextStep} lead=${lead} /></section>
        <${NextSteps} key=${lead.id} lead=${lead} onChanged=${onChanged} />
        <${Panel} title=${t('lead.timeline')}>${mayWork() && html`<${Composer} key=${lead.id} lead=${lead} onChanged=${desk.onChanged} />`}
          <${Timeline} lead=${lead} onReceipt=${setReceipt} onDelivery=${setDelivery} onNote=${edit} onWhy=${why} /><//></div>
      <div class="lead-side"><${Checklist} key=${`checks ${lead.id}`} ...${desk} /><${Records} records=${lead.records} /><${Deliveries} lead=${lead} onOpen=${setDelivery} onChanged=${reload} /><${Others} lead=${lead} />
        ${raw && html`<${Panel} title=${t('lead.raw')}><p class="panel-empty">${t('lead.rawText')}</p><div class="panel-foot"><${Button} icon="receipt" onClick=${() => setReceipt(raw)}>${t('lead.showRaw')}<//></div><//>`}</div></div>
    <${Understanding} lead=${lead} />
    ${note && html`<${note.View} ...${desk} entry=${note.entry} onClose=${() => setNote(null)} />`}
    ${Why && html`<${Why} lead=${id} onClose=${() => setWhy(null)} />`}
    ${receipt && html`<${ReceiptDrawer} id=${receipt} onClose=${() => setReceipt(null)} onChanged=${reload} />`}
    ${delivery && html`<${DeliveryDrawer} id=${delivery} showLead=${false} onClose=${() => setDelivery(null)} onChanged=${reload} />`}</div>`;
}
