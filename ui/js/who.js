// The signed-in person's own choices, kept with the user on the server.
import { loadLanguage, locale } from './i18n.js';
import { LANGUAGES, setPrefs } from './prefs.js';

/** Takes over what the server knows of the person's choices. @param {import('./types').Session} who */
export async function adopt(who) {
  const { theme, density, language } = who.user;
  setPrefs({ ...(theme ? { theme } : {}), ...(density ? { density } : {}) });
  if (language && /** @type {readonly string[]} */ (LANGUAGES).includes(language)) {
    setPrefs({ language });
    if (language !== locale.get().language) await loadLanguage(language);
  }
}
