// What a person chose for this browser: language, theme, density, columns. Kept in local storage and,
// for the first three, with the user on the server.
import { createStore } from './store.js';

export const LANGUAGES = /** @type {const} */ (['en', 'ko', 'zh-Hans']);
export const THEMES = /** @type {const} */ (['system', 'light', 'dark', 'contrast']);
export const DENSITIES = /** @type {const} */ (['compact', 'comfortable']);

/** @typedef {{language?: string, theme: string, density: string, columns: Record<string, string[]>}} Prefs */

const KEY = 'leadline.prefs';

/** @returns {Prefs} */
function read() {
  /** @type {Prefs} */
  const defaults = { theme: 'system', density: 'compact', columns: {} };
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(KEY) || '{}') };
  } catch {
    return defaults;
  }
}

export const prefs = createStore(read());

/** @param {Partial<Prefs>} change */
export function setPrefs(change) {
  const next = { ...prefs.get(), ...change };
  prefs.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Private windows may refuse; the choice then lasts for this page only.
  }
  // The server writes the page's language into it before any script runs.
  if (next.language) document.cookie = `leadline_language=${next.language}; Path=/; Max-Age=31536000; SameSite=Lax`;
  const root = document.documentElement;
  if (next.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = next.theme;
  root.dataset.density = next.density;
}

/**
 * The shipped language nearest to a wish: any Chinese reads the simplified one.
 * @param {readonly string[]} wishes BCP 47 tags, best first
 */
export function matchLanguage(wishes) {
  for (const wish of wishes) {
    const found = LANGUAGES.find((l) => l.split('-')[0] === wish.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return 'en';
}

/** The language to start with, before anybody signed in. */
export function startLanguage() {
  return prefs.get().language || matchLanguage(navigator.languages);
}
