// Who may sign in, and the tokens of programs.
import { html, useState } from '../lib.js';
import { patch, post, remove, session, useLoad } from '../api.js';
import { dateTime, t } from '../i18n.js';
import { allows, REACHES, reachName, ROLES, roleName } from '../words.js';
import { Checks } from '../parts/checks.js';
import { Button, Chip, Copy, Empty, Failure, MessageBar, Skeleton, Time } from '../parts/bits.js';
import { Confirm, Drawer } from '../parts/overlay.js';
import { Form, useForm } from '../parts/form.js';
import { Table } from '../parts/table.js';
import { toast, toastError } from '../parts/toast.js';

const roleOptions = () => ROLES.map((r) => ({ value: r, label: `${roleName(r)} – ${t(`role.${r}.text`)}` }));

/** Which leads they see. @returns {import('../parts/form.js').Field} */
const reachField = (kinds = REACHES) => ({ name: 'reach', type: 'choice', required: true, default: 'all', label: t('reach.label'), hint: t('reach.hint'), options: kinds.map((r) => ({ value: r, label: `${reachName(r)} – ${t(`reach.${r}.text`)}` })) });

/** The offers of a reach, where it has some. @param {{form: ReturnType<typeof useForm>, whose: string | null | undefined}} props */
function ReachOffers({ form, whose }) {
  const offers = (useLoad('/offers').data?.items ?? []).filter((/** @type {any} */ o) => !whose || o.publisher === whose);
  if (form.values.reach !== 'offers') return null;
  return html`<${Checks} name="reachOffers" legend=${t('reach.offersLabel')} error=${form.errors.reachOffers ?? ''} chosen=${form.values.reachOffers ?? []} onChange=${(/** @type {string[]} */ all) => form.set('reachOffers', all)}
    options=${offers.map((/** @type {any} */ o) => ({ value: o.id, label: o.title || o.id, more: o.title ? o.id : '' }))} />`;
}

/** Whom it belongs to: one publisher, or the whole installation. @param {any} user @param {any[]} publishers @returns {import('../parts/form.js').Field[]} */
const publisherField = (user, publishers) => (user?.publisher ? [] : [{
  name: 'publisher', type: 'choice', label: t('menu.publisher'),
  options: publishers.map((p) => ({ value: p.id, label: p.name || p.id })), hint: t('people.publisherHint'),
}]);

/** Who may get somebody's leads. @param {any} of @param {any[]} users @returns {import('../parts/form.js').Field} */
const heirField = (of, users) => ({ name: 'heir', type: 'choice', required: true, label: t('people.heir'), hint: t('people.heirHint'), options: [{ value: '', label: t('people.heirChoose') }, { value: 'nobody', label: t('desk.owner.nobody') },
  ...users.filter((u) => u.id !== of.id && u.active !== false && allows(u.role, 'seller') && (!u.publisher || u.publisher === of.publisher)).map((u) => ({ value: u.id, label: u.name || u.email }))] });

/** @param {{existing?: any, users: any[], publishers: any[], onClose: () => void, onSaved: () => void}} props */
function UserEditor({ existing, users, publishers, onClose, onSaved }) {
  const me = session.use()?.user;
  const [leaves, setLeaves] = useState(false); // with open leads, which somebody has to get
  const form = useForm([
    ...(existing ? [] : [/** @type {import('../parts/form.js').Field} */ ({ name: 'email', type: 'text', inputType: 'email', required: true, label: t('signIn.email') })]),
    { name: 'name', type: 'text', label: t('settings.name') },
    { name: 'role', type: 'choice', required: true, default: 'viewer', label: t('settings.role'), options: roleOptions() },
    reachField(),
    ...(existing ? [/** @type {import('../parts/form.js').Field} */ ({ name: 'active', type: 'bool', label: t('people.active'), hint: t('people.activeHint') })] : []),
    ...(leaves ? [heirField(existing, users)] : []),
    ...(existing ? [] : publisherField(me, publishers)),
    ...(existing ? [] : [/** @type {import('../parts/form.js').Field} */ ({ name: 'password', type: 'text', secret: true, label: t('signIn.password'), hint: t('people.passwordHint') })]),
  ], existing ? { name: existing.name, role: existing.role, reach: existing.reach ?? 'all', reachOffers: existing.reachOffers, active: existing.active !== false } : { role: 'viewer', reach: 'all' }, async (values) => {
    const body = Object.fromEntries(Object.entries(values).filter(([, v]) => v !== '' && v !== undefined && v !== null));
    if (values.reach === 'offers') body.reachOffers = values.reachOffers ?? []; else delete body.reachOffers;
    try {
      if (existing) await patch(`/users/${existing.id}`, body); else await post('/users', body);
    } catch (problem) {
      const { code, message } = /** @type {import('../api.js').Problem} */ (problem);
      if (code !== 'user.leads') throw problem;
      setLeaves(true);
      throw new Error(t('people.leads', { count: Number.parseInt(message, 10) }));
    }
    toast({ text: t('people.userSaved') });
    onSaved();
    onClose();
  });
  return html`<${Drawer} title=${t(existing ? 'people.editUser' : 'people.addUser')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="user" busy=${form.busy}>${t('do.save')}<//>`}><${Form} id="user" form=${form}><${ReachOffers} form=${form} whose=${existing ? existing.publisher : form.values.publisher || me?.publisher} /><//>
    ${existing && html`<${Identities} user=${existing} onSaved=${onSaved} />`}<//>`;
}

/** Says who somebody is at a provider where they are not known yet. @param {{user: any, open: any[], onLinked: (identities: any[]) => void}} props */
function Linker({ user, open, onLinked }) {
  const form = useForm([
    { name: 'provider', type: 'choice', required: true, label: t('people.provider'), options: open.map((p) => ({ value: p.id, label: p.name })) },
    { name: 'subject', type: 'text', required: true, label: t('people.subject'), hint: t('people.subjectHint') },
  ], { provider: open[0].id }, async (values) => onLinked((await post(`/users/${user.id}/identities`, { provider: values.provider, subject: values.subject.trim() })).identities));
  return html`<${Form} form=${form} action=${t('people.link')} />`;
}

/** At which providers somebody is known, and as whom. @param {{user: any, onSaved: () => void}} props */
function Identities({ user, onSaved }) {
  const providers = useLoad('/providers').data?.items ?? [];
  const [all, setAll] = useState(/** @type {any[]} */ (user.identities ?? []));
  const open = providers.filter((/** @type {any} */ p) => (!p.publisher || p.publisher === user.publisher) && !all.some((i) => i.provider === p.id));
  const nameOf = (/** @type {string} */ id) => providers.find((/** @type {any} */ p) => p.id === id)?.name ?? id;
  const become = (/** @type {any[]} */ identities) => { setAll(identities); onSaved(); };
  const unlink = async (/** @type {string} */ provider) => {
    try {
      await remove(`/users/${user.id}/identities/${provider}`);
      become(all.filter((i) => i.provider !== provider));
    } catch (problem) {
      toastError(problem);
    }
  };
  if (!providers.length && !all.length) return null;
  return html`<section class="stack" aria-labelledby="identities"><h3 id="identities">${t('people.identities')}</h3><p class="muted">${t('people.identitiesText')}</p>
    ${all.map((i) => html`<div class="row" key=${i.provider}><span class="grow"><strong>${nameOf(i.provider)}</strong> <span class="muted">${i.subject}</span></span>
      <${Button} look="ghost" icon="trash" label=${t('people.unlink', { name: nameOf(i.provider) })} onClick=${() => unlink(i.provider)} /></div>`)}
    ${open.length > 0 && html`<${Linker} key=${open.map((/** @type {any} */ p) => p.id).join()} user=${user} open=${open} onLinked=${become} />`}</section>`;
}

export function UsersSection() {
  const { data, error, loading, reload } = useLoad('/users');
  const publishers = useLoad('/publishers').data?.items ?? [];
  const [editing, setEditing] = useState(/** @type {any} */ (null));
  const admin = session.use()?.user.role === 'admin';
  const columns = [
    { id: 'name', label: t('settings.name'), fixed: true, cell: (/** @type {any} */ u) => !admin ? u.name || u.email : html`<button type="button" data-row-link class="row-link link" onClick=${() => setEditing(u)}>${u.name || u.email}</button>` },
    { id: 'email', label: t('signIn.email'), cell: (/** @type {any} */ u) => u.email },
    { id: 'role', label: t('settings.role'), cell: (/** @type {any} */ u) => html`<${Chip} tone=${u.role === 'admin' ? 'brand' : 'quiet'}>${roleName(u.role)}<//> ${u.active === false && html`<${Chip} tone="warn">${t('people.inactive')}<//>`}` },
    { id: 'reach', label: t('reach.label'), cell: (/** @type {any} */ u) => html`${reachName(u.reach ?? 'all')}${u.reachOffers?.length ? html` <span class="muted">${u.reachOffers.join(', ')}</span>` : null}` },
    { id: 'publisher', label: t('menu.publisher'), cell: (/** @type {any} */ u) => u.publisher ?? t('menu.allPublishers') },
    { id: 'seen', label: t('people.lastSeen'), class: 'end', cell: (/** @type {any} */ u) => html`<${Time} at=${u.seenAt} />` },
  ];
  return html`<div class="stack"><div class="section-head"><p class="muted">${t('people.usersText')}</p>${admin && html`<${Button} look="primary" icon="add" onClick=${() => setEditing('new')}>${t('people.addUser')}<//>`}</div>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${4} />`}
    ${data && html`<${Table} label=${t('settings.section.users')} columns=${columns} rows=${data.items} />`}
    ${editing && html`<${UserEditor} existing=${editing === 'new' ? undefined : editing} users=${data?.items ?? []} publishers=${publishers} onClose=${() => setEditing(null)} onSaved=${reload} />`}</div>`;
}

/** @param {{publishers: any[], onClose: () => void, onSaved: () => void}} props */
function TokenMaker({ publishers, onClose, onSaved }) {
  const me = session.use()?.user;
  const [token, setToken] = useState('');
  const form = useForm([
    { name: 'name', type: 'text', required: true, label: t('tokens.name'), hint: t('tokens.nameHint') },
    { name: 'role', type: 'choice', required: true, default: 'viewer', label: t('settings.role'), options: roleOptions() },
    reachField(['all', 'offers']),
    ...publisherField(me, publishers),
  ], { role: 'viewer', reach: 'all' }, async (values) => {
    const answer = await post('/tokens', { name: values.name.trim(), role: values.role, reach: values.reach, ...(values.reach === 'offers' ? { reachOffers: values.reachOffers ?? [] } : {}), ...(values.publisher ? { publisher: values.publisher } : {}) });
    onSaved();
    setToken(answer.token);
  });
  if (token) {
    return html`<${Drawer} title=${t('tokens.made')} onClose=${onClose} footer=${html`<${Button} look="primary" onClick=${onClose}>${t('do.done')}<//>`}>
      <div class="stack"><${MessageBar} tone="warn">${t('tokens.once')}<//><div class="url"><code>${token}</code><${Copy} text=${token} label=${t('tokens.copy')} /></div></div><//>`;
  }
  return html`<${Drawer} title=${t('tokens.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="token" busy=${form.busy}>${t('tokens.add')}<//>`}><${Form} id="token" form=${form}><${ReachOffers} form=${form} whose=${form.values.publisher || me?.publisher} /><//><//>`;
}

export function TokensSection() {
  const { data, error, loading, reload } = useLoad('/tokens');
  const publishers = useLoad('/publishers').data?.items ?? [];
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState(/** @type {any} */ (null));
  const revoke = async () => {
    try {
      await remove(`/tokens/${revoking.id}`);
      toast({ text: t('tokens.revoked') });
      setRevoking(null);
      reload();
    } catch (problem) {
      toastError(problem);
    }
  };
  const columns = [
    { id: 'name', label: t('tokens.name'), fixed: true, cell: (/** @type {any} */ k) => k.name || k.id },
    { id: 'role', label: t('settings.role'), cell: (/** @type {any} */ k) => html`<${Chip}>${roleName(k.role)}<//>` },
    { id: 'publisher', label: t('menu.publisher'), cell: (/** @type {any} */ k) => k.publisher ?? t('menu.allPublishers') },
    { id: 'created', label: t('tokens.created'), cell: (/** @type {any} */ k) => html`<${Time} at=${k.createdAt} />` },
    { id: 'revoke', label: t('tokens.revoke'), hideLabel: true, class: 'end', cell: (/** @type {any} */ k) => k.revokedAt ? html`<${Chip} title=${dateTime(k.revokedAt)}>${t('tokens.isRevoked')}<//>` : html`<${Button} look="ghost" icon="trash" label=${t('tokens.revokeNamed', { name: k.name || k.id })} onClick=${() => setRevoking(k)} />` },
  ];
  const add = html`<${Button} look="primary" icon="add" onClick=${() => setAdding(true)}>${t('tokens.add')}<//>`;
  return html`<div class="stack"><div class="section-head"><p class="muted">${t('tokens.text')}</p>${data?.items.length ? add : null}</div>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${3} />`}
    ${data && (data.items.length ? html`<${Table} label=${t('settings.section.tokens')} columns=${columns} rows=${data.items} />`
      : html`<${Empty} icon="key" title=${t('tokens.empty.title')} actions=${add}>${t('tokens.empty.text')}<//>`)}
    ${adding && html`<${TokenMaker} publishers=${publishers} onClose=${() => setAdding(false)} onSaved=${reload} />`}
    ${revoking && html`<${Confirm} title=${t('tokens.revokeTitle', { name: revoking.name || revoking.id })} confirm=${t('tokens.revoke')} onConfirm=${revoke} onClose=${() => setRevoking(null)}><p>${t('tokens.revokeText')}</p><//>`}</div>`;
}
