// Pairs that may be one customer, decided by keyboard: side by side, with the evidence.
import { html, useEffect, useState } from '../lib.js';
import { post, session, useList } from '../api.js';
import { number, t } from '../i18n.js';
import { useKeys } from '../keys.js';
import { useLiveRefresh } from '../live.js';
import { publisher, narrowed } from '../parts/layout.js';
import { Button, Empty, Failure, PageHead, Panel, Skeleton, Time, useTitle } from '../parts/bits.js';
import { customerName, FIELDS, shownValue } from '../parts/change.js';
import { Evidence } from '../parts/evidence.js';
import { Rematch } from '../parts/rematch.js';
import { toast, toastError } from '../parts/toast.js';
import { actionName, allows, fieldName } from '../words.js';
import { Icon } from '../icons.js';

/** @param {{side: any}} props */
const Who = ({ side }) => html`<a href=${`/customers/${side.customer.id}`}>${customerName(side.lead.customer)}</a>
  <span class="muted">${t('customer.leadCount', { count: side.customer.leads })}</span>`;

/** @param {{pair: any}} props */
function SideBySide({ pair }) {
  const a = pair.a.lead;
  const b = pair.b.lead;
  const rows = FIELDS.filter((f) => a.customer[f] || b.customer[f]);
  const same = (/** @type {string} */ f) => a.customer[f] && String(a.customer[f]).toLowerCase() === String(b.customer[f]).toLowerCase();
  return html`<table class="versus"><caption class="sr">${t('duplicates.compare')}</caption>
    <thead><tr><td></td><th scope="col"><${Who} side=${pair.a} /></th><th scope="col"><${Who} side=${pair.b} /></th></tr></thead>
    <tbody>${rows.map((f) => html`<tr key=${f} class=${same(f) ? 'is-same' : ''}><th scope="row">${fieldName(f)}</th>
        <td>${shownValue(a.customer, f) || html`<span class="muted">${'–'}</span>`}</td>
        <td>${shownValue(b.customer, f) || html`<span class="muted">${'–'}</span>`}${same(f) && html` <span class="same-mark" title=${t('duplicates.equal')}><${Icon} name="check" size=${14} /><span class="sr">${t('duplicates.equal')}</span></span>`}</td></tr>`)}
      <tr><th scope="row">${t('duplicates.lead')}</th>${[a, b].map((lead) => html`<td key=${lead.id}><a href=${`/leads/${lead.id}`}>${lead.offer.title || lead.offer.id}</a>
        <span class="muted"> ${lead.action && `${actionName(lead.action)} · `}<${Time} at=${lead.receivedAt} /></span></td>`)}</tr></tbody></table>`;
}

/** @param {{text: string, keyName: string, look?: string, onClick: () => void, busy?: boolean}} props */
const KeyButton = ({ text, keyName, look, onClick, busy }) => html`<${Button} look=${look} busy=${busy} aria-keyshortcuts=${keyName} onClick=${onClick}>${text} <kbd aria-hidden="true">${keyName}</kbd><//>`;

export function DuplicatesPage() {
  publisher.use();
  useTitle(t('nav.duplicates'));
  const list = useList('/matches', { ...narrowed(), state: 'review' });
  const [decided, setDecided] = useState(/** @type {{pair: string, change: string}[]} */ ([]));
  const [at, setAt] = useState('');
  const [busy, setBusy] = useState(false);
  const may = allows(session.use()?.user.role, 'seller');
  const gone = new Set(decided.map((d) => d.pair));
  const pairs = list.items.filter((p) => !gone.has(p.id));
  const index = Math.max(0, pairs.findIndex((p) => p.id === at));
  const pair = pairs[index];
  useLiveRefresh(['customer', 'match'], 1000, list.refresh);
  useEffect(() => { if (!pairs.length && list.next) list.loadMore(); }, [pairs.length, list.next]);
  const go = (/** @type {number} */ step) => {
    if (index + step >= pairs.length && list.next) list.loadMore();
    setAt(pairs[Math.min(pairs.length - 1, Math.max(0, index + step))]?.id ?? '');
  };
  const undo = async () => {
    const last = decided[decided.length - 1];
    if (!last || busy) return;
    setBusy(true);
    try {
      await post(`/customers/history/${last.change}/undo`);
      setDecided((d) => d.filter((x) => x.pair !== last.pair));
      setAt(last.pair);
      list.reload();
      toast({ text: t('change.undone') });
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  const decide = async (/** @type {'same' | 'different'} */ verdict) => {
    if (!pair || busy || !may) return;
    setBusy(true);
    try {
      const change = await post(`/matches/${pair.id}`, { verdict });
      setAt((pairs[index + 1] ?? pairs[index - 1])?.id ?? '');
      setDecided((d) => [...d, { pair: pair.id, change: change.regroup }]);
      toast({ text: t(`duplicates.done.${verdict}`) });
    } catch (error) {
      toastError(error);
      list.reload();
    } finally {
      setBusy(false);
    }
  };
  useKeys({ s: () => decide('same'), d: () => decide('different'), l: () => go(1), ' ': () => go(1), j: () => go(1), k: () => go(-1), u: undo }, { s: t('duplicates.same'), d: t('duplicates.different'), l: t('duplicates.later'), u: t('do.undo') });
  const head = html`<${PageHead} title=${t('nav.duplicates')} sub=${t('duplicates.sub')} actions=${decided.length > 0 && html`<span class="muted" role="status">${t('duplicates.decided', { count: decided.length })}</span>
    <${KeyButton} text=${t('do.undo')} keyName="u" onClick=${undo} />`} />`;
  if (list.loading) return html`<div class="page">${head}<${Skeleton} rows=${8} /></div>`;
  if (list.error && !pairs.length) return html`<div class="page">${head}<${Failure} error=${list.error} retry=${list.reload} /></div>`;
  if (!pair) {
    return html`<div class="page">${head}<${Empty} icon="checkCircle" title=${t('duplicates.empty.title')}
      actions=${html`<a class="button button-primary" href="/customers">${t('nav.customers')}</a><a class="button" href="/leads">${t('nav.leads')}</a>`}>${t('duplicates.empty.text')}<//><${Rematch} /></div>`;
  }
  return html`<div class="page duplicates">${head}
    <div class="progress-line"><progress aria-label=${t('duplicates.progress')} max=${decided.length + pairs.length} value=${decided.length}></progress>
      <span class="muted">${t('duplicates.position', { n: number(index + 1), of: `${number(pairs.length)}${list.next ? '+' : ''}` })}</span></div>
    <${Panel} title=${t('duplicates.question')}><${SideBySide} pair=${pair} />
      <div class="verdicts">${may ? html`<${KeyButton} look="primary" text=${t('duplicates.same')} keyName="s" busy=${busy} onClick=${() => decide('same')} />
        <${KeyButton} text=${t('duplicates.different')} keyName="d" busy=${busy} onClick=${() => decide('different')} />` : html`<p class="muted">${t('duplicates.mayNot')}</p>`}
        <${KeyButton} look="ghost" text=${t('duplicates.later')} keyName="l" onClick=${() => go(1)} /></div><//>
    <${Panel} title=${t('evidence.title')}><div class="panel-body"><${Evidence} why=${pair.why} /></div><//><${Rematch} /></div>`;
}
