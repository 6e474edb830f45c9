// The small pieces of every page: chips, times, buttons, copy, empty states, messages, skeletons.
import { html, useEffect, useState } from '../lib.js';
import { focusHeading } from '../focus.js';
import { Icon } from '../icons.js';
import { createStore } from '../store.js';
import { dateTime, duration, relative, t } from '../i18n.js';
import { toast } from './toast.js';

/** @param {{tone?: string, icon?: string, title?: string, class?: string, children?: any}} props */
export function Chip({ tone = 'quiet', icon, title, class: extra = '', children }) {
  return html`<span class=${`chip chip-${tone} ${extra}`} title=${title}>
    ${icon && html`<${Icon} name=${icon} size=${14} />`}<span>${children}</span></span>`;
}

/**
 * @param {{look?: 'primary' | 'plain' | 'ghost' | 'danger', icon?: string, iconEnd?: string, onClick?: (e: any) => void, disabled?: boolean,
 *   busy?: boolean, type?: string, title?: string, label?: string, class?: string, pressed?: boolean, expanded?: boolean,
 *   children?: any, [key: string]: any}} props label: for a button that shows only its icon
 */
export function Button({ look = 'plain', icon, iconEnd, label, title, busy, disabled, type = 'button', class: extra = '', pressed, expanded, onClick, children, ...rest }) {
  // A button that is busy keeps the focus, which one that is disabled would lose.
  return html`<button type=${type} class=${`button button-${look} ${label ? 'button-icon' : ''} ${extra}`}
    disabled=${disabled} aria-disabled=${busy ? 'true' : undefined} aria-busy=${busy ? 'true' : undefined}
    onClick=${busy ? (/** @type {Event} */ e) => e.preventDefault() : onClick} aria-label=${label} title=${title ?? label}
    aria-pressed=${pressed === undefined ? undefined : String(pressed)}
    aria-expanded=${expanded === undefined ? undefined : String(expanded)} ...${rest}>
    ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} size=${18} />`}
    ${!label && html`<span>${children}</span>`}${iconEnd && html`<${Icon} name=${iconEnd} size=${16} />`}</button>`;
}

/** An address of mail that does not fit on a line is broken before its @ and its dots. @param {string} address */
export const breakable = (address) => address.split(/(?=[@.])/).map((part, i) => (i ? html`<wbr />${part}` : part));

/** The page's own minute hand, shared by all relative times. */
export const now = createStore(Date.now());
setInterval(() => now.set(Date.now()), 15000);
document.addEventListener('visibilitychange', () => now.set(Date.now()));

/** Relative, exact on hover. @param {{at: string | null | undefined, exact?: boolean, class?: string}} props */
export function Time({ at, exact, class: extra }) {
  const present = now.use();
  if (!at) return html`<span class="muted">${'–'}</span>`;
  const ms = Date.parse(at);
  const whole = dateTime(ms);
  return html`<time datetime=${at} title=${whole} class=${extra}>${exact ? whole : relative(ms - present)}</time>`;
}

/**
 * What is left of the promise of a first response. State is told by icon and words, never by colour alone.
 * @param {{lead: import('../types').Lead, long?: boolean}} props
 */
export function Clock({ lead, long }) {
  const present = now.use();
  const clock = lead.firstResponse;
  if (clock?.respondedAt) {
    return html`<${Chip} tone="good" icon="check" title=${dateTime(clock.respondedAt)}>${t('clock.answered')}<//>`;
  }
  if (!clock?.owed || !clock.dueAt) return html`<span class="muted" title=${t('clock.noneTitle')}>${long ? t('clock.none') : '–'}</span>`;
  const left = Date.parse(clock.dueAt) - present;
  const tone = left < 0 ? 'bad' : left < 4 * 3600000 ? 'warn' : 'quiet';
  const amount = duration(Math.abs(left));
  return html`<${Chip} tone=${tone} icon=${left < 0 ? 'alert' : 'clock'} class="clock" title=${t('clock.due', { at: dateTime(clock.dueAt) })}>
    ${left < 0 ? t('clock.overdue', { time: amount }) : long ? t('clock.left', { time: amount }) : amount}<//>`;
}

/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain http on a foreign host has no clipboard API; the old way still works there.
    const area = document.createElement('textarea');
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

/** @param {{text: string, label: string}} props */
export function Copy({ text, label }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  return html`<${Button} look="ghost" class="copy" icon=${done ? 'check' : 'copy'} label=${label}
    onClick=${async () => { await copyText(text); setDone(true); toast({ text: t('copy.done') }); }} />`;
}

/** @param {{icon?: string, title: string, children?: any, actions?: any}} props */
export function Empty({ icon = 'inbox', title, children, actions }) {
  return html`<div class="empty"><span class="empty-icon"><${Icon} name=${icon} size=${28} /></span>
    <h2>${title}</h2><div class="empty-text">${children}</div>${actions && html`<div class="row">${actions}</div>`}</div>`;
}

/** @param {{tone?: 'info' | 'warn' | 'bad' | 'good', actions?: any, children?: any}} props */
export function MessageBar({ tone = 'info', actions, children }) {
  const icon = { info: 'info', warn: 'alert', bad: 'alert', good: 'checkCircle' }[tone];
  return html`<div class=${`message message-${tone}`} role=${tone === 'bad' ? 'alert' : 'status'}>
    <${Icon} name=${icon} /><div class="message-text">${children}</div>${actions}</div>`;
}

/** @param {{error: import('../api.js').Problem, retry?: () => void}} props */
export function Failure({ error, retry }) {
  return html`<${MessageBar} tone="bad" actions=${retry && html`<${Button} onClick=${retry} icon="refresh">${t('do.retry')}<//>`}>
    ${error.text ? error.text() : error.message}<//>`;
}

/** @param {{rows?: number}} props */
export function Skeleton({ rows = 6 }) {
  return html`<div class="skeleton" role="status" aria-label=${t('loading')}>
    ${Array.from({ length: rows }, (_, i) => html`<div class="skeleton-row" key=${i}></div>`)}</div>`;
}

/** @param {{label: string, value: number, max: number}} props */
export function Progress({ label, value, max }) {
  return html`<div class="progress-line"><progress max=${max || 1} value=${value} aria-label=${label}></progress><span>${label}</span></div>`;
}

/** Who came before the page had its heading is taken to it. */
export function useArrival() {
  useEffect(() => { if (document.activeElement?.id === 'main') focusHeading(); }, []);
}

/** @param {{title: any, sub?: any, actions?: any, back?: any}} props */
export function PageHead({ title, sub, actions, back }) {
  useArrival();
  return html`<header class="page-head">${back && html`<div class="back-row">${back}</div>`}<div class="page-title"><h1 tabindex="-1">${title}</h1>${sub && html`<div class="page-sub">${sub}</div>`}</div>
    ${actions && html`<div class="page-actions">${actions}</div>`}</header>`;
}

/** @param {{title: any, count?: number, actions?: any, children?: any, class?: string, id?: string}} props */
export function Panel({ title, count, actions, children, class: extra = '', id }) {
  return html`<section class=${`panel ${extra}`} id=${id}><header class="panel-head"><h2>${title}${count !== undefined
    && html` <span class="count">${count}</span>`}</h2>${actions}</header>${children}</section>`;
}

/** @param {string} title */
export function useTitle(title) {
  useEffect(() => { document.title = title ? `${title} · Leadline` : 'Leadline'; }, [title]);
}
