// Types of lib.js for the checker; the served modules carry none.
import type { VNode } from 'preact';
export { h, render, Fragment, createContext, createPortal } from 'preact';
export {
  useState, useEffect, useLayoutEffect, useMemo, useRef, useCallback, useContext, useId,
} from 'preact/hooks';
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode<any>;
