// Short news of results, with an undo where there is one.
import { html, useEffect, useState } from '../lib.js';
import { createStore } from '../store.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useKeys } from '../keys.js';

/** @typedef {{id?: number, text: string, tone?: string, undo?: () => void}} Toast */

const toasts = createStore(/** @type {Toast[]} */ ([]));
let last = 0;

/** @param {Toast} news */
export function toast(news) {
  const id = ++last;
  toasts.set([...toasts.get().slice(-2), { ...news, id }]);
}

/** @param {unknown} error */
export function toastError(error) {
  const problem = /** @type {any} */ (error);
  toast({ text: problem?.text ? problem.text() : String(problem?.message ?? problem), tone: 'bad' });
}

/** @param {number | undefined} id */
const dismiss = (id) => toasts.set(toasts.get().filter((known) => known.id !== id));

/** @param {{news: Toast}} props */
function ToastView({ news }) {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(news.id), news.undo ? 10000 : news.tone === 'bad' ? 9000 : 4000);
    return () => clearTimeout(timer);
  }, [held]);
  return html`<div class=${`toast toast-${news.tone ?? 'good'}`} onMouseEnter=${() => hold(true)} onMouseLeave=${() => hold(false)}
    onFocusIn=${() => hold(true)} onFocusOut=${() => hold(false)}>
    <${Icon} name=${news.tone === 'bad' ? 'alert' : 'checkCircle'} /><span>${news.text}</span>
    ${news.undo && html`<button type="button" class="toast-undo" onClick=${() => { news.undo?.(); dismiss(news.id); }}>${t('do.undo')}</button>`}
    <button type="button" class="toast-close" aria-label=${t('do.close')} onClick=${() => dismiss(news.id)}><${Icon} name="close" size=${16} /></button>
  </div>`;
}

export function Toasts() {
  const all = toasts.use();
  const latest = all.findLast((news) => news.undo);
  useKeys(latest ? { z: () => { latest.undo?.(); dismiss(latest.id); } } : {}, { z: t('keys.undo') });
  return html`<div class="toasts" role="status" aria-live="polite">${all.map((news) => html`<${ToastView} key=${news.id} news=${news} />`)}</div>`;
}
