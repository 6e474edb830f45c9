// Starts the page: language, session, routes.
import { html, render, useEffect, useRef, useState } from './lib.js';
import { get, Problem, session } from './api.js';
import { loadLanguage, locale, t } from './i18n.js';
import { prefs, setPrefs, startLanguage } from './prefs.js';
import { navigate, place, startRouter } from './router.js';
import { focusHeading, keepFocus } from './focus.js';
import { startLive, stopLive } from './live.js';
import { adopt, Layout } from './parts/layout.js';
import { toastError, Toasts } from './parts/toast.js';
import { Empty, Skeleton } from './parts/bits.js';
import { LeadsPage } from './pages/leads.js';

/**
 * The leads are there at once, and one lead is fetched behind them; every other page when it is first asked for.
 * @type {[RegExp, string, () => Promise<(props: any) => any>][]}
 */
const PAGES = [
  [/^\/(?:leads)?$/, 'leads', async () => LeadsPage],
  [/^\/leads\/([^/]+)$/, 'lead', async () => (await import('./pages/lead.js')).LeadPage],
  [/^\/today$/, 'today', async () => (await import('./pages/today.js')).TodayPage],
  [/^\/board$/, 'board', async () => (await import('./pages/board.js')).BoardPage],
  [/^\/customers$/, 'customers', async () => (await import('./pages/customers.js')).CustomersPage],
  [/^\/customers\/([^/]+)$/, 'customer', async () => (await import('./pages/customer.js')).CustomerPage],
  [/^\/duplicates$/, 'duplicates', async () => (await import('./pages/duplicates.js')).DuplicatesPage],
  [/^\/deliveries(?:\/([^/]+))?$/, 'deliveries', async () => (await import('./pages/deliveries.js')).DeliveriesPage],
  [/^\/destinations$/, 'destinations', async () => (await import('./pages/destinations.js')).DestinationsPage],
  [/^\/receipts(?:\/([^/]+))?$/, 'receipts', async () => (await import('./pages/receipts.js')).ReceiptsPage],
  [/^\/import(?:\/([^/]+))?$/, 'import', async () => (await import('./pages/imports.js')).ImportPage],
  [/^\/settings$/, 'settings', async () => (await import('./pages/settings.js')).SettingsPage],
  [/^\/sign-in$/, 'sign-in', async () => (await import('./pages/signin.js')).SignInPage],
];

/** @type {Map<string, (props: any) => any>} */
const loaded = new Map([['leads', LeadsPage]]);

/** @param {string} path */
function usePage(path) {
  const [, redraw] = useState(0);
  const route = PAGES.find(([pattern]) => pattern.test(path));
  const name = route?.[1] ?? '';
  const Page = loaded.get(name);
  useEffect(() => {
    if (!route || Page) return; // it may have been loaded since it was asked for, which draws nothing by itself
    route[2]().then((page) => { loaded.set(name, page); redraw((n) => n + 1); }, toastError);
  }, [name]);
  const id = route?.[0].exec(path)?.[1];
  return { known: Boolean(route), name, Page, id: id ? decodeURIComponent(id) : undefined };
}

function NotFound() {
  return html`<div class="page"><h1 class="sr" tabindex="-1">${t('notFound.title')}</h1><${Empty} icon="question" title=${t('notFound.title')}
    actions=${html`<a class="button button-primary" href="/leads">${t('notFound.back')}</a>`}>${t('notFound.text')}<//></div>`;
}

function App() {
  const { path, query } = place.use();
  const who = session.use();
  locale.use();
  const { known, name, Page, id } = usePage(path);
  const signIn = name === 'sign-in';
  useEffect(() => {
    if (who === null && !signIn) {
      stopLive();
      navigate(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
    }
    if (who) startLive();
  }, [who, signIn]);
  const opened = useRef(path); // the browser itself says where the first page begins
  useEffect(() => {
    scrollTo(0, 0);
    const field = /** @type {HTMLElement | null} */ (document.querySelector('.sign-in-card input'));
    if (field) field.focus();
    else if (path !== opened.current) focusHeading({ preventScroll: true });
    if (field || path !== opened.current) opened.current = '';
  }, [path, Page]);
  useEffect(() => { // of tabs that do not fit, the present one is seen
    document.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path, query.toString(), Page]);
  if (signIn) return html`${Page && html`<${Page} />`}<${Toasts} />`;
  if (!who) return null;
  const content = !known ? html`<${NotFound} />` : Page ? html`<${Page} id=${id} key=${name} />` : html`<${Skeleton} />`;
  return html`<${Layout}>${content}<//><${Toasts} />`;
}

async function start() {
  setPrefs(prefs.get());
  const asked = get('/session').catch((error) => {
    if (error instanceof Problem && (error.status === 401 || error.status === 404)) return null;
    throw error;
  });
  asked.catch(() => {});
  await loadLanguage(startLanguage());
  startRouter();
  keepFocus();
  try {
    const who = await asked;
    if (who) await adopt(who);
    session.set(who);
  } catch {
    session.set(null);
  }
  render(html`<${App} />`, /** @type {Element} */ (document.getElementById('app')));
  import('./pages/lead.js').then((m) => loaded.set('lead', m.LeadPage), () => {}); // told when it is asked for
}

start();
