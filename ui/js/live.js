// The live stream. One page of a browser holds it and tells the others, because a browser opens few
// connections to one host. The first event is passed on at once, a burst is gathered; a hidden page
// waits until it is seen. The browser resumes a broken stream by Last-Event-ID itself, and a refused
// one is tried again here.
import { useEffect, useRef } from './lib.js';
import { createStore } from './store.js';

/** @typedef {{id: string, publisher: string, what: string}} Change */
/** @typedef {'lead' | 'delivery' | 'receipt' | 'customer' | 'match' | 'import' | 'notification' | 'view'} Topic */
/** @typedef {'off' | 'connecting' | 'live'} State */

const TOPICS = /** @type {Topic[]} */ (['lead', 'delivery', 'receipt', 'customer', 'match', 'import', 'notification', 'view']);
const GATHER_MS = 40;
const GATHER_MAX = 2000;
const RETRY_MS = [1000, 2000, 5000, 10000, 30000];
/** Everything may have changed: load it again. */
const RESET = { id: '', publisher: '', what: 'reset' };

export const liveState = createStore(/** @type {State} */ ('off'));

/** @type {Record<Topic, Set<(changes: Change[]) => void>>} */
const watchers = { lead: new Set(), delivery: new Set(), receipt: new Set(), customer: new Set(), match: new Set(), import: new Set(), notification: new Set(), view: new Set() };
/** @type {Record<Topic, Map<string, Change>>} */
const gathered = { lead: new Map(), delivery: new Map(), receipt: new Map(), customer: new Map(), match: new Map(), import: new Map(), notification: new Map(), view: new Map() };

/** @type {EventSource | null} */
let source = null;
/** @type {AbortController | null} */
let turn = null;
/** @type {(() => void) | null} */
let giveUp = null;
let tries = 0;
let gather = 0;
let flushedAt = 0;
let retry = 0;

function flush() {
  gather = 0;
  if (document.hidden) return;
  flushedAt = performance.now();
  for (const topic of TOPICS) {
    const changes = [...gathered[topic].values()];
    gathered[topic].clear();
    if (changes.length) for (const watch of [...watchers[topic]]) watch(changes);
  }
}

document.addEventListener('visibilitychange', flush);

/** @param {Topic} topic @param {Change} change */
function take(topic, change) {
  const changes = gathered[topic];
  if (changes.size > GATHER_MAX) changes.clear();
  const before = changes.get(change.id);
  changes.set(change.id, before?.what === 'new' ? before : change);
  if (changes.size > GATHER_MAX) changes.set(RESET.id, RESET);
  if (!gather) gather = window.setTimeout(flush, Math.max(0, flushedAt + GATHER_MS - performance.now()));
}

const resetAll = () => TOPICS.forEach((topic) => take(topic, RESET));

/** Between the pages of one browser; only where locks say who holds the stream (https or localhost). */
const channel = navigator.locks && 'BroadcastChannel' in window ? new BroadcastChannel('leadline.live') : null;

/** @param {State} state */
function say(state) {
  liveState.set(state);
  channel?.postMessage({ state });
}

if (channel) {
  channel.onmessage = ({ data }) => {
    if (data.ask && source) channel.postMessage({ state: liveState.get() });
    if (source || !turn) return;
    if (data.topic) take(data.topic, data.change);
    if (data.state) liveState.set(data.state);
  };
}

/** @param {boolean} [late] it was held by a page that is gone: something may have come in between */
function open(late = false) {
  say('connecting');
  source = new EventSource('/api/v1/events');
  source.onopen = () => {
    tries = 0;
    say('live');
    if (late) resetAll();
    late = false;
  };
  source.onerror = () => {
    say('connecting');
    if (source?.readyState !== EventSource.CLOSED) return;
    retry = window.setTimeout(() => open(true), RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  };
  for (const topic of TOPICS) {
    source.addEventListener(topic, (event) => {
      const change = JSON.parse(event.data);
      take(topic, change);
      channel?.postMessage({ topic, change });
    });
  }
  // What was missed is more than the server remembers.
  source.addEventListener('reset', () => {
    resetAll();
    TOPICS.forEach((topic) => channel?.postMessage({ topic, change: RESET }));
  });
}

export function startLive() {
  if (turn) return;
  turn = new AbortController();
  liveState.set('connecting');
  if (!channel) { open(); return; }
  channel.postMessage({ ask: true });
  const asked = performance.now();
  navigator.locks.request('leadline.live', { signal: turn.signal }, () => {
    open(performance.now() - asked > 1000);
    return new Promise((release) => { giveUp = () => release(undefined); });
  }).catch(() => {});
}

export function stopLive() {
  clearTimeout(retry);
  source?.close();
  source = null;
  turn?.abort();
  turn = null;
  giveUp?.();
  giveUp = null;
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

/**
 * Runs refresh some time after anything of the topics happened, however much it was.
 * @param {Topic[]} topics the same in every call
 * @param {number} ms
 * @param {() => void} refresh
 */
export function useLiveRefresh(topics, ms, refresh) {
  const timer = useRef(0);
  const latest = useRef(refresh);
  latest.current = refresh;
  for (const topic of topics) {
    useLive(topic, () => {
      if (!timer.current) timer.current = window.setTimeout(() => { timer.current = 0; latest.current(); }, ms);
    });
  }
}
