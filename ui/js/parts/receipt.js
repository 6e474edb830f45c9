// One receipt, as it arrived: what became of it, and its untouched bytes.
import { html, useEffect, useState } from '../lib.js';
import { address, post, session, useLoad } from '../api.js';
import { number, t, tOr } from '../i18n.js';
import { allows, RECEIPT_STATES, receiptStateName } from '../words.js';
import { Button, Chip, Copy, Failure, MessageBar, Skeleton, Time } from './bits.js';
import { Drawer } from './overlay.js';
import { toast, toastError } from './toast.js';

/** @typedef {{text: string, type: string, size: number, error?: string}} Body */

/** The text laid out for reading when it is JSON, else null. @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** @param {ArrayBuffer} bytes */
function decode(bytes) {
  const head = new Uint8Array(bytes.slice(0, 2));
  const utf16 = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(utf16).decode(bytes);
}

/** @param {string} id @returns {Body | null} */
function useBody(id) {
  const [body, setBody] = useState(/** @type {Body | null} */ (null));
  useEffect(() => {
    let stale = false;
    setBody(null);
    fetch(address(`/receipts/${id}/body`), { credentials: 'same-origin' }).then(async (answer) => {
      const bytes = await answer.arrayBuffer();
      if (stale) return;
      if (!answer.ok) setBody({ text: '', type: '', size: 0, error: tOr(`problem.${answer.status}`, String(answer.status)) });
      else setBody({ text: decode(bytes), type: answer.headers.get('Content-Type') ?? '', size: bytes.byteLength });
    }, () => { if (!stale) setBody({ text: '', type: '', size: 0, error: t('problem.offline') }); });
    return () => { stale = true; };
  }, [id]);
  return body;
}

/** @param {{id: string}} props */
export function ReceiptBody({ id }) {
  const body = useBody(id);
  const [raw, setRaw] = useState(false);
  if (!body) return html`<${Skeleton} rows=${4} />`;
  if (body.error) return html`<${MessageBar} tone="bad">${body.error}<//>`;
  const laid = pretty(body.text);
  return html`<div class="raw"><div class="raw-head"><span class="muted">${t('receipt.bytes', { count: body.size })}</span>
    ${laid && html`<${Button} look="ghost" pressed=${raw} onClick=${() => setRaw(!raw)}>${t('receipt.asArrived')}<//>`}
    <${Copy} text=${body.text} label=${t('receipt.copyBody')} />
    <a class="button button-ghost button-icon" download=${`${id}.txt`} href=${address(`/receipts/${id}/body`)} aria-label=${t('receipt.download')} title=${t('receipt.download')}>↓</a></div>
    <pre class="code" tabindex="0" aria-label=${t('receipt.body')}>${raw || !laid ? body.text : laid}</pre></div>`;
}

/** What was wrong, in our words when the code is known. @param {import('../types').Receipt['problem']} problem */
export function problemText(problem) {
  return problem ? tOr(`problem.${problem.code}`, problem.text || problem.code) : '';
}

/** @param {{id: string, onClose: () => void, onChanged?: () => void}} props */
export function ReceiptDrawer({ id, onClose, onChanged }) {
  const { data, error, loading, reload } = useLoad(`/receipts/${id}`);
  const [busy, setBusy] = useState(false);
  const manager = allows(session.use()?.user.role, 'manager');
  const reread = async () => {
    setBusy(true);
    try {
      await post(`/receipts/${id}/reread`);
      toast({ text: t('receipt.rereadDone') });
      reload();
      onChanged?.();
    } catch (problem) {
      toastError(problem);
    } finally {
      setBusy(false);
    }
  };
  const look = RECEIPT_STATES[data?.state];
  const again = manager && (data?.state === 'unreadable' || data?.state === 'set-aside');
  return html`<${Drawer} wide=${true} title=${t('receipt.title')} onClose=${onClose}
    footer=${again && html`<${Button} icon="refresh" busy=${busy} onClick=${reread}>${t('receipt.reread')}<//>`}>
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${5} />`}
    ${data && html`<div class="stack">
      ${data.problem && html`<${MessageBar} tone=${data.state === 'placed' ? 'warn' : 'bad'}><strong>${problemText(data.problem)}</strong> ${data.problem.text !== problemText(data.problem) && data.problem.text}<//>`}
      <dl class="facts">
      <div><dt>${t('receipt.state')}</dt><dd><${Chip} tone=${look?.tone} icon=${look?.icon}>${receiptStateName(data.state)}<//></dd></div>
      <div><dt>${t('lead.received')}</dt><dd><${Time} at=${data.receivedAt} exact=${true} /></dd></div>
      <div><dt>${t('lead.offer')}</dt><dd>${data.offer}</dd></div>
      <div><dt>${t('receipt.arrivals')}</dt><dd>${number(data.arrivals)}</dd></div>
      <div><dt>${t('receipt.id')}</dt><dd class="with-copy"><code>${data.id}</code><${Copy} text=${data.id} label=${t('receipt.copyId')} /></dd></div>
      ${data.leads?.length > 0 && html`<div><dt>${t('receipt.leads')}</dt><dd>${data.leads.map((/** @type {string} */ lead, /** @type {number} */ i) => html`
        <a key=${lead} href=${`/leads/${lead}`} onClick=${onClose}>${t('receipt.lead', { n: i + 1 })}</a> `)}</dd></div>`}</dl>
      <h3>${t('receipt.body')}</h3><${ReceiptBody} id=${id} /></div>`}<//>`;
}
