// Why two leads are, or may be, one customer: each thing that was compared, in words and in bits, as a bar.
import { html } from '../lib.js';
import { number, t, tOr } from '../i18n.js';
import { fieldName } from '../words.js';

/** @typedef {import('../types').Why} Why */

const HALF = 50;

/** @param {number} bits */
const bitsText = (bits) => `${bits > 0 ? '+' : ''}${number(Math.round(bits * 10) / 10)}`;

/** @param {{trait: string, text: string, level: number}} step */
const said = (step) => tOr(`level.${step.trait}.${step.level}`, tOr(`level.plain.${step.level}`, step.text));

/** From the middle to the right what speaks for one customer, to the left what speaks against. @param {{bits: number, most: number}} props */
function Bar({ bits, most }) {
  const width = Math.min(HALF, Math.abs(bits) / most * HALF);
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class=${bits < 0 ? 'bar-against' : 'bar-for'} x=${bits < 0 ? HALF - width : HALF} y="1" width=${Math.max(width, 0.6)} height="8" />
    <line class="bar-axis" x1=${HALF} x2=${HALF} y1="0" y2="10" /></svg>`;
}

/** @param {{why: Why | null}} props */
export function Evidence({ why }) {
  if (!why) return html`<p class="panel-empty">${t('evidence.none')}</p>`;
  const steps = [{ trait: 'prior', level: 0, text: '', bits: why.prior }, ...why.steps];
  const most = Math.max(4, ...steps.map((s) => Math.abs(s.bits)), Math.abs(why.bits));
  return html`<div class="evidence"><ul>${steps.map((s) => html`<li key=${s.trait}>
      <span class="evidence-what"><strong>${s.trait === 'prior' ? t('evidence.prior') : s.trait === 'name' ? t('evidence.name') : fieldName(s.trait)}</strong>
        <span class="muted">${s.trait === 'prior' ? t('evidence.priorText') : said(s)}</span></span>
      <${Bar} bits=${s.bits} most=${most} /><span class="evidence-bits">${bitsText(s.bits)}</span></li>`)}
    <li class="evidence-total"><span class="evidence-what"><strong>${t('evidence.total')}</strong><span class="muted">${t('evidence.limits', {
      join: bitsText(why.limits.join), review: bitsText(why.limits.review) })}</span></span>
      <${Bar} bits=${why.bits} most=${most} /><span class="evidence-bits">${bitsText(why.bits)}</span></li></ul>
    <p class="muted">${t('evidence.percent', { percent: number(Math.round(why.probability * 1000) / 10) })}</p></div>`;
}
