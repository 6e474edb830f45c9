// Where the keyboard is. What has the focus may go, or be switched off, by what was done with it; the focus then goes on beside it.

const FOCUSABLE = ':is(a[href], button, input, select, textarea, summary, [tabindex="0"]):not(:disabled)';
/** So large that its first element says nothing about the place: the heading does. */
const WHOLE = '.page, main, .shell, #app, dialog';

/** @param {Element | undefined} element @returns {element is HTMLElement} */
const usable = (element) => element instanceof HTMLElement && element.isConnected && !element.matches(':disabled');
const shown = (/** @type {Element} */ element) => element.getClientRects().length > 0;

/** The heading of what is in front. */
const heading = () => /** @type {HTMLElement | null} */ (document.querySelector('dialog[open] h2') ?? document.querySelector('main h1') ?? document.getElementById('main'));

/** @param {FocusOptions} [how] */
export const focusHeading = (how) => heading()?.focus(how);

/** An element and what it lies in, from inside out. @param {Element | null} from */
function around(from) {
  const all = [];
  for (let e = from; e && e !== document.body; e = e.parentElement) all.push(e);
  return all;
}

/**
 * Remembers a place; calling the answer goes back there, or to the nearest thing that is still around.
 * @param {Element | null} from
 */
export function wayBack(from) {
  const all = around(from);
  return () => {
    const [self, ...rest] = all;
    if (usable(self) && shown(self)) { self.focus({ preventScroll: true }); return; }
    const near = rest.filter((e) => e.isConnected && !e.matches(WHOLE)).map((e) => [...e.querySelectorAll(FOCUSABLE)].find(shown)).find(Boolean);
    if (near) /** @type {HTMLElement} */ (near).focus();
    else focusHeading();
  };
}

/** Watches over the focus. What carries data-own-focus looks after its own. */
export function keepFocus() {
  /** @type {Element | undefined} */
  let held;
  let back = () => {};
  let due = false;
  let own = false;
  const lost = () => Boolean(held) && !usable(held);
  document.addEventListener('focusin', (event) => {
    held = /** @type {Element} */ (event.target);
    back = wayBack(held);
    own = Boolean(held.closest('[data-own-focus]'));
  });
  const look = () => {
    due = false;
    if (lost() && !own && (!document.activeElement || document.activeElement === document.body)) back();
  };
  new MutationObserver(() => {
    if (due || !lost()) return;
    due = true;
    requestAnimationFrame(() => setTimeout(look)); // after the effects of what was drawn, which may know a better place
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
}
