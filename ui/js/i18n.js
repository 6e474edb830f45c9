// Texts, plurals, dates, numbers and country names in the chosen language. A catalogue is one flat
// JSON object; a value is a text, or an object of plural forms chosen by {count}.
import { createStore } from './store.js';

/** @typedef {Record<string, string | Record<string, string>>} Catalogue */

/** @type {ReturnType<typeof createStore<{language: string, texts: Catalogue}>>} */
export const locale = createStore({ language: 'en', texts: /** @type {Catalogue} */ ({}) });

/** @param {string} language */
export async function loadLanguage(language) {
  const answer = await fetch(new URL(`../locales/${language}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`locale ${language}: ${answer.status}`);
  const texts = await answer.json();
  document.documentElement.lang = language;
  formats.clear();
  locale.set({ language, texts });
}

/** @type {Map<string, any>} */
const formats = new Map();

/**
 * One Intl object per language and options: they are dear to make.
 * @template T
 * @param {string} key
 * @param {(language: string) => T} make
 * @returns {T}
 */
function format(key, make) {
  let made = formats.get(key);
  if (!made) {
    made = make(locale.get().language);
    formats.set(key, made);
  }
  return made;
}

/**
 * @param {string} key
 * @param {Record<string, any>} [args]
 * @returns {string | undefined}
 */
function pattern(key, args) {
  const entry = locale.get().texts[key];
  if (typeof entry !== 'object') return entry;
  const rules = format('plural', (l) => new Intl.PluralRules(l));
  return entry[rules.select(Number(args?.count ?? 0))] ?? entry.other;
}

/** @param {any} value */
function argument(value) {
  return typeof value === 'number' ? number(value) : value;
}

/**
 * A text; numbers in it are written as the language writes them.
 * @param {string} key
 * @param {Record<string, string | number>} [args]
 */
export function t(key, args) {
  const text = pattern(key, args);
  if (text === undefined) return key;
  if (!args) return text;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in args ? String(argument(args[name])) : all));
}

/**
 * A text whose arguments may be nodes.
 * @param {string} key
 * @param {Record<string, any>} args
 * @returns {any[]}
 */
export function tx(key, args) {
  const text = pattern(key, args) ?? key;
  return text.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? argument(args[part]) ?? '' : part));
}

/**
 * The text of a code that a newer server may know better than this page.
 * @param {string} key
 * @param {string} fallback
 */
export function tOr(key, fallback) {
  return key in locale.get().texts ? t(key) : fallback;
}

/** @param {number} value */
export function number(value) {
  return format('number', (l) => new Intl.NumberFormat(l)).format(value);
}
/** What is counted to 1000, which stands for more; more: there may be others. @param {number} n @param {boolean} [more] */
export const counted = (n, more) => (n > 999 ? `${number(999)}+` : `${number(n)}${more ? '+' : ''}`);

/** @param {string | number | Date} at */
export function dateTime(at) {
  return format('dateTime', (l) => new Intl.DateTimeFormat(l, {
    year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
    timeZoneName: 'short',
  })).format(new Date(at));
}

/** @param {string | number | Date} at */
export function dateShort(at) {
  return format('dateShort', (l) => new Intl.DateTimeFormat(l, {
    month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit',
  })).format(new Date(at));
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [['year', 31557600], ['month', 2629800], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60]];

/**
 * @param {number} ms signed distance from now
 * @param {'always' | 'auto'} [numeric]
 */
export function relative(ms, numeric = 'auto') {
  const seconds = ms / 1000;
  const style = format(`relative.${numeric}`, (l) => new Intl.RelativeTimeFormat(l, { numeric, style: 'short' }));
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return style.format(Math.trunc(seconds / size), unit);
  }
  return t('time.now');
}

/**
 * A length of time in at most two units: 3 h 12 min.
 * @param {number} ms
 */
export function duration(ms) {
  const minutes = Math.max(0, Math.floor(ms / 60000));
  const parts = [
    [Math.floor(minutes / 1440), 'day'], [Math.floor(minutes / 60) % 24, 'hour'], [minutes % 60, 'minute'],
  ];
  const first = parts.findIndex(([n]) => n);
  const shown = first < 0 ? [parts[2]] : parts.slice(first, first + 2).filter(([n], i) => !i || n);
  return shown.map(([n, unit]) => unitNumber(Number(n), String(unit), 'narrow')).join(' ');
}

/**
 * @param {number} value
 * @param {string} unit
 * @param {'short' | 'narrow'} [unitDisplay]
 */
export function unitNumber(value, unit, unitDisplay = 'short') {
  return format(`unit.${unit}.${unitDisplay}`, (l) => new Intl.NumberFormat(l, {
    style: 'unit', unit, unitDisplay, maximumFractionDigits: 1,
  })).format(value);
}

/** @param {number | null | undefined} ms */
export function milliseconds(ms) {
  if (ms === null || ms === undefined) return '';
  return ms < 10000 ? unitNumber(Math.round(ms), 'millisecond') : unitNumber(ms / 1000, 'second');
}

/** @param {string | null | undefined} code ISO 3166-1 alpha-2 */
export function country(code) {
  if (!code) return '';
  try {
    return format('region', (l) => new Intl.DisplayNames(l, { type: 'region' })).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A day of the calendar. @param {string} text "2027-03-31" */
export function day(text) {
  return format('day', (l) => new Intl.DateTimeFormat(l, { dateStyle: 'medium', timeZone: 'UTC' })).format(new Date(`${text}T00:00:00Z`));
}

/**
 * An amount with as many decimals as the server wrote.
 * @param {string} text "12000.50"
 * @param {string} currency ISO 4217
 */
export function money(text, currency) {
  const digits = text.split('.')[1]?.length ?? 0;
  return format(`money.${currency}.${digits}`, (l) => new Intl.NumberFormat(l, {
    style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  })).format(Number(text));
}

/** A sum to compare at a glance: $322K, ₩1.4억. @param {string} text @param {string} currency */
export const moneyAbout = (text, currency) => format(`about.${currency}`, (l) => new Intl.NumberFormat(l, {
  style: 'currency', currency, notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1,
})).format(Number(text));

/** @param {string} tag */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** @param {string[]} items */
export function list(items) {
  return format('list', (l) => new Intl.ListFormat(l, { type: 'conjunction' })).format(items);
}

/**
 * A person's name in the order of its own script: family name first and unspaced for Han and Hangul.
 * @param {{firstName?: string | null, lastName?: string | null} | null | undefined} person
 */
export function personName(person) {
  const first = person?.firstName?.trim() ?? '';
  const last = person?.lastName?.trim() ?? '';
  const eastAsian = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u;
  if (eastAsian.test(first) && eastAsian.test(last)) return last + first;
  return [first, last].filter(Boolean).join(' ');
}
