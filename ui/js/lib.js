// The two libraries in one place: everything else imports from here.
import { h, render, Fragment, createContext, createPortal } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

export { h, render, Fragment, createContext, createPortal };
export {
  useState, useEffect, useLayoutEffect, useMemo, useRef, useCallback, useContext, useId,
} from '../vendor/hooks.js';

export const html = htm.bind(h);
