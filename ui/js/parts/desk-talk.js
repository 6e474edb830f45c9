// The composer above the timeline: a note, a call with what came of it, or a mail that was sent.
import { html, useId, useRef, useState } from '../lib.js';
import { post } from '../api.js';
import { t } from '../i18n.js';
import { useKeys } from '../keys.js';
import { Button } from './bits.js';
import { called, MentionText, toIds } from './mention.js';
import { toast, toastError } from './toast.js';

const OUTCOMES = ['fit', 'no-fit', 'unsure', 'voicemail', 'no-answer'];

/** @param {{lead: import('../types').LeadDetail, onChanged: (lead: any) => void}} props */
export function Composer({ lead, onChanged }) {
  const { workable } = lead.engagement;
  const [kind, setKind] = useState('note');
  const [text, setText] = useState('');
  const [people, setPeople] = useState(/** @type {import('./mention.js').Who[]} */ ([]));
  const [answered, setAnswered] = useState(false);
  const [outcome, setOutcome] = useState('fit');
  const [ends, setEnds] = useState(false);
  const [when, setWhen] = useState('');
  const [busy, setBusy] = useState(false);
  const sending = useRef(false); // at once, where busy is there with the next drawing
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const id = useId();
  const start = (/** @type {string} */ what) => { setKind(what); area.current?.focus(); };
  useKeys({ n: () => start('note'), ...(workable ? { c: () => start('call') } : {}) }, { n: t('desk.kind.note'), c: t('desk.kind.call') });
  const isCall = kind === 'call' && workable;
  const isTry = workable && kind !== 'note';
  const planned = lead.tasks.find((task) => task.kind === kind);
  const said = isTry ? kind : 'note';
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (sending.current) return;
    if (!isTry && !text.trim()) { area.current?.focus(); return; }
    sending.current = true;
    setBusy(true);
    try {
      const at = when && (isTry || answered) ? { at: new Date(when).toISOString() } : {};
      onChanged(await (isTry ? post(`/leads/${lead.id}/${kind}s`, { ...(isCall ? { outcome } : {}), text, ...at, ...(ends && planned ? { task: planned.id } : {}) }) : post(`/leads/${lead.id}/notes`, { text: toIds(text, people), answered, ...at })));
      setWhen('');
      setText('');
      setPeople([]);
      setAnswered(false);
      setEnds(false);
      toast({ text: t(`desk.${said}.done`) });
    } catch (error) {
      const refused = /** @type {any} */ (error).errors?.[0];
      if (/^lead\.mention(-unknown)?$/.test(refused?.code)) toast({ tone: 'bad', text: t('mention.refused', { name: people.filter((who) => refused.message.includes(called(who))).map(called)[0] ?? '@' }) });
      else toastError(error);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const writes = (/** @type {KeyboardEvent} */ e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) send(e); };
  return html`<form class="composer" onSubmit=${send} aria-label=${t('desk.composer')}>
    ${workable && html`<fieldset class="segments"><legend class="sr">${t('desk.composer')}</legend>${['note', 'call', 'mail'].map((k) => html`<label key=${k} class="segment">
      <input type="radio" name=${`${id}-kind`} checked=${kind === k} onChange=${() => setKind(k)} /><span>${t(`desk.kind.${k}`)}</span></label>`)}</fieldset>`}
    ${isCall && html`<div class="field"><label for=${`${id}-o`}>${t('desk.outcome')}</label><select id=${`${id}-o`} value=${outcome} onChange=${(/** @type {any} */ e) => setOutcome(e.target.value)}>
      ${OUTCOMES.map((o) => html`<option key=${o} value=${o} selected=${o === outcome}>${t(`desk.outcome.${o}`)}</option>`)}</select></div>`}
    <div class="field"><label for=${`${id}-t`} class="sr">${t(`desk.${said}.text`)}</label>
      <${MentionText} lead=${lead} able=${!isTry} id=${`${id}-t`} area=${area} rows="2" maxlength="4000" placeholder=${t(`desk.${said}.text`)} text=${text} onText=${setText} onKeyDown=${writes}
        onChosen=${(/** @type {import('./mention.js').Who} */ who) => setPeople((all) => [...all, who])} /></div>
    ${(isTry || answered) && html`<div class="field"><label for=${`${id}-w`}>${t('desk.when')}</label><input id=${`${id}-w`} type="datetime-local" value=${when} onInput=${(/** @type {any} */ e) => setWhen(e.target.value)} /></div>`}
    <div class="row">${!isTry && workable && html`<label class="check"><input type="checkbox" checked=${answered} onChange=${(/** @type {any} */ e) => setAnswered(e.target.checked)} /><span>${t('desk.note.answers')}</span></label>`}
      ${isTry && planned && html`<label class="check"><input type="checkbox" checked=${ends} onChange=${(/** @type {any} */ e) => setEnds(e.target.checked)} /><span>${t('desk.call.ends', { text: planned.text })}</span></label>`}
      <${Button} type="submit" busy=${busy} class="composer-send">${t(`desk.${said}.add`)}<//></div></form>`;
}
