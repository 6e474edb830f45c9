// Settings: one's own, and those of the installation.
import { html, useEffect, useState } from '../lib.js';
import { patch, session, useLoad } from '../api.js';
import { languageName, locale, t } from '../i18n.js';
import { place } from '../router.js';
import { DENSITIES, LANGUAGES, prefs, setPrefs, THEMES } from '../prefs.js';
import { allows, reachesAll, reachName, roleName } from '../words.js';
import { chooseLanguage, chooseTheme } from '../parts/layout.js';
import { PageHead, Panel, Skeleton, useTitle } from '../parts/bits.js';
import { Form, useForm } from '../parts/form.js';
import { LOGO } from '../icons.js';
import { toast, toastError } from '../parts/toast.js';
import { OffersSection } from './settings-offers.js';
import { CalendarsSection } from './settings-calendars.js';
import { AuditSection } from './settings-audit.js';
import { TokensSection, UsersSection } from './settings-people.js';

/** @param {{legend: string, name: string, options: {value: string, label: any}[], value: string, onChange: (v: string) => void}} props */
function Choice({ legend, name, options, value, onChange }) {
  return html`<fieldset class="segments"><legend>${legend}</legend>${options.map((o) => html`<label key=${o.value} class="segment">
    <input type="radio" name=${name} checked=${o.value === value} onChange=${() => onChange(o.value)} /><span>${o.label}</span></label>`)}</fieldset>`;
}

function Appearance() {
  const { language } = locale.use();
  const { theme, density } = prefs.use();
  return html`<${Panel} title=${t('settings.appearance')}><div class="panel-body form">
    <${Choice} legend=${t('menu.language')} name="language" value=${language} onChange=${chooseLanguage}
      options=${LANGUAGES.map((l) => ({ value: l, label: html`<span lang=${l}>${languageName(l)}</span>` }))} />
    <${Choice} legend=${t('menu.theme')} name="theme" value=${theme} onChange=${chooseTheme} options=${THEMES.map((name) => ({ value: name, label: t(`theme.${name}`) }))} />
    <${Choice} legend=${t('settings.density')} name="density" value=${density} options=${DENSITIES.map((d) => ({ value: d, label: t(`density.${d}`) }))}
      onChange=${(/** @type {string} */ d) => { setPrefs({ density: d }); patch('/session/user', { density: d }).catch(toastError); }} /></div><//>`;
}

function Profile() {
  const who = session.use();
  const [turn, setTurn] = useState(0);
  if (!who) return null;
  const { user } = who;
  return html`<${Panel} title=${t('settings.profile')}><div class="panel-body"><dl class="facts"><div><dt>${t('signIn.email')}</dt><dd>${user.email}</dd></div>
      <div><dt>${t('settings.role')}</dt><dd>${roleName(user.role)}</dd></div>${!reachesAll(user) && html`<div><dt>${t('reach.label')}</dt><dd>${reachName(user.reach ?? '')}${user.reachOffers?.length ? html` <span class="muted">${user.reachOffers.join(', ')}</span>` : null}</dd></div>`}<div><dt>${t('menu.publisher')}</dt><dd>${user.publisher ?? t('menu.allPublishers')}</dd></div></dl>
    <${NameForm} name=${user.name ?? ''} /></div><//>
    <${Panel} title=${t('settings.password')}><div class="panel-body"><${PasswordForm} key=${turn} known=${Boolean(user.hasPassword)} onDone=${() => setTurn(turn + 1)} /></div><//>`;
}

/** @param {{name: string}} props */
function NameForm({ name }) {
  const form = useForm([{ name: 'name', type: 'text', label: t('settings.name'), autocomplete: 'name' }], { name }, async (values) => {
    session.set(await patch('/session/user', { name: values.name.trim() }));
    toast({ text: t('settings.saved') });
  });
  return html`<${Form} form=${form} action=${t('do.save')} look="plain" />`;
}

/** @param {{known: boolean, onDone: () => void}} props known: the present one is asked for */
function PasswordForm({ known, onDone }) {
  const form = useForm([
    ...(known ? [/** @type {import('../parts/form.js').Field} */ ({ name: 'currentPassword', type: 'text', secret: true, required: true, label: t('settings.currentPassword'), autocomplete: 'current-password' })] : []),
    { name: 'password', type: 'text', secret: true, required: true, label: t('settings.newPassword'), hint: t('settings.passwordHint') },
  ], {}, async (values) => {
    // All sessions end with the old password; the answer opens a new one.
    session.set(await patch('/session/user', known ? values : { password: values.password }));
    toast({ text: t('settings.passwordSaved') });
    onDone();
  });
  return html`<${Form} form=${form} action=${t('settings.setPassword')} look="plain" />`;
}

function About() {
  const { data } = useLoad('/openapi.json');
  return html`<${Panel} title=${t('settings.about')}><div class="panel-body stack"><p class="about-line"><img src=${LOGO} alt="" width="40" height="40" /><span><strong>Leadline</strong>
      <br /><span class="muted">${data?.info?.version && t('about.version', { version: data.info.version })}</span></span></p><p>${t('about.text')}</p>
    <ul class="links"><li><a href="/api/v1/openapi.json">${t('about.api')}</a></li>
      <li><a href="https://partner.microsoft.com/dashboard/referrals/v2/leads" target="_blank" rel="noreferrer">${t('about.partnerCenter')}</a></li>
      <li><a href="/assets/vendor/preact.LICENSE.txt">${t('about.licence', { name: 'Preact' })}</a></li><li><a href="/assets/vendor/htm.LICENSE.txt">${t('about.licence', { name: 'htm' })}</a></li></ul></div><//>`;
}

/** Long forms are fetched when somebody wants them. @param {{from: () => Promise<any>}} props */
function Fetched({ from }) {
  const [View, setView] = useState(/** @type {any} */ (null));
  useEffect(() => { from().then((view) => setView(() => view), toastError); }, []);
  return View ? html`<${View} />` : html`<${Skeleton} rows=${4} />`;
}

/** @type {{id: string, role: string, reach?: boolean, view: () => any}[]} reach: also of those who do not reach all */
const SECTIONS = [
  { id: 'profile', role: 'viewer', reach: true, view: () => html`<div class="columns-2"><div><${Profile} /></div><div><${Appearance} /></div></div>` },
  { id: 'offers', role: 'viewer', view: () => html`<${OffersSection} />` },
  { id: 'calendars', role: 'seller', view: () => html`<${CalendarsSection} />` },
  { id: 'processes', role: 'viewer', view: () => html`<${Fetched} key="processes" from=${async () => (await import('./settings-processes.js')).ProcessesSection} />` },
  { id: 'notices', role: 'seller', reach: true, view: () => html`<${Fetched} key="notices" from=${async () => (await import('./settings-notices.js')).NoticesSection} />` },
  { id: 'users', role: 'manager', view: () => html`<${UsersSection} />` },
  { id: 'teams', role: 'manager', view: () => html`<${Fetched} key="teams" from=${async () => (await import('./settings-teams.js')).TeamsSection} />` },
  { id: 'assignment', role: 'seller', reach: true, view: () => html`<${Fetched} key="assignment" from=${async () => (await import('./settings-assignment.js')).AssignmentSection} />` },
  { id: 'tokens', role: 'admin', view: () => html`<${TokensSection} />` },
  { id: 'audit', role: 'admin', view: () => html`<${AuditSection} />` },
  { id: 'about', role: 'viewer', reach: true, view: () => html`<${About} />` },
];

export function SettingsPage() {
  const { query } = place.use();
  const user = session.use()?.user;
  const open = SECTIONS.filter((s) => allows(user?.role, s.role) && (s.reach || reachesAll(user)));
  const section = open.find((s) => s.id === query.get('section')) ?? open[0];
  useTitle(`${t(`settings.section.${section.id}`)} · ${t('nav.settings')}`);
  return html`<div class="page settings"><${PageHead} title=${t('nav.settings')} />
    <nav class="tabs" aria-label=${t('nav.settings')}>${open.map((s) => html`<a key=${s.id} href=${`/settings?section=${s.id}`}
      aria-current=${s.id === section.id ? 'page' : undefined}>${t(`settings.section.${s.id}`)}</a>`)}</nav>${section.view()}</div>`;
}
