// A lead that did not come by itself: somebody called, or left a card. It is entered as a referral, and goes the way of every lead.
import { html, useMemo } from '../lib.js';
import { post, session } from '../api.js';
import { locale, t } from '../i18n.js';
import { navigate } from '../router.js';
import { Button } from './bits.js';
import { regions } from './filters.js';
import { Form, useForm } from './form.js';
import { Drawer } from './overlay.js';
import { toast } from './toast.js';

const PERSON = '/customerProfile/team/0';
/** One of them says who it is. */
const WHO = ['/customerProfile/name', ...['firstName', 'lastName', 'email', 'phoneNumber'].map((name) => `${PERSON}/${name}`)];
/** The server names these two whole, whatever is wrong in them. */
const OFFER = '/details/requirements/solutions';
const TEAM = '/team';

/** Sets what stands at a path; a part that is a number is of a list. @param {any} body @param {string} path @param {any} value */
function put(body, path, value) {
  const keys = path.slice(1).split('/');
  const last = /** @type {string} */ (keys.pop());
  let at = body;
  keys.forEach((key, i) => { at = at[key] ??= /^\d/.test(keys[i + 1] ?? last) ? [] : {}; });
  at[last] = value;
}

/** Named by the paths of a referral, as the server names what is wrong. @param {any[]} offers @param {boolean} mayLeave whose it is need not be said @returns {import('./form.js').Field[]} */
const fieldsOf = (offers, mayLeave) => [
  { name: OFFER, type: 'choice', required: true, label: t('lead.offer'), options: [...(offers.length > 1 ? [{ value: '', label: t('enter.chooseOffer') }] : []), ...offers.map((o) => ({ value: o.id, label: o.title || o.id }))] },
  { name: '/customerProfile/name', type: 'text', max: 200, label: t('field.company') },
  { name: `${PERSON}/firstName`, type: 'text', max: 200, label: t('field.firstName') },
  { name: `${PERSON}/lastName`, type: 'text', max: 200, label: t('field.lastName') },
  { name: `${PERSON}/email`, type: 'text', inputType: 'email', max: 320, label: t('field.email') },
  { name: `${PERSON}/phoneNumber`, type: 'text', inputType: 'tel', max: 64, label: t('field.phone') },
  { name: '/customerProfile/address/country', type: 'choice', label: t('field.country'), noneLabel: t('enter.unknown'), options: regions() },
  { name: '/details/customerNotes', type: 'text', lines: 4, max: 16384, label: t('enter.words') },
  { name: '/details/customerRequestedContact', type: 'bool', label: t('enter.asked'), hint: t('enter.askedHint') },
  .../** @type {import('./form.js').Field[]} */ (mayLeave ? [{ name: TEAM, type: 'bool', label: t('enter.mine'), hint: t('enter.mineHint') }] : []),
];

/** @param {{offers: any[], onClose: () => void}} props */
export function EnterLead({ offers, onClose }) {
  const { language } = locale.use();
  const me = session.get()?.user;
  // Who reaches only their own, or their team's, is given what they enter.
  const fields = useMemo(() => fieldsOf(offers, !/^(own|team)$/.test(me?.reach ?? '')), [offers, language]);
  const form = useForm(fields, { [OFFER]: offers.length > 1 ? '' : offers[0].id, '/details/customerRequestedContact': true }, async ({ [OFFER]: offer, [TEAM]: mine, ...values }) => {
    if (!WHO.some((path) => values[path]?.trim())) throw new Error(t('enter.who'));
    const body = {};
    put(body, `${OFFER}/0/id`, offer);
    for (const [path, value] of Object.entries(values)) if (value && String(value).trim()) put(body, path, value);
    if (mine) put(body, `${TEAM}/0/email`, me?.email);
    const made = await post('/v1.0/engagements/referrals', body);
    onClose();
    toast({ text: t(made.status ? 'enter.done' : 'enter.waits') });
    if (made.status) navigate(`/leads/${made.id}`);
  });
  return html`<${Drawer} title=${t('enter.title')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="enter" busy=${form.busy}>${t('enter.do')}<//>`}>
    <div class="stack"><p class="muted">${t('enter.text')}</p><${Form} id="enter" form=${form} /></div><//>`;
}
