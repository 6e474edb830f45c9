// Teams: who is in them. Whose a lead is beside its owner, and what those see whose reach is their team.
import { html, useState } from '../lib.js';
import { call, post, session, useLoad } from '../api.js';
import { list, t } from '../i18n.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Empty, Failure, Skeleton } from '../parts/bits.js';
import { Checks } from '../parts/checks.js';
import { Confirm, Drawer } from '../parts/overlay.js';
import { Form, useForm } from '../parts/form.js';
import { Table } from '../parts/table.js';
import { toast, toastError } from '../parts/toast.js';

/** @typedef {import('../types').Team} Team */

/** @param {{id: string, name: string, email: string}} who */
const called = (who) => who.name || who.email;

/** @param {{existing?: Team, publishers: any[], users: any[], onClose: () => void, onSaved: () => void}} props */
function Editor({ existing, publishers, users, onClose, onSaved }) {
  const whose = !existing && publishers.length > 1 && !session.get()?.user.publisher;
  const form = useForm(/** @type {import('../parts/form.js').Field[]} */ ([
    ...(whose ? [{ name: 'publisher', type: 'choice', required: true, label: t('menu.publisher'), options: publishers.map((p) => ({ value: p.id, label: p.name || p.id })) }] : []),
    { name: 'name', type: 'text', required: true, max: 200, label: t('team.name') },
  ]), { name: existing?.name ?? '', members: existing?.members?.map((m) => m.id) ?? [], publisher: existing?.publisher ?? (publisher.get() || publishers[0]?.id) }, async (v) => {
    const body = { name: v.name.trim(), members: v.members.filter((/** @type {string} */ id) => able.some((u) => u.id === id)), ...(whose ? { publisher: v.publisher } : {}) };
    await (existing ? call('PATCH', `/teams/${existing.id}`, { body, match: existing.eTag }) : post('/teams', body)).catch((/** @type {import('../api.js').Problem} */ error) => {
      if (error.status === 412) onSaved();
      throw error;
    });
    toast({ text: t('team.saved') });
    onSaved();
    onClose();
  });
  const of = existing?.publisher ?? form.values.publisher;
  const able = users.filter((u) => (u.active !== false || form.values.members.includes(u.id)) && (!u.publisher || u.publisher === of));
  return html`<${Drawer} title=${existing ? t('team.editNamed', { name: existing.name }) : t('team.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="team" busy=${form.busy}>${t('do.save')}<//>`}>
    <${Form} id="team" form=${form}><${Checks} name="members" legend=${t('team.members')} hint=${t('team.membersHint')} error=${form.errors.members ?? ''} chosen=${form.values.members} onChange=${(/** @type {string[]} */ all) => form.set('members', all)}
      options=${able.map((u) => ({ value: u.id, label: called(u), more: u.name ? u.email : '' }))} /><//><//>`;
}

export function TeamsSection() {
  publisher.use();
  const { data, error, loading, reload } = useLoad('/teams', narrowed());
  const users = useLoad('/users').data?.items ?? [];
  const publishers = useLoad('/publishers').data?.items ?? [];
  const [editing, setEditing] = useState(/** @type {Team | 'new' | null} */ (null));
  const [going, setGoing] = useState(/** @type {Team | null} */ (null));
  const takeAway = async () => {
    try {
      await call('DELETE', `/teams/${going?.id}`, { match: going?.eTag });
      toast({ text: t('team.removed') });
      reload();
    } catch (problem) {
      toastError(problem);
      reload();
    }
    setGoing(null);
  };
  const add = html`<${Button} look="primary" icon="add" onClick=${() => setEditing('new')}>${t('team.add')}<//>`;
  /** @type {Team[]} */
  const items = data?.items ?? [];
  const columns = [
    { id: 'name', label: t('team.name'), fixed: true, cell: (/** @type {Team} */ x) => html`<button type="button" data-row-link class="row-link link" onClick=${() => setEditing(x)}>${x.name}</button>` },
    { id: 'members', label: t('team.members'), cell: (/** @type {Team} */ x) => (x.members?.length ? list(x.members.map(called)) : t('form.none')) },
    ...(publishers.length > 1 ? [{ id: 'publisher', label: t('menu.publisher'), cell: (/** @type {Team} */ x) => x.publisher }] : []),
    { id: 'remove', label: t('team.remove'), hideLabel: true, class: 'end', cell: (/** @type {Team} */ x) => html`<${Button} look="ghost" icon="trash" label=${t('team.removeNamed', { name: x.name })} onClick=${() => setGoing(x)} />` },
  ];
  return html`<div class="stack"><div class="section-head"><p class="muted">${t('team.text')}</p>${items.length > 0 && add}</div>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${3} />`}
    ${data && !items.length && html`<${Empty} icon="customers" title=${t('team.empty')} actions=${add}>${t('team.emptyText')}<//>`}
    ${items.length > 0 && html`<${Table} label=${t('settings.section.teams')} columns=${columns} rows=${items} />`}
    ${editing && html`<${Editor} existing=${editing === 'new' ? undefined : editing} publishers=${publishers} users=${users} onClose=${() => setEditing(null)} onSaved=${reload} />`}
    ${going && html`<${Confirm} title=${t('team.removeNamed', { name: going.name })} confirm=${t('team.remove')} onConfirm=${takeAway} onClose=${() => setGoing(null)}><p>${t('team.removeText')}</p><//>`}</div>`;
}
