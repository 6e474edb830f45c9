// Starts the page: language, session, routes.
import { html, render, useEffect } from './lib.js';
import { get, Problem, session } from './api.js';
import { loadLanguage, locale, t } from './i18n.js';
import { prefs, setPrefs, startLanguage } from './prefs.js';
import { adopt } from './who.js';
import { navigate, place, startRouter } from './router.js';
import { startLive, stopLive } from './live.js';
import { Layout } from './parts/layout.js';
import { Toasts } from './parts/toast.js';
import { Empty } from './parts/bits.js';
import { SignInPage } from './pages/signin.js';
import { LeadsPage } from './pages/leads.js';
import { LeadPage } from './pages/lead.js';
import { CustomerPage, CustomersPage } from './pages/customers.js';
import { DeliveriesPage } from './pages/deliveries.js';
import { DestinationsPage } from './pages/destinations.js';
import { ReceiptsPage } from './pages/receipts.js';
import { SettingsPage } from './pages/settings.js';

/** @type {[RegExp, (props: any) => any][]} */
const PAGES = [
  [/^\/$/, LeadsPage],
  [/^\/leads$/, LeadsPage],
  [/^\/leads\/([^/]+)$/, LeadPage],
  [/^\/customers$/, CustomersPage],
  [/^\/customers\/([^/]+)$/, CustomerPage],
  [/^\/deliveries$/, DeliveriesPage],
  [/^\/deliveries\/([^/]+)$/, DeliveriesPage],
  [/^\/destinations$/, DestinationsPage],
  [/^\/receipts$/, ReceiptsPage],
  [/^\/receipts\/([^/]+)$/, ReceiptsPage],
  [/^\/settings$/, SettingsPage],
];

function NotFound() {
  return html`<${Empty} icon="question" title=${t('notFound.title')} actions=${html`<a class="button button-primary" href="/leads">${t('notFound.back')}</a>`}>
    ${t('notFound.text')}<//>`;
}

function App() {
  const { path } = place.use();
  const who = session.use();
  locale.use();
  const signIn = path === '/sign-in';
  useEffect(() => {
    if (who === null && !signIn) {
      stopLive();
      navigate(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
    }
    if (who) startLive();
  }, [who, signIn]);
  useEffect(() => {
    scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.querySelector('main h1, #main'))?.focus({ preventScroll: true });
  }, [path]);
  if (signIn) return html`<${SignInPage} /><${Toasts} />`;
  if (!who) return null;
  const found = PAGES.map(([route, page]) => ({ match: route.exec(path), page })).find((p) => p.match);
  const id = found?.match?.[1] ? decodeURIComponent(found.match[1]) : undefined;
  return html`<${Layout}>${found ? html`<${found.page} id=${id} key=${found.page.name} />` : html`<${NotFound} />`}<//><${Toasts} />`;
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
  try {
    const who = await asked;
    if (who) await adopt(who);
    session.set(who);
  } catch {
    session.set(null);
  }
  render(html`<${App} />`, /** @type {Element} */ (document.getElementById('app')));
}

start();
