// What the person gets by mail, and the chain: who is told how long before and after a response is due.
import { html } from '../lib.js';
import { call, session, useLoad } from '../api.js';
import { t } from '../i18n.js';
import { publisher } from '../parts/layout.js';
import { allows, reachesAll } from '../words.js';
import { Button, Failure, Panel, Skeleton } from '../parts/bits.js';
import { Form, useForm } from '../parts/form.js';
import { toast, toastError } from '../parts/toast.js';

/** @typedef {{mail: boolean, quietHours: boolean, mutedKinds: string[], kinds: string[]}} Wishes */
/** @typedef {{publisher: string, shipped: boolean, version: number, steps: string[]}} Chain */

/** @param {{wishes: Wishes}} props */
function MailForm({ wishes }) {
  const form = useForm(/** @type {import('../parts/form.js').Field[]} */ ([
    { name: 'mail', type: 'bool', label: t('notices.mail'), hint: t('notices.mailHint') },
    { name: 'quietHours', type: 'bool', label: t('notices.quiet'), hint: t('notices.quietHint') },
    ...wishes.kinds.map((kind) => ({ name: kind, type: 'bool', label: t('notices.byMail', { kind: t(`noticeKind.${kind}`) }) })),
  ]), { mail: wishes.mail, quietHours: wishes.quietHours, ...Object.fromEntries(wishes.kinds.map((k) => [k, !wishes.mutedKinds.includes(k)])) }, async (v) => {
    await call('PUT', '/notifications/settings', { body: { mail: v.mail, quietHours: v.quietHours, mutedKinds: wishes.kinds.filter((k) => !v[k]) } });
    toast({ text: t('settings.saved') });
  });
  return html`<${Form} form=${form} action=${t('do.save')} look="plain" />`;
}

/** @param {{chain: Chain, reload: () => void}} props */
function ChainForm({ chain, reload }) {
  const match = `"${chain.version}"`, whose = { publisher: chain.publisher };
  const form = useForm([{ name: 'steps', type: 'text', lines: 6, label: t('notices.steps'), hint: t('notices.stepsHint') }], { steps: chain.steps.join('\n') }, async (v) => {
    await call('PUT', '/escalation', { body: { ...whose, steps: v.steps.split('\n').filter((/** @type {string} */ s) => s.trim()) }, match });
    toast({ text: t('settings.saved') });
    reload();
  });
  const reset = () => { call('DELETE', '/escalation', { query: whose, match }).then(reload, toastError); };
  return html`<${Form} form=${form} action=${t('do.save')} look="plain" />
    ${!chain.shipped && html`<p><${Button} look="ghost" onClick=${reset}>${t('notices.reset')}<//></p>`}`;
}

/** @param {{chosen: string}} props */
function Chain({ chosen }) {
  const { data, error, reload } = useLoad('/escalation', chosen ? { publisher: chosen } : {});
  const edits = allows(session.use()?.user.role, 'manager');
  if (error) return html`<${Failure} error=${error} retry=${reload} />`;
  if (!data) return html`<${Skeleton} rows=${4} />`;
  return html`<p>${t('notices.chainText')}</p>${edits ? html`<${ChainForm} key=${`${data.publisher} ${data.version}`} chain=${data} reload=${reload} />`
    : html`<ul class="plain">${data.steps.map((/** @type {string} */ s) => html`<li key=${s}>${s}</li>`)}</ul>`}`;
}

export function NoticesSection() {
  const mine = useLoad('/notifications/settings');
  const user = session.use()?.user, chosen = publisher.use();
  const all = useLoad(user && !user.publisher && !chosen ? '/publishers' : null);
  const many = (all.data?.items.length ?? 0) > 1;
  return html`<div class="columns-2"><div><${Panel} title=${t('notices.mine')}><div class="panel-body">
      ${mine.error ? html`<${Failure} error=${mine.error} retry=${mine.reload} />` : mine.data ? html`<${MailForm} wishes=${mine.data} />` : html`<${Skeleton} rows=${6} />`}</div><//></div>
    <div>${reachesAll(user) && html`<${Panel} title=${t('notices.chain')}><div class="panel-body">${many ? html`<p>${t('notices.choose')}</p>` : html`<${Chain} chosen=${chosen} />`}</div><//>`}</div></div>`;
}
