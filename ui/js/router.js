// Page addresses. The address holds the whole state of a list, so that it can be shared and restored.
import { createStore } from './store.js';

const read = () => ({ path: location.pathname, query: new URLSearchParams(location.search) });

export const place = createStore(read());

addEventListener('popstate', () => place.set(read()));

/**
 * @param {string} url
 * @param {{replace?: boolean}} [how]
 */
export function navigate(url, how = {}) {
  history[how.replace ? 'replaceState' : 'pushState'](null, '', url);
  place.set(read());
}

/**
 * Changes parameters of the present address; null, undefined and '' remove one.
 * @param {Record<string, string | null | undefined>} change
 */
export function setQuery(change) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  navigate(location.pathname + (text ? `?${text}` : ''), { replace: true });
}

/** @param {MouseEvent} event */
function follow(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = /** @type {Element} */ (event.target).closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
  if (link.origin !== location.origin || /^\/(api|assets)\//.test(link.pathname)) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  navigate(link.pathname + link.search);
}

export function startRouter() {
  document.addEventListener('click', follow);
}
