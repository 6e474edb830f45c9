// Assignment rules: whose a lead is that comes, by precedence; and who is away.
import { html, useState } from '../lib.js';
import { call, post, Problem, session, useLoad } from '../api.js';
import { country, list, t } from '../i18n.js';
import { allows, reachesAll } from '../words.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Empty, Failure, MessageBar, Panel, Skeleton, Time } from '../parts/bits.js';
import { Trial } from '../parts/assign-trial.js';
import { Confirm, Drawer } from '../parts/overlay.js';
import { Form, useForm } from '../parts/form.js';
import { Table } from '../parts/table.js';
import { toast, toastError } from '../parts/toast.js';

/** @typedef {import('../types').AssignmentRule} Rule */
/** @typedef {import('../parts/form.js').Field} Field */

export const WAYS = ['round-robin', 'least-load', 'team', 'person'];

/** What a rule is for, in words. @param {Rule} r @param {(id: string) => string} offer */
const about = (r, offer) => `${r.offer ? offer(r.offer) : t('assign.anyOffer')} · ${r.countries.length ? list(r.countries.map(country)) : t('assign.anyCountry')}`;

/** A key of its own for good: what was written by a rule that is gone names it still. @param {string} name */
const keyFor = (name) => `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'rule'}-${Date.now().toString(36)}`;

/** The rule that is for the same already; names of countries the server knows. @param {any} body @param {Rule[]} others */
const same = (body, others) => others.find((r) => r.offer === body.offer && (body.countries.length ? r.countries.some((c) => body.countries.includes(c)) : !r.countries.length));

/** As it is sent. @param {Record<string, any>} v */
const bodyOf = (v) => ({
  name: v.name.trim(), offer: v.offer || null, way: v.way, ...(v.way === 'person' ? { account: v.account } : { team: v.team }),
  countries: v.countries.split(/[,;\n、，]/).map((/** @type {string} */ c) => c.trim()).filter(Boolean).map((/** @type {string} */ c) => (c.length === 2 ? c.toUpperCase() : c)),
});

/** @param {{existing?: Rule, things: {rules: Rule[], offers: any[], teams: any[], users: any[], publishers: any[]}, onClose: () => void, onSaved: () => void}} props */
function Editor({ existing, things, onClose, onSaved }) {
  const whose = !existing && things.publishers.length > 1 && !session.get()?.user.publisher;
  const initial = {
    name: existing?.name ?? '', offer: existing?.offer ?? '', countries: existing?.countries.join(', ') ?? '', way: existing?.way ?? 'round-robin',
    account: existing?.account ?? '', team: existing?.team ?? '', publisher: existing?.publisher ?? (publisher.get() || session.get()?.user.publisher || things.publishers[0]?.id),
  };
  const [way, setWay] = useState(initial.way);
  const [of, setOf] = useState(initial.publisher);
  const named = (/** @type {any} */ u) => ({ value: u.id, label: u.name ? `${u.name} · ${u.email}` : u.email });
  const people = things.users.filter((u) => (u.active !== false || u.id === existing?.account) && allows(u.role, 'seller') && (!u.publisher || u.publisher === of)).map(named);
  const teams = things.teams.filter((x) => x.publisher === of).map((x) => ({ value: x.id, label: x.name }));
  const form = useForm(/** @type {Field[]} */ ([
    ...(whose ? [{ name: 'publisher', type: 'choice', required: true, label: t('menu.publisher'), options: things.publishers.map((p) => ({ value: p.id, label: p.name || p.id })) }] : []),
    { name: 'name', type: 'text', required: true, max: 200, label: t('assign.name') },
    { name: 'offer', type: 'choice', label: t('lead.offer'), noneLabel: t('assign.anyOffer'), options: things.offers.filter((o) => o.publisher === of || o.id.startsWith(`${of}.`)).map((o) => ({ value: o.id, label: o.title || o.id })) },
    { name: 'countries', type: 'text', max: 2000, label: t('assign.countries'), hint: t('assign.countriesHint'), placeholder: t('assign.anyCountry') },
    { name: 'way', type: 'choice', required: true, label: t('assign.way'), options: WAYS.map((w) => ({ value: w, label: t(`assign.way.${w}`) })), hint: t(`assign.wayHint.${way}`) },
    way === 'person' ? { name: 'account', type: 'choice', required: true, label: t('assign.person'), options: [{ value: '', label: t('form.none') }, ...people] }
      : { name: 'team', type: 'choice', required: true, label: t('assign.team'), options: [{ value: '', label: t('form.none') }, ...teams], ...(teams.length ? {} : { hint: t('assign.noTeams') }) },
  ]), initial, async (v) => {
    const body = bodyOf(v);
    const other = same(body, things.rules.filter((r) => r.id !== existing?.id && r.publisher === v.publisher));
    if (other) throw new Problem(422, { errors: [{ field: 'countries', code: '', message: t('assign.same', { name: other.name }) }] });
    const seen = existing && (things.rules.find((r) => r.id === existing.id) ?? existing); // read again when somebody was faster
    const id = existing?.id ?? `${v.publisher}.${keyFor(v.name)}`;
    await call('PUT', `/assignment/rules/${id}`, { body, match: `"${seen?.version ?? 0}"` }).catch((/** @type {Problem} */ error) => {
      if (error.status === 412) onSaved(); // what it is by now, behind what was typed
      throw error.code === 'assign.same' ? new Problem(422, { errors: [{ field: 'countries', code: '', message: error.message }] }) : error; // it names the other one
    });
    toast({ text: t('assign.saved') });
    onSaved();
    onClose();
  });
  if (form.values.way !== way) setWay(form.values.way);
  if (form.values.publisher !== of) {
    setOf(form.values.publisher);
    for (const field of ['offer', 'team', 'account']) form.set(field, ''); // of the other one
  }
  return html`<${Drawer} title=${existing ? t('assign.editNamed', { name: existing.name }) : t('assign.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="rule" busy=${form.busy}>${t('do.save')}<//>`}><div class="stack"><p class="muted">${t('assign.onlyNew')}</p><${Form} id="rule" form=${form} /><${Trial} whose=${of} draft=${() => ({ ...bodyOf(form.values), name: form.values.name.trim() || t('assign.add'), id: existing?.id })} /></div><//>`;
}

/** The day as the browser has it, its end here. @param {string} day */
const endOf = (day) => { const d = new Date(`${day}T00:00:00`); d.setDate(d.getDate() + 1); return d.toISOString(); };

/** Who is away: oneself, and for managers the others. @param {{users: any[], manages: boolean}} props */
function Away({ users, manages }) {
  const me = session.use()?.user;
  const { data, error, reload } = useLoad('/absences', narrowed());
  const options = manages ? [{ value: 'me', label: t('assign.me') }, ...users.filter((u) => u.active !== false && u.id !== me?.id && allows(u.role, 'seller')).map((u) => ({ value: u.id, label: u.name || u.email }))] : [];
  const of = (/** @type {string} */ id) => { const p = users.find((u) => u.id === id)?.publisher ?? me?.publisher ?? publisher.get(); return p ? { publisher: p } : {}; };
  const form = useForm(/** @type {Field[]} */ ([
    ...(manages ? [{ name: 'account', type: 'choice', required: true, label: t('assign.who'), options }] : []),
    { name: 'until', type: 'text', inputType: 'date', required: true, label: t('assign.awayUntil'), hint: t('assign.awayHint') },
  ]), { account: 'me', until: '' }, async (v) => {
    await post('/absences', { account: v.account, until: endOf(v.until), ...of(v.account) });
    toast({ text: t('assign.awaySaved') });
    form.set('until', '');
    reload();
  });
  const back = (/** @type {any} */ a) => post('/absences', { account: a.account, until: null, publisher: a.publisher }).then(reload, toastError);
  return html`<${Panel} title=${t('assign.away')}><div class="panel-body stack">${error && html`<${Failure} error=${error} retry=${reload} />`}
    ${data?.items.length === 0 && html`<p class="muted">${t('assign.nobodyAway')}</p>`}
    ${data?.items.length > 0 && html`<ul class="plain">${data.items.map((/** @type {any} */ a) => html`<li key=${`${a.publisher} ${a.account}`} class="row"><span>${a.email}</span> <span class="muted">${t('assign.until')} <${Time} at=${a.until} exact=${true} /></span>
      ${(manages || a.account === me?.id) && html`<${Button} look="ghost" icon="undo" onClick=${() => back(a)}>${t('assign.back')}<//>`}</li>`)}</ul>`}
    <${Form} form=${form} action=${t('assign.setAway')} look="plain" /></div><//>`;
}

/** Rules are for those who reach all; that one is away, everybody says. */
export const AssignmentSection = () => (reachesAll(session.use()?.user) ? html`<${Rules} />` : html`<${Away} users=${[]} manages=${false} />`);

function Rules() {
  publisher.use();
  const change = allows(session.use()?.user.role, 'manager');
  const { data, error, loading, reload } = useLoad('/assignment/rules', narrowed());
  const offers = useLoad('/offers', narrowed()).data?.items ?? [];
  const teams = useLoad(change ? '/teams' : null, narrowed()).data?.items ?? [];
  const users = useLoad(change ? '/users' : null).data?.items ?? [];
  const publishers = useLoad('/publishers').data?.items ?? [];
  const [editing, setEditing] = useState(/** @type {Rule | 'new' | null} */ (null));
  const [going, setGoing] = useState(/** @type {Rule | null} */ (null));
  const takeAway = async () => {
    try {
      await call('DELETE', `/assignment/rules/${going?.id}`, { match: `"${going?.version}"` });
      toast({ text: t('assign.removed') });
    } catch (problem) {
      toastError(problem);
    }
    reload();
    setGoing(null);
  };
  const add = change && html`<${Button} look="primary" icon="add" onClick=${() => setEditing('new')}>${t('assign.add')}<//>`;
  /** @type {Rule[]} */
  const items = data?.items ?? [];
  const title = (/** @type {string} */ id) => offers.find((/** @type {any} */ o) => o.id === id)?.title || id;
  const columns = [
    { id: 'precedence', label: t('assign.precedence'), fixed: true, cell: (/** @type {Rule} */ r) => html`<${Chip} tone=${r.precedence === 4 ? 'quiet' : 'brand'}>${r.precedence}. ${t(`assign.class.${r.class}`)}<//>` },
    { id: 'name', label: t('assign.name'), fixed: true, cell: (/** @type {Rule} */ r) => (change ? html`<button type="button" data-row-link class="row-link link" onClick=${() => setEditing(r)}>${r.name}</button>` : r.name) },
    { id: 'for', label: t('assign.for'), class: 'wrap', cell: (/** @type {Rule} */ r) => about(r, title) },
    { id: 'to', label: t('assign.to'), cell: (/** @type {Rule} */ r) => html`${r.email ?? r.teamName ?? '–'} <span class="muted">${t(`assign.way.${r.way}`)}</span>` },
    ...(publishers.length > 1 ? [{ id: 'publisher', label: t('menu.publisher'), cell: (/** @type {Rule} */ r) => r.publisher }] : []),
    ...(change ? [{ id: 'remove', label: t('assign.remove'), hideLabel: true, class: 'end', cell: (/** @type {Rule} */ r) => html`<${Button} look="ghost" icon="trash" label=${t('assign.removeNamed', { name: r.name })} onClick=${() => setGoing(r)} />` }] : []),
  ];
  return html`<div class="stack"><div class="section-head"><p class="muted">${t('assign.text')}</p>${items.length > 0 && add}</div>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${3} />`}
    ${data && !items.length && html`<${Empty} icon="user" title=${t('assign.empty')} actions=${add}>${t('assign.emptyText')}<//>`}
    ${items.length > 0 && html`<${Table} label=${t('settings.section.assignment')} columns=${columns} rows=${items} />`}
    ${items.length > 0 && !items.some((r) => r.class === 'default') && html`<${MessageBar}>${t('assign.noDefault')}<//>`}
    ${change && items.length > 0 && html`<${Panel} title=${t('assign.try.title')}><div class="panel-body"><${Trial} whose=${publisher.get() || (publishers.length === 1 ? publishers[0].id : undefined)} /></div><//>`}
    <${Away} users=${users} manages=${change} />
    ${editing && html`<${Editor} existing=${editing === 'new' ? undefined : editing} things=${{ rules: items, offers, teams, users, publishers }} onClose=${() => setEditing(null)} onSaved=${reload} />`}
    ${going && html`<${Confirm} title=${t('assign.removeNamed', { name: going.name })} confirm=${t('assign.remove')} onConfirm=${takeAway} onClose=${() => setGoing(null)}><p>${t('assign.removeText')}</p><//>`}</div>`;
}
