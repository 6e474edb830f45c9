// A value that components can watch: the only shared state of the page.
import { useEffect, useState } from './lib.js';

/**
 * @template T
 * @param {T} initial
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<(value: T) => void>} */
  const watchers = new Set();
  return {
    get: () => value,
    /** @param {T} next */
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const watch of [...watchers]) watch(value);
    },
    /** @param {(value: T) => void} watch */
    watch(watch) {
      watchers.add(watch);
      return () => {
        watchers.delete(watch);
      };
    },
    use() {
      const [, redraw] = useState(value);
      useEffect(() => {
        redraw(value);
        return this.watch(redraw);
      }, []);
      return value;
    },
  };
}
