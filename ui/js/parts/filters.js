// Filters: chosen in a drawer, shown as chips above the list, held in the address.
import { html, useId, useMemo, useState } from '../lib.js';
import { country, dateShort, t } from '../i18n.js';
import { place, setQuery } from '../router.js';
import { Icon } from '../icons.js';
import { Button } from './bits.js';
import { Drawer } from './overlay.js';

/**
 * @typedef {{name: string, label: string, type: 'choice' | 'text' | 'since' | 'until' | 'country' | 'given',
 *   options?: {value: string, label: string}[], hint?: string}} Filter given: shown when the address has it, and not offered
 */

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Named by CLDR, but nobody's country: groups, unknown, and examples. */
const NO_COUNTRY = /^(EU|EZ|QO|UN|X[AB]|ZZ)$/;

/** Every country and region that has a name of its own, by that name. */
export function regions() {
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: 'region', fallback: 'none' });
  return LETTERS.flatMap((a) => LETTERS.map((b) => a + b))
    .filter((code) => names.of(code) && new Intl.Locale(`und-${code}`).region === code && !NO_COUNTRY.test(code))
    .map((code) => ({ value: code, label: names.of(code) ?? code }))
    .sort((a, b) => a.label.localeCompare(b.label, document.documentElement.lang));
}

/** @param {string} iso day-local text of a date input */
const localDay = (iso) => {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};

/** @param {string} day @param {boolean} end */
const dayToIso = (day, end) => new Date(`${day}T${end ? '23:59:59.999' : '00:00:00'}`).toISOString();

/** @param {Filter} filter @param {string} value */
function shown(filter, value) {
  if (filter.type === 'country') return country(value);
  if (filter.type === 'since' || filter.type === 'until') return dateShort(value);
  return filter.options?.find((o) => o.value === value)?.label ?? value;
}

/** @param {{filter: Filter, value: string, onChange: (value: string) => void}} props */
function Field({ filter, value, onChange }) {
  const id = useId();
  const take = (/** @type {Event} */ e) => onChange(/** @type {HTMLInputElement} */ (e.target).value);
  if (filter.type === 'choice' || filter.type === 'country') {
    const options = useMemo(() => filter.options ?? regions(), [filter]);
    return html`<div class="field"><label for=${id}>${filter.label}</label><select id=${id} value=${value} onChange=${take}>
      <option value="">${t('filter.any')}</option>
      ${value && !options.some((o) => o.value === value) && html`<option value=${value}>${shown(filter, value)}</option>`}
      ${options.map((o) => html`<option key=${o.value} value=${o.value} selected=${o.value === value}>${o.label}</option>`)}</select></div>`;
  }
  const date = filter.type === 'since' || filter.type === 'until';
  return html`<div class="field"><label for=${id}>${filter.label}</label><input id=${id} type=${date ? 'date' : 'text'}
    value=${date && value ? localDay(value) : value} onChange=${(/** @type {Event} */ e) => {
      const text = /** @type {HTMLInputElement} */ (e.target).value.trim();
      onChange(date && text ? dayToIso(text, filter.type === 'until') : text);
    }} />${filter.hint && html`<p class="hint">${filter.hint}</p>`}</div>`;
}

/**
 * @param {{filters: Filter[], search?: string, fixed?: string[], shut?: string[], onOpen?: () => void, children?: any}} props
 *   search: the parameter that the search box sets; onOpen: what is chosen of can be loaded now; fixed: parameters that the chosen view sets by itself;
 *   shut: parameters that do not go with what is set already
 */
export function FilterBar({ filters, search, fixed = [], shut = [], onOpen, children }) {
  const { query } = place.use();
  const [open, setOpen] = useState(false);
  const usable = filters.filter((f) => !fixed.includes(f.name));
  const offered = usable.filter((f) => f.type !== 'given' && (query.get(f.name) || !shut.includes(f.name)));
  const active = usable.filter((f) => query.get(f.name));
  const clear = () => setQuery(Object.fromEntries([...usable.map((f) => [f.name, null]), ...(search ? [[search, null]] : [])]));
  const q = search ? query.get(search) : null;
  return html`<div class="filter-bar"><${Button} icon="filter" onClick=${() => { onOpen?.(); setOpen(true); }}>${t('filter.title')}<//>
    <ul class="filter-chips" aria-label=${t('filter.active')}>
      ${q && html`<li class="filter-chip"><span><b>${t('search.label')}:</b> ${q}</span>
        <button type="button" aria-label=${t('filter.remove', { name: t('search.label') })} onClick=${() => setQuery({ [String(search)]: null })}><${Icon} name="close" size=${14} /></button></li>`}
      ${active.map((f) => html`<li class="filter-chip" key=${f.name}><span><b>${f.label}:</b> ${shown(f, query.get(f.name) ?? '')}</span>
        <button type="button" aria-label=${t('filter.remove', { name: f.label })} onClick=${() => setQuery({ [f.name]: null })}><${Icon} name="close" size=${14} /></button></li>`)}
      ${(active.length > 0 || q) && html`<li><button type="button" class="link" onClick=${clear}>${t('filter.clear')}</button></li>`}</ul>
    <div class="filter-end">${children}</div>
    ${open && html`<${Drawer} title=${t('filter.title')} onClose=${() => setOpen(false)} footer=${html`
      <${Button} onClick=${clear} disabled=${!active.length && !q}>${t('filter.clear')}<//><${Button} look="primary" onClick=${() => setOpen(false)}>${t('filter.show')}<//>`}>
      <div class="stack">${offered.map((f) => html`<${Field} key=${f.name} filter=${f} value=${query.get(f.name) ?? ''}
        onChange=${(/** @type {string} */ v) => setQuery({ [f.name]: v })} />`)}</div><//>`}</div>`;
}

/** Is any of these parameters set? @param {Filter[]} filters @param {string} [search] */
export function useFiltered(filters, search) {
  const { query } = place.use();
  return filters.some((f) => query.get(f.name)) || Boolean(search && query.get(search));
}

/** The values of the set filters. @param {Filter[]} filters @param {URLSearchParams} query @param {string} [search] */
export function filterValues(filters, query, search) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const name of [...filters.map((f) => f.name), ...(search ? [search] : [])]) {
    const value = query.get(name);
    if (value) values[name] = value;
  }
  return values;
}
