// Where leads are delivered to: one card each, a form drawn from the kind's table of settings, Validate.
import { html, useState } from '../lib.js';
import { patch, post, remove, session, useLoad } from '../api.js';
import { milliseconds, number, t, tOr } from '../i18n.js';
import { useLiveRefresh } from '../live.js';
import { allows, DESTINATION_STATES, destinationKindName, HEALTH_TONES, OUTCOME_TONES, outcomeName } from '../words.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Copy, Empty, Failure, MessageBar, PageHead, Skeleton, Time, useTitle } from '../parts/bits.js';
import { Confirm, Drawer, MenuItem, Popup } from '../parts/overlay.js';
import { Form, FormRows, useForm } from '../parts/form.js';
import { Mapping } from '../parts/mapping.js';
import { toast, toastError } from '../parts/toast.js';
import { Icon } from '../icons.js';

/** @typedef {import('../types').Destination} Destination */
/** @typedef {import('../types').DestinationKind} Kind */
/** @typedef {import('../types').Offer} Offer */

/** @param {Kind} kind @param {import('../types').Setting} s @param {Destination} [existing] @returns {import('../parts/form.js').Field} */
const toField = (kind, s, existing) => ({
  ...s,
  label: tOr(`setting.name.${s.name}`, s.name),
  hint: tOr(`setting.${kind.kind}.${s.name}`, '') || tOr(`setting.${s.name}`, s.help ?? ''),
  // The server writes every default as text.
  default: s.type === 'bool' ? s.default === true || s.default === 'true' : s.default,
  noneLabel: t('form.kindDefault'),
  isSet: s.secret && Boolean(existing?.settings[s.name]?.set),
});

/**
 * Only what was typed: an untouched secret keeps what it is, an emptied value is taken away.
 * @param {Kind} kind
 * @param {Record<string, any>} values
 * @param {Destination} [existing]
 */
function settingsOf(kind, values, existing) {
  /** @type {Record<string, any>} */
  const settings = {};
  for (const s of kind.settings) {
    const value = values[s.name];
    if (value === '' && !s.secret && existing?.settings[s.name]) settings[s.name] = null;
    if (value === undefined || value === null || value === '') continue;
    settings[s.name] = s.type === 'int' ? Number(value) : typeof value === 'string' ? value.trim() : value;
  }
  return settings;
}

/** @typedef {{outcome: string, status: number | null, detail: string | null}} Probed */
/** @param {Probed} r @param {string} [took] */
const told = (r, took = '') => [r.status ? String(r.status) : '', took, r.detail].filter(Boolean).join(' · ');

/** @param {{outcome: Probed & {durationMs: number, recipients?: (Probed & {recipient: string})[]}}} props */
export function TestResult({ outcome: r }) {
  const tone = OUTCOME_TONES[r.outcome] === 'good' ? 'good' : 'bad';
  const each = r.recipients ?? [];
  return html`<${MessageBar} tone=${tone}><strong>${tone === 'good' ? t('destination.testGood') : outcomeName(r.outcome)}</strong>
    ${' '}${told(r, milliseconds(r.durationMs))}
    ${each.length > 1 && html`<ul>${each.map((one) => html`<li>${one.recipient}: ${outcomeName(one.outcome)} ${told(one)}</li>`)}</ul>`}<//>`;
}

/** What most people want comes first. @param {Kind} a @param {Kind} b */
const byUse = (a, b) => Number(b.kind === 'https') - Number(a.kind === 'https');

/** @param {{kinds: Kind[], kind: Kind, setKind: (k: Kind) => void}} props */
function KindChoice({ kinds, kind, setKind }) {
  return html`<fieldset class="kind-choice"><legend>${t('destination.kind')}</legend>${kinds.map((k) => html`<label key=${k.kind} class="kind-card">
    <input type="radio" name="kind" checked=${k.kind === kind.kind} onChange=${() => setKind(k)} /><span><strong>${destinationKindName(k.kind)}</strong>
    <small>${tOr(`destination.kindText.${k.kind}`, '')}</small></span></label>`)}</fieldset>`;
}

/** @param {{kinds: Kind[], offers: Offer[], publishers: string[], existing?: Destination, onClose: () => void, onSaved: () => void}} props */
function Editor({ kinds, offers, publishers, existing, onClose, onSaved }) {
  const [kind, setKind] = useState(kinds.find((k) => k.kind === existing?.kind) ?? kinds[0]);
  const [secret, setSecret] = useState('');
  if (secret) {
    return html`<${Drawer} key="made" title=${t('destination.saved')} onClose=${onClose} footer=${html`<${Button} look="primary" onClick=${onClose}>${t('do.done')}<//>`}>
      <div class="stack"><${MessageBar} tone="warn">${t('destination.secretOnce')}<//><div class="url"><code>${secret}</code><${Copy} text=${secret} label=${t('destination.copySecret')} /></div></div><//>`;
  }
  return html`<${Drawer} wide=${true} title=${t(existing ? 'destination.edit' : 'destination.add')} onClose=${onClose}
    footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//><${Button} look="primary" type="submit" form="destination">${t('do.save')}<//>`}>
    ${!existing && html`<${KindChoice} kinds=${kinds} kind=${kind} setKind=${setKind} />`}
    <${EditorForm} key=${kind.kind} kind=${kind} offers=${offers} publishers=${publishers} existing=${existing} onSaved=${onSaved} onClose=${onClose} onSecret=${setSecret} /><//>`;
}

/** Settings that hardly anybody changes are below a fold. */
const RARE = ['allowHttp', 'allowPrivate', 'apiPath', 'apiVersion', 'baseUrl', 'caFile', 'createTable', 'doNotContact', 'envelope', 'followMinutes', 'header', 'idProperty', 'loginUrl', 'maxAge', 'ordering', 'portalId', 'secret', 'statusAnswers', 'testLeads', 'timeoutMs'];

/** @param {{kind: Kind, offers: Offer[], publishers: string[], existing?: Destination, onSaved: () => void, onClose: () => void, onSecret: (secret: string) => void}} props */
function EditorForm({ kind, offers, publishers, existing, onSaved, onClose, onSecret }) {
  const scopes = [...publishers.map((p) => ({ value: p, label: t('destination.wholePublisher', { publisher: p }) })),
    ...offers.map((o) => ({ value: o.id, label: o.title ? `${o.title} (${o.id})` : o.id }))];
  /** @type {import('../parts/form.js').Field[]} */
  const own = [{ name: 'destinationName', type: 'text', required: true, label: t('destination.name') },
    ...(existing ? [] : [/** @type {import('../parts/form.js').Field} */ ({ name: 'scope', type: 'choice', required: true, default: scopes[0]?.value, label: t('destination.scope'), hint: t('destination.scopeHint'), options: scopes })])];
  const settings = kind.settings.map((s) => toField(kind, s, existing));
  const plain = Object.fromEntries(kind.settings.filter((s) => !s.secret && existing?.settings[s.name] !== undefined).map((s) => [s.name, existing?.settings[s.name]]));
  const guide = tOr(`destination.guide.${kind.kind}`, '');
  const maps = Boolean(kind.mapping?.length);
  const form = useForm([...own, ...settings], { ...plain, destinationName: existing?.name ?? destinationKindName(kind.kind), scope: scopes[0]?.value }, async (values) => {
    const scope = String(values.scope ?? '');
    const offer = offers.find((o) => o.id === scope);
    const body = { name: values.destinationName.trim(), settings: settingsOf(kind, values, existing) };
    const answer = existing ? await patch(`/destinations/${existing.id}`, body)
      : await post('/destinations', { kind: kind.kind, publisher: offer ? offer.publisher : scope, ...(offer ? { offer: offer.id } : {}), ...body });
    toast({ text: t('destination.saved') });
    onSaved();
    // A secret that the server made is in this one answer only.
    const secret = answer.settings?.secret;
    if (!existing && typeof secret === 'string' && !values.secret) onSecret(secret); else onClose();
  });
  const rare = (/** @type {import('../parts/form.js').Field} */ f) => RARE.includes(f.name) && !f.required;
  const bad = form.fields.some((f) => rare(f) && form.errors[f.name]);
  const first = form.fields.filter((f) => !rare(f) && f.name !== 'mapping').sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
  return html`${guide && html`<details class="fold guide" open=${!existing}><summary>${t('destination.guide', { kind: destinationKindName(kind.kind) })}</summary>
      <ol>${guide.split('\n').map((step) => html`<li key=${step}>${step}</li>`)}</ol></details>`}<${Form} id="destination" form=${{ ...form, fields: first }}>
    ${maps && html`<details class="fold" open=${Boolean(form.errors.mapping)}><summary>${t('destination.mapping')}</summary>
      <${Mapping} kind=${kind} text=${form.values.mapping ?? ''} error=${form.errors.mapping ?? ''} existing=${existing} onChange=${(/** @type {string} */ v) => form.set('mapping', v)} /></details>`}
    <details class="fold" open=${bad}><summary>${t('destination.more')}</summary>
      <${FormRows} form=${{ ...form, failure: '', fields: form.fields.filter(rare) }} /></details><//>`;
}

/** @param {{d: Destination, kind?: Kind, reload: () => void, onEdit: () => void, manage: boolean, change: boolean}} props */
function Card({ d, kind, reload, onEdit, manage, change }) {
  const [busy, setBusy] = useState('');
  const [result, setResult] = useState(/** @type {any} */ (null));
  const [confirm, setConfirm] = useState(false);
  const look = DESTINATION_STATES[d.state];
  /** @param {string} what @param {() => Promise<any>} run */
  const act = async (what, run) => {
    setBusy(what);
    try { await run(); } catch (error) { toastError(error); } finally { setBusy(''); }
  };
  const describes = Boolean(kind?.describes);
  /** Where the far side can be asked, nothing is sent until a person wants it. @param {boolean} deliver */
  const test = (deliver) => act(deliver ? 'send' : 'test', async () => setResult(await post(`/destinations/${d.id}/test`, { deliver })));
  const resting = d.state !== 'active';
  const turn = () => act('turn', async () => {
    await post(`/destinations/${d.id}/${resting ? 'resume' : 'pause'}`);
    toast({ text: t(resting ? 'destination.resumed' : 'destination.paused', { name: d.name }) });
    reload();
  });
  const follow = () => act('follow', async () => {
    await post(`/destinations/${d.id}/follow`);
    toast({ text: t('destination.readAsked', { name: d.name }) });
  });
  const h = d.health;
  return html`<article class="panel card"><header class="card-head"><span class="card-icon"><${Icon} name=${d.kind === 'azure-table' ? 'columns' : 'plug'} /></span>
      <div class="card-title"><h2>${d.name}</h2><p class="muted">${destinationKindName(d.kind)} · ${d.offer ?? t('destination.wholePublisher', { publisher: d.publisher })}</p></div>
      <${Chip} tone=${look?.tone} icon=${look?.icon}>${tOr(`destination.state.${d.state}`, d.state)}<//></header>
    ${h.lastError && (h.state !== 'open' || d.state === 'parked') && html`<${MessageBar} tone="warn">${h.lastError}${h.until && html` · ${t('destination.until')} <${Time} at=${h.until} />`}<//>`}
    ${d.follow?.error && html`<${MessageBar} tone="warn">${t('destination.followFailed')} ${d.follow.error.detail} · ${t('destination.until')} <${Time} at=${d.follow.nextAt} /><//>`}
    <dl class="figures"><div><dt>${t('destination.health')}</dt><dd><${Chip} tone=${HEALTH_TONES[h.state]}>${tOr(`health.${h.state}`, h.state)}<//></dd></div>
      <div><dt>${t('destination.pending')}</dt><dd><a href=${`/deliveries?state=due&destination=${d.id}`}>${number(d.pending ?? 0)}</a></dd></div>
      ${typeof h.p50Ms === 'number' && html`<div><dt>${t('destination.speed')}</dt><dd>${milliseconds(h.p50Ms)} / ${milliseconds(h.p95Ms)}</dd></div>`}
      ${d.follow && html`<div><dt>${t('destination.readBack')}</dt><dd><${Time} at=${d.follow.readAt} /></dd></div>`}
      <div><dt>${t('destination.lastSuccess')}</dt><dd><${Time} at=${h.lastSuccessAt} /></dd></div></dl>
    ${result && html`<${TestResult} outcome=${result} />`}
    ${result && !result.delivered && OUTCOME_TONES[result.outcome] === 'good' && html`<div class="row"><span class="muted">${t('destination.asked')}</span>
      <${Button} icon="deliver" busy=${busy === 'send'} onClick=${() => test(true)}>${t('destination.sendTest')}<//></div>`}
    ${manage && html`<footer class="card-foot">${change && html`<${Button} icon="shield" busy=${busy === 'test'} onClick=${() => test(!describes)}>${t('destination.validate')}<//>`}
      <${Button} icon=${resting ? 'play' : 'pause'} busy=${busy === 'turn'} onClick=${turn}>${t(resting ? 'destination.resume' : 'destination.pause')}<//><span class="grow"></span>
      ${change && html`<${Button} look="ghost" icon="edit" label=${t('destination.editNamed', { name: d.name })} onClick=${onEdit} />`}
      <${Popup} label=${t('do.more')} icon="more" end=${true} menu=${true}>${(/** @type {() => void} */ close) => html`
        <${MenuItem} icon="deliver" href=${`/deliveries?destination=${d.id}`} onClick=${close}>${t('destination.deliveries')}<//>
        ${d.follow && html`<${MenuItem} icon="refresh" onClick=${() => { close(); follow(); }}>${t('destination.readNow')}<//>`}
        ${change && html`<${MenuItem} icon="trash" onClick=${() => { close(); setConfirm(true); }}>${t('destination.remove')}<//>`}`}<//></footer>`}
    ${confirm && html`<${Confirm} title=${t('destination.removeTitle', { name: d.name })} confirm=${t('destination.remove')} onClose=${() => setConfirm(false)}
      onConfirm=${() => act('remove', async () => { await remove(`/destinations/${d.id}`); setConfirm(false); reload(); })}><p>${t('destination.removeText')}</p><//>`}</article>`;
}

export function DestinationsPage() {
  publisher.use();
  useTitle(t('nav.destinations'));
  const user = session.use()?.user;
  const manage = allows(user?.role, 'manager');
  const list = useLoad('/destinations', narrowed());
  const change = allows(user?.role, 'admin');
  const kinds = useLoad(change ? '/destination-kinds' : null);
  const offers = useLoad('/offers', narrowed());
  const [editing, setEditing] = useState(/** @type {Destination | 'new' | null} */ (null));
  useLiveRefresh(['delivery'], 2000, list.reload);
  const items = /** @type {Destination[] | undefined} */ (list.data?.items);
  const all = /** @type {Offer[]} */ (offers.data?.items ?? []);
  const publishers = [...new Set([...(user?.publisher ? [user.publisher] : []), ...all.map((o) => o.publisher)])];
  const add = change && html`<${Button} look="primary" icon="add" disabled=${!kinds.data || !offers.data} onClick=${() => setEditing('new')}>${t('destination.add')}<//>`;
  return html`<div class="page"><${PageHead} title=${t('nav.destinations')} sub=${t('destinations.sub')} actions=${items?.length ? add : null} />
    ${list.error && html`<${Failure} error=${list.error} retry=${list.reload} />`}${list.loading && html`<${Skeleton} rows=${6} />`}
    ${items && (items.length ? html`<div class="cards">${items.map((d) => html`<${Card} key=${d.id} d=${d} kind=${kinds.data?.items.find((/** @type {Kind} */ k) => k.kind === d.kind)} manage=${manage} change=${change} reload=${list.reload} onEdit=${() => setEditing(d)} />`)}</div>`
      : html`<${Empty} icon="plug" title=${t('destinations.empty.title')} actions=${add}>${t('destinations.empty.text')}<//>`)}
    ${editing && kinds.data && html`<${Editor} kinds=${[...kinds.data.items].sort(byUse)} offers=${all} publishers=${publishers} existing=${editing === 'new' ? undefined : editing}
      onClose=${() => setEditing(null)} onSaved=${list.reload} />`}</div>`;
}
