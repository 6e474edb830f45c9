// What somebody wants to say about the leads or the page, as a file they can send on. Nothing is sent
// by itself, and no lead data goes into it.
import { html, useId, useState } from '../lib.js';
import { locale, t } from '../i18n.js';
import { place } from '../router.js';
import { Icon } from '../icons.js';
import { Button, copyText } from './bits.js';
import { Dialog } from './overlay.js';
import { toast } from './toast.js';

const TOPICS = ['leads', 'page', 'delivery', 'other'];
const MOODS = ['good', 'bad'];

/** @param {{onClose: () => void}} props */
export function Feedback({ onClose }) {
  const [mood, setMood] = useState('good');
  const [topic, setTopic] = useState('leads');
  const [text, setText] = useState('');
  const id = useId();
  const bundle = () => JSON.stringify({
    product: 'Leadline', at: new Date().toISOString(), page: place.get().path.replace(/[0-9a-f-]{36}/g, '{id}'),
    language: locale.get().language, mood, topic, text, browser: navigator.userAgent,
  }, null, 2);
  const copy = async () => { await copyText(bundle()); toast({ text: t('copy.done') }); onClose(); };
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bundle()], { type: 'application/json' }));
    link.download = 'leadline-feedback.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    onClose();
  };
  return html`<${Dialog} title=${t('feedback.title')} onClose=${onClose} footer=${html`
    <${Button} icon="copy" onClick=${copy} disabled=${!text.trim()}>${t('feedback.copy')}<//>
    <${Button} look="primary" icon="download" onClick=${save} disabled=${!text.trim()}>${t('feedback.save')}<//>`}>
    <div class="form"><p class="muted">${t('feedback.intro')}</p>
    <fieldset class="segments"><legend>${t('feedback.mood')}</legend>${MOODS.map((m) => html`<label key=${m} class="segment">
      <input type="radio" name="mood" checked=${mood === m} onChange=${() => setMood(m)} /><span><${Icon} name=${m === 'good' ? 'smile' : 'alert'} size=${16} /> ${t(`feedback.mood.${m}`)}</span></label>`)}</fieldset>
    <div class="field"><label for=${`${id}t`}>${t('feedback.topic')}</label><select id=${`${id}t`} value=${topic}
      onChange=${(/** @type {Event} */ e) => setTopic(/** @type {HTMLSelectElement} */ (e.target).value)}>
      ${TOPICS.map((name) => html`<option key=${name} value=${name}>${t(`feedback.topic.${name}`)}</option>`)}</select></div>
    <div class="field"><label for=${`${id}x`}>${t('feedback.text')}</label><textarea id=${`${id}x`} rows="5" value=${text}
      onInput=${(/** @type {Event} */ e) => setText(/** @type {HTMLTextAreaElement} */ (e.target).value)}></textarea></div></div><//>`;
}
