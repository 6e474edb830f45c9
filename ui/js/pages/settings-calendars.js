// When people work: calendars with their hours and days off, and who works by which.
import { html, useRef, useState } from '../lib.js';
import { call, post, session, useLoad } from '../api.js';
import { day as dayText, list, locale, t } from '../i18n.js';
import { allows } from '../words.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Empty, Failure, Panel, Skeleton } from '../parts/bits.js';
import { Confirm, Drawer } from '../parts/overlay.js';
import { Form, useForm } from '../parts/form.js';
import { toast, toastError } from '../parts/toast.js';
import { DAYS, dayName, hours } from '../parts/working-time.js';

/** @typedef {import('../types').Calendar} Calendar */
/** @typedef {import('../parts/form.js').Field} Field */

const zones = () => [...new Set(['UTC', .../** @type {any} */ (Intl).supportedValuesOf('timeZone')])].map((value) => ({ value, label: value }));
/** The spans of a day: "09:00-12:00 13:00-17:00". @param {Calendar | undefined} calendar @param {string} day */
const spans = (calendar, day) => calendar?.hours.find((line) => line.startsWith(day))?.slice(4) ?? '';
/** "12-25" is of every year. @param {string} day */
const dayOff = (day) => (day.length > 5 ? dayText(day) : t('calendar.yearly', {
  day: new Intl.DateTimeFormat(locale.get().language, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(`2024-${day}T00:00:00Z`)),
}));

/** @param {{existing?: Calendar, publishers: any[], onClose: () => void, onSaved: () => void}} props */
function Editor({ existing, publishers, onClose, onSaved }) {
  const known = useRef(existing); // what is over there now: it is kept in two steps
  const whose = !known.current && publishers.length > 1 && !session.get()?.user.publisher;
  const form = useForm(/** @type {Field[]} */ ([
    ...(whose ? [{ name: 'publisher', type: 'choice', required: true, label: t('menu.publisher'), options: publishers.map((p) => ({ value: p.id, label: p.name || p.id })) }] : []),
    { name: 'name', type: 'text', required: true, max: 200, label: t('calendar.name') },
    { name: 'timeZone', type: 'choice', required: true, default: 'UTC', label: t('calendar.zone'), options: zones() },
    ...DAYS.map((d, i) => ({ name: d, type: 'text', label: dayName(d), hint: i ? undefined : t('calendar.hoursHint') })),
    { name: 'responseMinutes', type: 'int', required: true, min: 1, max: 60000, label: t('calendar.response'), hint: t('calendar.responseHint') },
    { name: 'days', type: 'text', lines: 6, label: t('calendar.days'), hint: t('calendar.daysHint'), placeholder: '2026-12-25' },
    ...(existing?.default ? [] : [{ name: 'default', type: 'bool', label: t('calendar.default'), hint: t('calendar.defaultHint') }]),
  ]), {
    name: existing?.name ?? '', timeZone: existing?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, responseMinutes: existing?.responseMinutes ?? 480,
    publisher: publisher.get() || publishers[0]?.id, days: existing?.days.map((d) => `${d.day} ${d.name}`.trim()).join('\n') ?? '',
    ...Object.fromEntries(DAYS.map((d, i) => [d, existing ? spans(existing, d) : i < 5 ? '09:00-17:00' : ''])),
  }, async (v) => {
    const body = {
      name: v.name.trim(), timeZone: v.timeZone, responseMinutes: Number(v.responseMinutes), ...(v.default ? { default: true } : {}), ...(whose ? { publisher: v.publisher } : {}),
      hours: DAYS.filter((d) => v[d]?.trim()).map((d) => `${d} ${v[d].trim()}`),
    };
    const days = v.days.split('\n').map((/** @type {string} */ s) => s.trim()).filter(Boolean);
    try {
      const saved = known.current = await (known.current ? call('PATCH', `/calendars/${known.current.id}`, { body, match: known.current.eTag }) : post('/calendars', body));
      known.current = await call('POST', `/calendars/${saved.id}/days`, { body: { replace: true, days }, match: saved.eTag });
    } finally {
      onSaved();
    }
    toast({ text: t('calendar.saved') });
    onClose();
  });
  return html`<${Drawer} title=${t(existing ? 'calendar.edit' : 'calendar.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="calendar" busy=${form.busy}>${t('do.save')}<//>`}><${Form} id="calendar" form=${form} /><//>`;
}

/** @param {{calendar: Calendar, onEdit: () => void, onRemove: () => void}} props */
function Card({ calendar: c, onEdit, onRemove }) {
  const edits = allows(session.get()?.user.role, 'manager');
  return html`<${Panel} title=${c.name} actions=${edits && html`<span class="row"><${Button} look="ghost" icon="edit" label=${t('calendar.editNamed', { name: c.name })} onClick=${onEdit} />
    <${Button} look="ghost" icon="trash" label=${t('calendar.removeNamed', { name: c.name })} onClick=${onRemove} /></span>`}>
    <dl class="facts">${c.default && html`<div><dt>${t('calendar.use')}</dt><dd><${Chip} tone="brand">${t('calendar.default')}<//></dd></div>`}
      <div><dt>${t('calendar.zone')}</dt><dd>${c.timeZone}</dd></div>
      ${DAYS.filter((d) => spans(c, d)).map((d) => html`<div key=${d}><dt>${dayName(d)}</dt><dd>${list(spans(c, d).split(' ').map((s) => s.replace('-', '–')))}</dd></div>`)}
      <div><dt>${t('calendar.promise')}</dt><dd>${hours(c.responseMinutes * 60000)}</dd></div>
      <div><dt>${t('calendar.days')}</dt><dd>${c.days.length ? html`<ul class="plain">${c.days.map((d) => html`<li key=${d.day}>${dayOff(d.day)}${d.name && html` <span class="muted">${d.name}</span>`}</li>`)}</ul>` : t('form.none')}</dd></div></dl><//>`;
}

/** Whose working time is another one. @param {{calendars: Calendar[]}} props */
function People({ calendars }) {
  const me = session.get()?.user;
  const manages = allows(me?.role, 'manager');
  const { data, reload } = useLoad('/working-times', narrowed());
  const users = useLoad(manages ? '/users' : null).data?.items ?? [];
  const form = useForm(/** @type {Field[]} */ ([
    ...(manages ? [{ name: 'account', type: 'choice', required: true, default: 'me', label: t('calendar.person'), options: [{ value: 'me', label: t('calendar.me') },
      ...users.filter((/** @type {any} */ u) => u.id !== me?.id && u.role !== 'viewer' && u.active !== false).map((/** @type {any} */ u) => ({ value: u.id, label: u.name || u.email }))] }] : []),
    { name: 'calendar', type: 'choice', label: t('calendar.one'), noneLabel: t('calendar.default'), options: calendars.map((c) => ({ value: c.id, label: c.name })) },
    { name: 'timeZone', type: 'choice', label: t('calendar.zone'), noneLabel: t('calendar.zoneOf'), options: zones() },
  ]), {}, async (v) => {
    const chosen = calendars.find((c) => c.id === v.calendar) ?? calendars[0];
    await post('/working-times', { account: v.account ?? 'me', calendar: v.calendar ?? '', timeZone: v.timeZone ?? '', publisher: chosen.publisher });
    toast({ text: t('calendar.personSaved') });
    reload();
  });
  return html`<${Panel} title=${t('calendar.people')}><div class="panel-body stack"><p class="muted">${t('calendar.peopleText')}</p>
    ${data?.items.length > 0 && html`<dl class="facts">${data.items.map((/** @type {any} */ w) => html`<div key=${w.publisher + w.account}><dt>${w.email}</dt>
      <dd>${[calendars.find((c) => c.id === w.calendar)?.name, w.timeZone].filter(Boolean).join(' · ')}</dd></div>`)}</dl>`}
    <${Form} form=${form} action=${t('do.save')} look="plain" /></div><//>`;
}

export function CalendarsSection() {
  publisher.use();
  const { data, error, loading, reload } = useLoad('/calendars', narrowed());
  const publishers = useLoad('/publishers').data?.items ?? [];
  const [editing, setEditing] = useState(/** @type {Calendar | 'new' | null} */ (null));
  const [going, setGoing] = useState(/** @type {Calendar | null} */ (null));
  const edits = allows(session.use()?.user.role, 'manager');
  const takeAway = async () => {
    try {
      await call('DELETE', `/calendars/${going?.id}`, { match: going?.eTag });
      reload();
    } catch (problem) {
      toastError(problem);
      reload();
    }
    setGoing(null);
  };
  const add = edits && html`<${Button} look="primary" icon="add" onClick=${() => setEditing('new')}>${t('calendar.add')}<//>`;
  /** @type {Calendar[]} */
  const items = data?.items ?? [];
  return html`<div class="stack"><div class="section-head"><p class="muted">${t('calendar.text')}</p>${items.length > 0 && add}</div>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${3} />`}
    ${data && !items.length && html`<${Empty} icon="clock" title=${t('calendar.empty')} actions=${add}>${t('calendar.emptyText')}<//>`}
    ${items.length > 0 && html`<div class="columns-2"><div>${items.map((c) => html`<${Card} key=${c.id} calendar=${c} onEdit=${() => setEditing(c)} onRemove=${() => setGoing(c)} />`)}</div>
      <div><${People} calendars=${items} /></div></div>`}
    ${editing && html`<${Editor} existing=${editing === 'new' ? undefined : editing} publishers=${publishers} onClose=${() => setEditing(null)} onSaved=${reload} />`}
    ${going && html`<${Confirm} title=${t('calendar.removeNamed', { name: going.name })} confirm=${t('calendar.remove')} onConfirm=${takeAway} onClose=${() => setGoing(null)}><p>${t('calendar.removeText')}</p><//>`}</div>`;
}
