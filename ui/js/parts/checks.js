// Several of a list, by ticking.
import { html, useId } from '../lib.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';

/** name: where the server's errors belong. @param {{name: string, legend: string, hint?: string, error?: string, options: {value: string, label: string, more?: string}[], chosen: string[], onChange: (all: string[]) => void}} props */
export function Checks({ name, legend, hint, error, options, chosen, onChange }) {
  const id = useId();
  return html`<fieldset data-field=${name} class=${`field pick ${error ? 'is-bad' : ''}`} aria-describedby=${`${id}-h`}><legend>${legend}</legend>
    ${options.length ? html`<div class="pick-list">${options.map((o) => html`<label key=${o.value} class="check"><input type="checkbox" checked=${chosen.includes(o.value)}
      onChange=${() => onChange(chosen.includes(o.value) ? chosen.filter((v) => v !== o.value) : [...chosen, o.value])} /><span>${o.label}${o.more && html` <span class="muted">${o.more}</span>`}</span></label>`)}</div>`
      : html`<p class="muted">${t('form.none')}</p>`}
    ${error && html`<p class="error"><${Icon} name="alert" size=${14} /> ${error}</p>`}${hint && html`<p class="hint" id=${`${id}-h`}>${hint}</p>`}</fieldset>`;
}
