// What lies above a page: dialog, drawer (both native dialogs: focus and Escape come for free) and menus.
import { html, useEffect, useId, useRef, useState } from '../lib.js';
import { t } from '../i18n.js';
import { wayBack } from '../focus.js';
import { Icon } from '../icons.js';
import { Button } from './bits.js';

/**
 * @param {{title: any, onClose: () => void, drawer?: boolean, wide?: boolean, footer?: any, children?: any}} props
 */
export function Dialog({ title, onClose, drawer, wide, footer, children }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const dialog = box.current;
    const back = wayBack(document.activeElement);
    dialog?.showModal();
    const body = /** @type {HTMLElement | null | undefined} */ (dialog?.querySelector('.dialog-body'));
    if (body && body.scrollHeight > body.clientHeight && !body.querySelector('a, button, input, select, textarea')) body.tabIndex = 0; // to be scrolled by keys
    /** @type {HTMLElement | null | undefined} */ (dialog?.querySelector('.dialog-body :is(input, select, textarea):not([type=radio])') ?? dialog?.querySelector('h2'))?.focus();
    return () => {
      dialog?.close();
      back();
    };
  }, []);
  return html`<dialog ref=${box} class=${`${drawer ? 'drawer' : 'dialog'} ${wide ? 'is-wide' : ''}`} aria-labelledby=${id}
    onCancel=${(/** @type {Event} */ e) => { e.preventDefault(); close.current(); }}
    onMouseDown=${(/** @type {Event} */ e) => { if (e.target === box.current) close.current(); }}>
    <div class="dialog-box"><div class="dialog-head"><h2 id=${id} tabindex="-1">${title}</h2>
      <${Button} look="ghost" icon="close" label=${t('do.close')} onClick=${() => close.current()} /></div>
      <div class="dialog-body">${children}</div>${footer && html`<div class="dialog-foot">${footer}</div>`}</div></dialog>`;
}

/** @param {any} props */
export const Drawer = (props) => html`<${Dialog} ...${props} drawer=${true} />`;

/**
 * A question before something that cannot be undone.
 * @param {{title: string, children?: any, confirm: string, onConfirm: () => any, onClose: () => void}} props
 */
export function Confirm({ title, children, confirm, onConfirm, onClose }) {
  const [busy, setBusy] = useState(false);
  return html`<${Dialog} title=${title} onClose=${onClose} footer=${html`
    <${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="danger" busy=${busy} onClick=${async () => { setBusy(true); try { await onConfirm(); } finally { setBusy(false); } }}>${confirm}<//>`}>
    ${children}<//>`;
}

/**
 * A button with something that opens below it.
 * @param {{label: string, icon?: string, text?: any, look?: string, end?: boolean, menu?: boolean, class?: string,
 *   title?: string, children: (close: () => void) => any}} props menu: its content are menu items, moved through by arrows
 */
export function Popup({ label, icon, text, look = 'ghost', end, menu, class: extra = '', title, children }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (!open) return undefined;
    const items = () => [...(box.current?.querySelectorAll('.popup a, .popup button, .popup input') ?? [])];
    /** @type {HTMLElement | undefined} */ (items()[0])?.focus();
    const away = (/** @type {Event} */ e) => { if (!box.current?.contains(/** @type {Node} */ (e.target))) setOpen(false); };
    const key = (/** @type {KeyboardEvent} */ e) => {
      if (e.key === 'Escape') {
        e.stopPropagation();
        setOpen(false);
        /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('button'))?.focus();
        return;
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!step || !menu) return;
      e.preventDefault();
      const all = items();
      /** @type {HTMLElement} */ (all[(all.indexOf(/** @type {Element} */ (document.activeElement)) + step + all.length) % all.length])?.focus();
    };
    document.addEventListener('mousedown', away);
    document.addEventListener('focusin', away);
    const here = box.current;
    here?.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('mousedown', away);
      document.removeEventListener('focusin', away);
      here?.removeEventListener('keydown', key);
    };
  }, [open]);
  return html`<div class=${`popup-box ${extra}`} ref=${box}>
    <${Button} look=${look} icon=${icon} label=${text ? undefined : label} aria-label=${label} title=${title} expanded=${open}
      aria-haspopup=${menu ? 'menu' : 'dialog'} iconEnd=${text ? 'chevron' : undefined} onClick=${() => setOpen(!open)}>${text}<//>
    ${open && html`<div class=${`popup ${end ? 'popup-end' : ''}`} role=${menu ? 'menu' : 'dialog'} aria-label=${label}>
      ${children(() => { setOpen(false); /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('button'))?.focus(); })}</div>`}</div>`;
}

/** @param {{icon?: string, checked?: boolean, onClick?: () => void, href?: string, children?: any}} props */
export function MenuItem({ icon, checked, onClick, href, children }) {
  const inner = html`${checked !== undefined ? html`<span class="menu-check">${checked && html`<${Icon} name="check" size=${16} />`}</span>`
    : icon && html`<${Icon} name=${icon} size=${18} />`}<span>${children}</span>`;
  if (href) return html`<a role="menuitem" class="menu-item" href=${href} onClick=${onClick}>${inner}</a>`;
  return html`<button type="button" class="menu-item" role=${checked === undefined ? 'menuitem' : 'menuitemradio'}
    aria-checked=${checked === undefined ? undefined : String(checked)} onClick=${onClick}>${inner}</button>`;
}
