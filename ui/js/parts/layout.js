// The frame of every page: top bar, side navigation, and what opens from them.
import { html, useEffect, useRef, useState } from '../lib.js';
import { call, get, patch, session, useLoad } from '../api.js';
import { counted, languageName, loadLanguage, locale, number, t } from '../i18n.js';
import { createStore } from '../store.js';
import { navigate, place } from '../router.js';
import { LANGUAGES, prefs, setPrefs, THEMES } from '../prefs.js';
import { liveState, stopLive, useLiveRefresh } from '../live.js';
import { useKeys } from '../keys.js';
import { allows, MARKS, reachesAll, roleName } from '../words.js';
import { Icon, LOGO } from '../icons.js';
import { Bell } from './bell.js';
import { Button } from './bits.js';
import { MenuItem, Popup } from './overlay.js';
import { Feedback } from './feedback.js';
import { toastError } from './toast.js';

/** @typedef {import('../types').Counters} Counters */

/** Which publisher an installation-wide user looks at; '' is all. */
export const publisher = createStore(sessionStorage.getItem('leadline.publisher') ?? '');
export const counters = createStore(/** @type {Counters | null} */ (null));

/** reach: also of those who do not reach all. @type {{path: string, key: string, icon: string, text: string, role: string, reach?: boolean, badge?: (c: Counters) => number, bad?: boolean}[]} */
const NAV = [
  { path: '/leads', key: 'l', icon: 'inbox', text: 'nav.leads', role: 'viewer', reach: true, badge: (c) => c.unread },
  { path: '/today', key: 'o', icon: 'clock', text: 'nav.today', role: 'seller', reach: true },
  { path: '/board', key: 'b', icon: 'columns', text: 'nav.board', role: 'viewer', reach: true },
  { path: '/customers', key: 'c', icon: 'customers', text: 'nav.customers', role: 'viewer', reach: true },
  { path: '/duplicates', key: 'u', icon: 'touches', text: 'nav.duplicates', role: 'viewer', badge: (c) => c.reviews },
  { path: '/deliveries', key: 'd', icon: 'deliver', text: 'nav.deliveries', role: 'viewer', badge: (c) => c.deliveriesRejected + c.deliveriesParked, bad: true },
  { path: '/destinations', key: 't', icon: 'plug', text: 'nav.destinations', role: 'viewer' },
  { path: '/receipts', key: 'r', icon: 'receipt', text: 'nav.receipts', role: 'seller', badge: (c) => c.receiptsUnreadable + c.receiptsSetAside, bad: true },
  { path: '/import', key: 'i', icon: 'upload', text: 'nav.import', role: 'seller' },
  { path: '/settings', key: 's', icon: 'gear', text: 'nav.settings', role: 'viewer', reach: true },
];

/** What is open to somebody. @param {import('../types').User | undefined} user */
const navOf = (user) => NAV.filter((n) => allows(user?.role, n.role) && (n.reach || reachesAll(user)));

/** Parameters that narrow a call to the chosen publisher. */
export const narrowed = () => (publisher.get() ? { publisher: publisher.get() } : {});

/** @param {string} language */
export async function chooseLanguage(language) {
  try {
    await loadLanguage(language);
    setPrefs({ language });
    if (session.get()) await patch('/session/user', { language });
  } catch (error) {
    toastError(error);
  }
}

/** Takes over what the server knows of the person's choices. @param {import('../types').Session} who */
export async function adopt({ user: { theme, density, language } }) {
  setPrefs({ ...(theme ? { theme } : {}), ...(density ? { density } : {}) });
  if (language && /** @type {readonly string[]} */ (LANGUAGES).includes(language)) {
    setPrefs({ language });
    if (language !== locale.get().language) await loadLanguage(language);
  }
}

/** @param {string} theme */
export function chooseTheme(theme) {
  setPrefs({ theme });
  if (session.get()) patch('/session/user', { theme }).catch(toastError);
}

export async function signOut() {
  try {
    await call('DELETE', '/session', { quiet: true });
  } catch (error) {
    toastError(error);
    return;
  }
  stopLive();
  session.set(null);
}

export function LanguageMenu() {
  const { language } = locale.use();
  return html`<${Popup} label=${t('menu.language')} icon="language" title=${t('menu.language')} end=${true} menu=${true} class="bar-less">
    ${(/** @type {() => void} */ close) => LANGUAGES.map((l) => html`<${MenuItem} key=${l} checked=${l === language}
      onClick=${() => { close(); chooseLanguage(l); }}><span lang=${l}>${languageName(l)}</span><//>`)}<//>`;
}

export function ThemeMenu() {
  const { theme } = prefs.use();
  return html`<${Popup} label=${t('menu.theme')} icon="theme" title=${t('menu.theme')} end=${true} menu=${true} class="bar-less">
    ${(/** @type {() => void} */ close) => THEMES.map((name) => html`<${MenuItem} key=${name} checked=${name === theme}
      onClick=${() => { close(); chooseTheme(name); }}>${t(`theme.${name}`)}<//>`)}<//>`;
}

function UserMenu() {
  const user = session.use()?.user;
  if (!user) return null;
  const initials = (user.name || user.email).split(/[\s@.]+/).slice(0, 2).map((w) => [...w][0] ?? '').join('').toUpperCase();
  return html`<${Popup} label=${`${initials} · ${t('menu.user')}`} title=${user.email} look="avatar" end=${true} menu=${true} class="user-menu" text=${initials}>
    ${(/** @type {() => void} */ close) => html`<div class="menu-who"><strong>${user.name || user.email}</strong><span>${user.email}</span>
      <span class="muted">${roleName(user.role)}${user.publisher ? ` · ${user.publisher}` : ''}</span></div>
      <${MenuItem} icon="gear" href="/settings" onClick=${close}>${t('nav.settings')}<//>
      <${MenuItem} icon="signOut" onClick=${() => { close(); signOut(); }}>${t('menu.signOut')}<//>`}<//>`;
}

function Search() {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const { path, query } = place.use();
  const value = path === '/leads' ? query.get('q') ?? '' : '';
  useKeys({ '/': () => input.current?.select() });
  const submit = (/** @type {Event} */ e) => {
    e.preventDefault();
    const q = input.current?.value.trim() ?? '';
    const next = new URLSearchParams(path === '/leads' ? query : '');
    for (const name of q ? ['q', ...MARKS] : ['q']) next.delete(name);
    if (q) next.set('q', q);
    if (path !== '/leads' || (q && /^(stalled|one-attempt|few-attempts|favorites)$/.test(next.get('view') ?? ''))) next.set('view', 'all');
    navigate(`/leads?${next}`);
  };
  return html`<form class="search" role="search" onSubmit=${submit}><${Icon} name="search" size=${18} />
    <input ref=${input} type="search" name="q" aria-label=${t('search.label')} placeholder=${t('search.placeholder')} value=${value} key=${value}
      autocomplete="off" maxlength="200" aria-keyshortcuts="/" /><kbd aria-hidden="true">/</kbd></form>`;
}

function PublisherSwitch() {
  const user = session.use()?.user;
  const chosen = publisher.use();
  const wide = Boolean(user && !user.publisher);
  const { data } = useLoad(wide ? '/publishers' : null);
  if (!wide || !data || data.items.length < 2) return null;
  return html`<label class="publisher"><span class="sr">${t('menu.publisher')}</span><${Icon} name="building" size=${18} />
    <select value=${chosen} onChange=${(/** @type {Event} */ e) => {
      const id = /** @type {HTMLSelectElement} */ (e.target).value;
      sessionStorage.setItem('leadline.publisher', id);
      publisher.set(id);
    }}><option value="">${t('menu.allPublishers')}</option>
    ${data.items.map((/** @type {any} */ p) => html`<option key=${p.id} value=${p.id} selected=${p.id === chosen}>${p.name || p.id}</option>`)}</select></label>`;
}

function LiveDot() {
  const state = liveState.use();
  return html`<span class=${`live live-${state}`} role="status" title=${t(`live.${state}`)}><span class="sr">${t(`live.${state}`)}</span></span>`;
}

function useCounters() {
  const chosen = publisher.use();
  const load = () => { get('/counters', narrowed()).then((c) => counters.set(c), () => {}); };
  useEffect(load, [chosen]);
  useLiveRefresh(['lead', 'delivery', 'receipt', 'match'], 800, load);
}

/** On a phone the bar has room for so many pages; the others open above it. */
const IN_BAR = 4;

/** @param {{onFeedback: () => void}} props */
function Nav({ onFeedback }) {
  const { path } = place.use();
  const user = session.use()?.user;
  const c = counters.use();
  useCounters();
  const pages = navOf(user).map((n) => ({ ...n, count: c && n.badge ? n.badge(c) : 0,
    here: path === n.path || path.startsWith(`${n.path}/`) || (path === '/' && n.path === '/leads') }));
  const rest = pages.slice(IN_BAR);
  return html`<nav class="nav" aria-label=${t('nav.label')}><ul>${pages.map((n, i) => html`<li key=${n.path} class=${i < IN_BAR ? '' : 'nav-rest'}>
      <a href=${n.path} aria-current=${n.here ? 'page' : undefined} title=${t(n.text)}><${Icon} name=${n.icon} /><span class="nav-text">${t(n.text)}</span>
      ${n.count > 0 && html`<span class=${`badge ${n.bad ? 'badge-bad' : ''}`} aria-label=${t('nav.badge', { count: n.count })}>${counted(n.count, c?.capped)}</span>`}</a></li>`)}
    <li class="nav-more"><${Popup} label=${t('nav.more')} icon="more" text=${t('nav.more')} end=${true} menu=${true} class=${rest.some((n) => n.here) ? 'here' : ''}>
      ${(/** @type {() => void} */ close) => html`${rest.map((n) => html`<${MenuItem} key=${n.path} icon=${n.icon} href=${n.path} onClick=${close}>${t(n.text)}${n.count > 0 ? ` (${number(n.count)})` : ''}<//>`)}
        <${MenuItem} icon="smile" onClick=${() => { close(); onFeedback(); }}>${t('feedback.title')}<//>`}<//>
      ${rest.some((n) => n.bad && n.count > 0) && html`<span class="badge badge-bad" aria-hidden="true">!</span>`}</li></ul></nav>`;
}

/** @param {{children?: any}} props */
export function Layout({ children }) {
  const [Sheet, setSheet] = useState(/** @type {any} */ (null));
  const [feedback, setFeedback] = useState(false);
  const [Palette, setPalette] = useState(/** @type {any} */ (null));
  const pages = navOf(session.use()?.user);
  const showKeys = () => import('./shortcuts.js').then((m) => setSheet(() => m.ShortcutSheet), toastError);
  useKeys({ '?': showKeys, ...Object.fromEntries(pages.map((n) => [`g ${n.key}`, () => navigate(n.path)])) },
    { '?': t('keys.title'), ...Object.fromEntries(pages.map((n) => [`g ${n.key}`, t(n.text)])) });
  useEffect(() => {
    const open = (/** @type {KeyboardEvent} */ e) => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey || e.code !== 'KeyK' || document.querySelector('dialog[open]')) return;
      e.preventDefault();
      import('./palette.js').then((m) => setPalette(() => m.Palette), toastError);
    };
    document.addEventListener('keydown', open);
    return () => document.removeEventListener('keydown', open);
  }, []);
  return html`<div class="shell"><a class="skip" href="#main" onClick=${(/** @type {Event} */ e) => { e.preventDefault(); document.getElementById('main')?.focus(); }}>${t('nav.skip')}</a>
    <header class="top"><a class="brand" href="/leads" aria-label="Leadline"><img src=${LOGO} alt="" width="26" height="26" /><span>Leadline</span></a>
      <${PublisherSwitch} /><${Search} /><div class="top-end"><${Bell} publisher=${publisher.use()} /><${LiveDot} />
      <${Button} look="ghost" icon="keyboard" class="wide-only" label=${t('keys.title')} onClick=${showKeys} />
      <${LanguageMenu} /><${ThemeMenu} /><${Button} look="ghost" icon="smile" class="bar-less" label=${t('feedback.title')} onClick=${() => setFeedback(true)} /><${UserMenu} /></div></header>
    <${Nav} onFeedback=${() => setFeedback(true)} /><main id="main" tabindex="-1">${children}</main>
    ${Palette && html`<${Palette} onClose=${() => setPalette(null)} />`}${Sheet && html`<${Sheet} onClose=${() => setSheet(null)} />`}${feedback && html`<${Feedback} onClose=${() => setFeedback(false)} />`}</div>`;
}
