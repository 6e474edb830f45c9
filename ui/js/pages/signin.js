// Signing in: by password, by a provider, or by a one-time link.
import { html, useEffect, useState } from '../lib.js';
import { call, session, useLoad } from '../api.js';
import { t, tOr } from '../i18n.js';
import { navigate, place } from '../router.js';
import { LOGO } from '../icons.js';
import { MessageBar, useTitle } from '../parts/bits.js';
import { Form, useForm } from '../parts/form.js';
import { adopt, LanguageMenu, ThemeMenu } from '../parts/layout.js';

/** Only our own pages may follow a sign-in. @param {URLSearchParams} query */
function target(query) {
  const next = query.get('next') ?? '/leads';
  return /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/leads';
}

/** @param {{email?: string, password?: string, token?: string}} body @param {URLSearchParams} query */
async function signIn(body, query) {
  const answer = await call('POST', '/session', { body, quiet: true });
  const who = answer.user ? answer : { ...(await call('GET', '/session', { quiet: true })), csrf: answer.csrf };
  await adopt(who);
  session.set(who);
  navigate(target(query), { replace: true });
}

/** A button for each provider, which leads away from this page. @param {{query: URLSearchParams}} props */
function Providers({ query }) {
  const ways = useLoad('/sign-in').data?.items ?? [];
  if (!ways.length) return null;
  const next = `?next=${encodeURIComponent(target(query))}`;
  return html`<div class="sign-in-ways">${ways.map((/** @type {any} */ way) => html`<a key=${way.id} class="button" target="_self" href=${`/sign-in/${way.id}${next}`}>${t('signIn.by', { name: way.name })}</a>`)}
    <p class="muted">${t('signIn.or')}</p></div>`;
}

export function SignInPage() {
  const { query } = place.use();
  const token = query.get('token');
  const [linkError, setLinkError] = useState('');
  const problem = query.get('problem');
  const [trying, setTrying] = useState(Boolean(token));
  useTitle(t('signIn.title'));
  useEffect(() => {
    if (!token) return;
    // The link works once: it must not stay in the history.
    navigate('/sign-in', { replace: true });
    signIn({ token }, new URLSearchParams()).catch((error) => { setLinkError(error.status === 401 ? t('signIn.linkUsed') : error.text()); setTrying(false); });
  }, []);
  const form = useForm([
    { name: 'email', type: 'text', inputType: 'email', required: true, label: t('signIn.email'), autocomplete: 'username' },
    { name: 'password', type: 'text', secret: true, required: true, label: t('signIn.password'), autocomplete: 'current-password' },
  ], {}, (values) => signIn({ email: values.email.trim(), password: values.password }, query).catch((error) => {
    if (error.status === 401) error.text = () => t('signIn.wrong');
    throw error;
  }));
  return html`<main class="sign-in" id="main" tabindex="-1"><div class="sign-in-tools"><${LanguageMenu} /><${ThemeMenu} /></div>
    <div class="sign-in-card"><img src=${LOGO} alt="" width="44" height="44" /><h1 tabindex="-1">${t('signIn.heading')}</h1>
    <p class="muted">${t('signIn.text')}</p>
    ${problem && !linkError && html`<${MessageBar} tone="bad">${tOr(`signIn.problem.${problem}`, t('signIn.problem.provider'))}<//>`}
    ${linkError && html`<${MessageBar} tone="bad">${linkError}<//>`}
    ${trying ? html`<p class="row" role="status"><span class="spinner" aria-hidden="true"></span> ${t('signIn.trying')}</p>`
    : html`<${Providers} query=${query} /><${Form} form=${form} action=${t('signIn.action')} />`}</div></main>`;
}
