// Mentions in a note: who is meant is chosen from the colleagues as one types an @, and sent as an id.
import { html, useEffect, useId, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { t } from '../i18n.js';

/** @typedef {{id: string, email: string, name: string}} Who */

const SHOWN = 6;
/** @param {Who} who */
export const called = (who) => who.name || who.email;
/** Those with longer names first, as one may begin another. @param {Who[]} people */
const longest = (people) => [...people].sort((a, b) => called(b).length - called(a).length);

/** As it is sent. @param {string} text @param {Who[]} people */
export const toIds = (text, people) => longest(people).reduce((all, who) => all.replaceAll(`@${called(who)}`, `@{${who.id}}`), text);
/** As it is read. @param {string} text @param {Who[]} people */
export const toNames = (text, people) => people.reduce((all, who) => all.replaceAll(`@{${who.id}}`, `@${called(who)}`), text);

/**
 * A text in which colleagues can be mentioned, if able.
 * @param {{lead: {id: string}, able: boolean, text: string, onText: (text: string) => void, onChosen: (who: Who) => void, area: {current: HTMLTextAreaElement | null}, [key: string]: any}} props
 */
export function MentionText({ lead, able, text, onText, onChosen, area, onKeyDown, ...rest }) {
  const id = useId();
  const [people, setPeople] = useState(/** @type {Who[] | null} */ (null));
  const [word, setWord] = useState(/** @type {string | null} */ (null));
  const [at, setAt] = useState(0);
  const asked = useRef(false);
  const before = () => area.current?.value.slice(0, area.current.selectionStart) ?? '';
  /** The word behind the @ that is being typed. */
  const look = () => { setWord(!able ? null : /(?:^|[\s(])@([^\s@{}]{0,40})$/u.exec(before())?.[1]?.toLocaleLowerCase() ?? null); setAt(0); };
  useEffect(() => {
    if (word === null || asked.current) return;
    asked.current = true;
    get(`/leads/${lead.id}/owners`).then((page) => setPeople(page.items), () => { asked.current = false; });
  }, [word]);
  const found = word === null || !people ? [] : people.filter((who) => `${who.name} ${who.email}`.toLocaleLowerCase().split(/\s+/).some((part) => part.startsWith(word))).slice(0, SHOWN);
  const choose = (/** @type {Who} */ who) => {
    const field = area.current;
    if (!field) return;
    const head = before().replace(/@[^\s@{}]*$/u, `@${called(who)} `);
    field.value = head + field.value.slice(field.selectionStart);
    field.setSelectionRange(head.length, head.length); // at once: people type on
    onText(field.value);
    onChosen(who);
    setWord(null);
  };
  const key = (/** @type {KeyboardEvent} */ e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!found.length || e.isComposing || e.ctrlKey || e.metaKey) onKeyDown?.(e);
    else if (step) { e.preventDefault(); setAt((at + step + found.length) % found.length); }
    else if (e.key === 'Enter' || e.key === 'Tab') { e.preventDefault(); choose(found[at]); }
    else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); setWord(null); }
  };
  return html`<textarea ...${rest} ref=${area} value=${text} aria-autocomplete="list" aria-controls=${`${id}-list`}
      aria-activedescendant=${found.length ? `${id}-${at}` : undefined} onInput=${(/** @type {any} */ e) => { onText(e.target.value); look(); }} onClick=${look} onBlur=${() => setWord(null)} onKeyDown=${key}></textarea>
    <span class="sr" role="status">${found.length > 0 && t('mention.found', { count: found.length })}</span><ul id=${`${id}-list`} role="listbox" aria-label=${t('mention.people')} class="mentions" hidden=${!found.length}>${found.map((who, i) => html`<li key=${who.id} id=${`${id}-${i}`} role="option" aria-selected=${String(i === at)}
      onMouseDown=${(/** @type {Event} */ e) => { e.preventDefault(); choose(who); }}>${called(who)}${who.name && html` <small>${who.email}</small>`}</li>`)}</ul>`;
}
