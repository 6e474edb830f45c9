// Saved views: kept, changed, put in order, chosen to begin with, removed.
import { html, useState } from '../lib.js';
import { call, patch, post, remove, session, useLoad } from '../api.js';
import { t } from '../i18n.js';
import { navigate } from '../router.js';
import { allows, reachesAll } from '../words.js';
import { savedName, VIEWS } from '../pages/leads.js';
import { Button, Chip, Empty, Failure, Skeleton } from './bits.js';
import { Form, useForm } from './form.js';
import { narrowed, publisher } from './layout.js';
import { Dialog, Drawer } from './overlay.js';
import { toast, toastError } from './toast.js';

/** @typedef {import('../types').View} View */

/** Only if nobody else was faster. @param {View} view @param {any} body */
const change = (view, body) => call('PATCH', `/views/${view.id}`, { body, match: view.eTag });

/** The view asks from now on what the list asks. @param {View} view @param {Record<string, any>} question @param {() => void} reload */
export async function update(view, question, reload) {
  try {
    await change(view, { query: question });
    toast({ text: t('views.updated', { name: savedName(view) }), undo: () => patch(`/views/${view.id}`, { query: view.query }).then(() => { reload(); navigate(`/leads?view=${view.id}`); }, toastError) });
  } catch (error) {
    toastError(error);
  }
  reload();
}

/** @param {{question: Record<string, any>, existing?: View, onClose: () => void, reload: () => void}} props */
export function ViewDialog({ question, existing, onClose, reload }) {
  const { user } = session.get() ?? {};
  const shares = allows(user?.role, 'manager') && reachesAll(user);
  const form = useForm(/** @type {import('./form.js').Field[]} */ ([
    { name: 'name', type: 'text', required: true, max: 100, label: t('views.name') },
    ...(shares ? [{ name: 'shared', type: 'bool', label: t('views.shared'), hint: t('views.sharedHint') }] : []),
    ...(existing ? [] : [{ name: 'first', type: 'bool', label: t('views.first') }]),
  ]), { name: existing?.name ?? '', shared: existing?.visibility === 'shared' }, async (v) => {
    const body = { name: v.name.trim(), ...(shares ? { visibility: v.shared ? 'shared' : 'personal' } : {}) };
    const view = await (existing ? change(existing, body) : post('/views', { ...body, ...(v.shared && publisher.get() ? narrowed() : {}), query: question }));
    toast({ text: t('views.kept', { name: view.name }) });
    if (v.first) await beginWith(view.id);
    reload();
    onClose();
    if (!existing) navigate(`/leads?view=${view.id}`);
  });
  return html`<${Dialog} title=${existing ? t('views.renameNamed', { name: savedName(existing) }) : t('views.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="view" busy=${form.busy}>${t('do.save')}<//>`}><${Form} id="view" form=${form} /><//>`;
}

/** @param {string} id */
async function beginWith(id) {
  session.set(await patch('/session/user', { leadView: id }));
}

/** @param {{views: View[], onChoose: (id: string) => void}} props */
function First({ views, onChoose }) {
  const chosen = session.use()?.user.leadView ?? VIEWS[0].id;
  const options = [...VIEWS.map((v) => ({ id: v.id, name: t(`view.${v.id}`) })), ...views.map((v) => ({ id: v.id, name: savedName(v) }))];
  return html`<div class="field"><label for="first-view">${t('views.begin')}</label><select id="first-view" onChange=${(/** @type {any} */ e) => onChoose(e.target.value)}>
    ${!options.some((o) => o.id === chosen) && html`<option value=${chosen} selected>${t('views.gone.title')}</option>`}
    ${options.map((o) => html`<option key=${o.id} value=${o.id} selected=${o.id === chosen}>${o.name}</option>`)}</select></div>`;
}

/**
 * @param {{current: string, onClose: () => void, reload: () => void}} props current: whose list is behind it
 */
export function ViewsDrawer({ current, onClose, reload }) {
  const { data, error, loading, reload: again } = useLoad('/views', narrowed());
  const [editing, setEditing] = useState(/** @type {View | null} */ (null));
  /** @type {View[]} */
  const views = data?.items ?? [];
  const changed = () => { again(); reload(); };
  const run = async (/** @type {() => Promise<any>} */ what) => {
    try {
      await what();
    } catch (problem) {
      toastError(problem);
    }
    changed();
  };
  const beside = (/** @type {View} */ v, /** @type {number} */ step) => {
    const all = views.filter((x) => x.visibility === v.visibility && x.publisher === v.publisher);
    return all[all.indexOf(v) + step];
  };
  const swap = (/** @type {View} */ a, /** @type {View} */ b) => run(async () => {
    const [low, high] = a.position < b.position ? [a, b] : [b, a];
    await change(low, { position: high.position === low.position ? low.position + 1 : high.position });
    if (high.position !== low.position) await change(high, { position: low.position });
  });
  const takeAway = (/** @type {View} */ v) => run(async () => {
    await remove(`/views/${v.id}`);
    toast({ text: t('views.removed', { name: savedName(v) }), undo: () => run(() => post(`/views/${v.id}/restore`)) });
    if (v.id === current) navigate('/leads?view=all');
  });
  return html`<${Drawer} title=${t('views.title')} onClose=${onClose} footer=${html`<${Button} look="primary" onClick=${onClose}>${t('do.done')}<//>`}><div class="stack">
    ${error && html`<${Failure} error=${error} retry=${again} />`}${loading && html`<${Skeleton} rows=${3} />`}
    ${data && html`<${First} views=${views} onChoose=${(/** @type {string} */ id) => run(() => beginWith(id))} />`}
    ${data && !views.length && html`<${Empty} icon="eye" title=${t('views.empty')}>${t('views.emptyText')}<//>`}
    <ul class="rows views">${views.map((v) => html`<li key=${v.id} class="row"><span class="grow"><a href=${`/leads?view=${v.id}`} onClick=${onClose}>${savedName(v)}</a>
      ${v.visibility === 'shared' && html` <${Chip} icon="customers">${t('views.shared')}<//>`}${v.problems.length > 0 && html` <${Chip} tone="bad" icon="alert">${t('views.broken.title')}<//>`}</span>
      ${v.mayChange && html`${[['up', -1], ['down', 1]].map(([way, step]) => { const other = beside(v, Number(step)); return html`<${Button} key=${way} look="ghost" icon=${way} label=${t(`views.${way}`, { name: savedName(v) })} disabled=${!other} onClick=${() => swap(v, other)} />`; })}
      <${Button} look="ghost" icon="edit" label=${t('views.renameNamed', { name: savedName(v) })} onClick=${() => setEditing(v)} />
      <${Button} look="ghost" icon="trash" label=${t('views.removeNamed', { name: savedName(v) })} onClick=${() => takeAway(v)} />`}</li>`)}</ul></div>
    ${editing && html`<${ViewDialog} existing=${editing} question=${editing.query} onClose=${() => setEditing(null)} reload=${changed} />`}<//>`;
}
