// Forms drawn from a table of settings: the server's table of a destination kind, or one of our own.
import { html, useId, useRef, useState } from '../lib.js';
import { t, tOr } from '../i18n.js';
import { Button, MessageBar } from './bits.js';
import { Icon } from '../icons.js';

/**
 * @typedef {import('../types').Setting & {label?: string, hint?: string, options?: {value: string, label: string}[],
 *   autocomplete?: string, inputType?: string, placeholder?: string, isSet?: boolean, noneLabel?: string, lines?: number}} Field
 */

/** @param {Field} field @param {any} value @returns {string} the message, or '' */
function check(field, value) {
  const text = value === null || value === undefined ? '' : String(value).trim();
  if (!text) return field.required && !field.isSet && field.type !== 'bool' ? t('form.required') : '';
  if (field.type === 'int') {
    const n = Number(text);
    if (!Number.isInteger(n)) return t('form.int');
    if (field.min !== undefined && n < field.min) return t('form.min', { min: field.min });
    if (field.max !== undefined && n > field.max) return t('form.max', { max: field.max });
  } else if (field.min && text.length < field.min) {
    return t('form.short', { count: field.min });
  }
  if (field.type === 'url') {
    try {
      if (!/^https?:$/.test(new URL(text).protocol)) return t('form.url');
    } catch {
      return t('form.url');
    }
  }
  return '';
}

/** @param {{field: Field, id: string, value: any, error: string, onChange: (value: any) => void}} props */
function Input({ field, id, value, error, onChange }) {
  const described = `${error ? `${id}-e ` : ''}${field.hint ? `${id}-h` : ''}`.trim() || undefined;
  const shared = { id, name: field.name, 'aria-invalid': error ? 'true' : undefined, 'aria-describedby': described, required: field.required && !field.isSet };
  const take = (/** @type {Event} */ e) => onChange(/** @type {HTMLInputElement} */ (e.target).value);
  if (field.type === 'choice') {
    const options = field.options ?? (field.choices ?? []).map((c) => ({ value: c, label: tOr(`choice.${c}`, c) }));
    const chosen = value ?? field.default ?? '';
    return html`<select ...${shared} value=${chosen} onChange=${take}>
      ${!field.required && (field.default ?? '') === '' && html`<option value="">${field.noneLabel ?? t('form.none')}</option>`}
      ${options.map((o) => html`<option key=${o.value} value=${o.value} selected=${o.value === chosen}>${o.label}</option>`)}</select>`;
  }
  if (field.lines) return html`<textarea ...${shared} rows=${field.lines} maxlength=${field.max} value=${value ?? ''} onInput=${take}></textarea>`;
  return html`<input ...${shared} type=${field.inputType ?? (field.type === 'url' ? 'url' : field.secret ? 'password' : field.type === 'int' ? 'number' : 'text')}
    value=${value ?? ''} min=${field.type === 'int' ? field.min : undefined} max=${field.type === 'int' ? field.max : undefined}
    maxlength=${field.type !== 'int' && field.max ? field.max : undefined} autocomplete=${field.autocomplete ?? (field.secret && field.type !== 'url' ? 'new-password' : 'off')}
    spellcheck=${false} placeholder=${field.isSet ? t('form.secretSet') : field.placeholder ?? (field.default === undefined || field.default === null ? undefined : String(field.default))}
    onInput=${take} />`;
}

/** @param {{field: Field, value: any, error: string, onChange: (value: any) => void}} props */
function Row({ field, value, error, onChange }) {
  const id = useId();
  const label = field.label ?? field.name;
  if (field.type === 'bool') {
    const on = value ?? field.default ?? false;
    return html`<div class="field"><label class="switch"><input id=${id} type="checkbox" role="switch" checked=${Boolean(on)}
      aria-describedby=${field.hint ? `${id}-h` : undefined} onChange=${(/** @type {Event} */ e) => onChange(/** @type {HTMLInputElement} */ (e.target).checked)} />
      <span class="switch-track" aria-hidden="true"></span><span>${label}</span></label>
      ${field.hint && html`<p class="hint" id=${`${id}-h`}>${field.hint}</p>`}${error && html`<p class="error">${error}</p>`}</div>`;
  }
  return html`<div class=${`field ${error ? 'is-bad' : ''}`}><label for=${id}>${label}${field.required && html`<span class="required" aria-hidden="true"> *</span>`}</label>
    <${Input} field=${field} id=${id} value=${value} error=${error} onChange=${onChange} />
    ${error && html`<p class="error" id=${`${id}-e`}><${Icon} name="alert" size=${14} /> ${error}</p>`}
    ${field.hint && html`<p class="hint" id=${`${id}-h`}>${field.hint}</p>`}</div>`;
}

/**
 * The form's fields, values and errors; submit() checks, sends, and puts the server's errors at their fields.
 * @param {Field[]} fields
 * @param {Record<string, any>} initial
 * @param {(values: Record<string, any>) => Promise<any>} send
 */
export function useForm(fields, initial, send) {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const sending = useRef(false); // at once, where busy is there with the next drawing
  const box = useRef(/** @type {HTMLFormElement | null} */ (null));
  const focusFirst = () => requestAnimationFrame(() => /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('[aria-invalid=true]'))?.focus());
  /** @param {Event} [event] */
  const submit = async (event) => {
    event?.preventDefault();
    if (sending.current) return;
    /** @type {Record<string, string>} */
    const found = {};
    for (const field of fields) {
      const message = check(field, values[field.name] ?? (field.required ? field.default : undefined));
      if (message) found[field.name] = message;
    }
    setErrors(found);
    setFailure('');
    if (Object.keys(found).length) { focusFirst(); return; }
    sending.current = true;
    setBusy(true);
    try {
      await send(values);
    } catch (error) {
      const problem = /** @type {import('../api.js').Problem} */ (error);
      /** @type {Record<string, string>} */
      const told = {};
      for (const e of problem.errors ?? []) told[e.field.replace(/^settings\./, '')] = tOr(`problem.${e.code}`, e.message);
      setErrors(told);
      const unplaced = Object.keys(told).filter((name) => !fields.some((f) => f.name === name) && !box.current?.querySelector(`[data-field="${CSS.escape(name)}"]`)).map((name) => told[name]);
      if (!Object.keys(told).length || unplaced.length) setFailure(unplaced.join(' ') || (problem.text ? problem.text() : problem.message));
      focusFirst();
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  return {
    values, errors, failure, busy, box, submit, fields,
    /** @param {string} name @param {any} value */
    set: (name, value) => { setValues((v) => ({ ...v, [name]: value })); setErrors((e) => ({ ...e, [name]: '' })); },
    reset: setValues,
  };
}

/** @param {{form: ReturnType<typeof useForm>}} props */
export function FormRows({ form }) {
  return form.fields.map((field) => html`<${Row} key=${field.name} field=${field} value=${form.values[field.name]} error=${form.errors[field.name] ?? ''}
    onChange=${(/** @type {any} */ v) => form.set(field.name, v)} />`);
}

/** @param {{form: ReturnType<typeof useForm>, action?: string, id?: string, children?: any, look?: 'primary' | 'plain'}} props */
export function Form({ form, action, id, children, look = 'primary' }) {
  return html`<form ref=${form.box} id=${id} class="form" novalidate onSubmit=${form.submit}
    onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) form.submit(e); }}>
    ${form.failure && html`<${MessageBar} tone="bad">${form.failure}<//>`}<${FormRows} form=${form} />
    ${children}${action && html`<div class="row"><${Button} type="submit" look=${look} busy=${form.busy}>${action}<//></div>`}</form>`;
}
