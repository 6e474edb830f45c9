// The live stream. Events are gathered for a moment, so that a burst redraws once; the browser resumes
// a broken stream by Last-Event-ID itself, and a refused one is tried again here.
import { useEffect, useRef } from './lib.js';
import { createStore } from './store.js';

/** @typedef {{id: string, publisher: string, what: string}} Change */
/** @typedef {'lead' | 'delivery' | 'receipt'} Topic */

const TOPICS = /** @type {Topic[]} */ (['lead', 'delivery', 'receipt']);
const GATHER_MS = 60;
const RETRY_MS = [1000, 2000, 5000, 10000, 30000];

/** @type {ReturnType<typeof createStore<'off' | 'connecting' | 'live'>>} */
export const liveState = createStore(/** @type {'off' | 'connecting' | 'live'} */ ('off'));

/** @type {Record<Topic, Set<(changes: Change[]) => void>>} */
const watchers = { lead: new Set(), delivery: new Set(), receipt: new Set() };
/** @type {Record<Topic, Map<string, Change>>} */
const gathered = { lead: new Map(), delivery: new Map(), receipt: new Map() };

/** @type {EventSource | null} */
let source = null;
let tries = 0;
let gather = 0;
let retry = 0;

function flush() {
  gather = 0;
  for (const topic of TOPICS) {
    const changes = [...gathered[topic].values()];
    gathered[topic].clear();
    if (changes.length) for (const watch of [...watchers[topic]]) watch(changes);
  }
}

/** @param {Topic} topic @param {MessageEvent} event */
function take(topic, event) {
  /** @type {Change} */
  const change = JSON.parse(event.data);
  const before = gathered[topic].get(change.id);
  gathered[topic].set(change.id, before?.what === 'new' ? before : change);
  if (!gather) gather = window.setTimeout(flush, GATHER_MS);
}

export function startLive() {
  if (source) return;
  liveState.set('connecting');
  source = new EventSource('/api/v1/events');
  source.onopen = () => { tries = 0; liveState.set('live'); };
  source.onerror = () => {
    liveState.set('connecting');
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    retry = window.setTimeout(startLive, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  };
  for (const topic of TOPICS) source.addEventListener(topic, (event) => take(topic, event));
  // What was missed is more than the server remembers: everything is to be loaded again.
  source.addEventListener('reset', () => {
    for (const topic of TOPICS) take(topic, new MessageEvent(topic, { data: '{"id":"","publisher":"","what":"reset"}' }));
  });
}

export function stopLive() {
  clearTimeout(retry);
  source?.close();
  source = null;
  liveState.set('off');
}

/**
 * @param {Topic} topic
 * @param {(changes: Change[]) => void} handler
 */
export function useLive(topic, handler) {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    const watch = (/** @type {Change[]} */ changes) => latest.current(changes);
    watchers[topic].add(watch);
    return () => { watchers[topic].delete(watch); };
  }, [topic]);
}
