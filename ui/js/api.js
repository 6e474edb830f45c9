// Calls of /api/v1, and of the side for Partner Center's programs (/v1.0), with the session cookie and its CSRF token, and the hooks that pages load by.
import { useCallback, useEffect, useRef, useState } from './lib.js';
import { createStore } from './store.js';
import { t, tOr } from './i18n.js';

/** @typedef {import('./types').Session} Session */

/** undefined: not asked yet; null: nobody is signed in. */
export const session = createStore(/** @type {Session | null | undefined} */ (undefined));

/** An answer that is not a success: application/problem+json, or no answer at all (status 0). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, title?: string, detail?: string, errors?: {field: string, code: string, message: string}[],
   *   error?: {message: string, target?: string, innerError?: {code: string}}}} body error: as the side for Partner Center's programs says it
   */
  constructor(status, body) {
    const { error } = body;
    super(body.detail || error?.message || body.title || String(status));
    this.status = status;
    this.code = body.code ?? error?.innerError?.code ?? '';
    this.errors = body.errors ?? (error?.target ? [{ field: error.target, code: this.code, message: error.message }] : []);
  }

  /** What to tell the person: our words when the code is known; of a conflict else the server's, which say which one. */
  text() {
    if (this.status === 0) return t('problem.offline');
    if (this.status === 409 && this.code) return tOr(`problem.${this.code}`, this.message);
    return tOr(`problem.${this.code}`, '') || tOr(`problem.${this.status}`, '') || this.message;
  }
}

/**
 * @param {string} path below /api/v1, or of the side for Partner Center's programs, /v1.0
 * @param {Record<string, any>} [query]
 */
export function address(path, query) {
  const text = new URLSearchParams(
    Object.entries(query ?? {}).filter(([, v]) => v !== null && v !== undefined && v !== '').map(([k, v]) => [k, String(v)]),
  ).toString();
  return `${path.startsWith('/v1.0/') ? '' : '/api/v1'}${path}${text ? `?${text}` : ''}`;
}

/**
 * @typedef {{query?: Record<string, any>, body?: any, bytes?: Blob, signal?: AbortSignal, quiet?: boolean, match?: string}} CallOptions
 *   bytes: sent as they are; match: only if the thing is still in this state; quiet: a 401 does not send the person to the sign-in page
 */

/** @param {Response} answer */
const isJson = (answer) => /json/.test(answer.headers.get('Content-Type') ?? '');

/** @param {string} method @param {string} path @param {CallOptions} [options] */
async function asked(method, path, options = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.bytes) headers['Content-Type'] = 'application/octet-stream';
  if (options.match) headers['If-Match'] = options.match;
  const csrf = session.get()?.csrf;
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  let answer;
  try {
    answer = await fetch(address(path, options.query), {
      method, headers, signal: options.signal, credentials: 'same-origin',
      body: options.bytes ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, {});
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && !options.quiet) session.set(null);
  throw new Problem(answer.status, isJson(answer) ? await answer.json() : {});
}

/**
 * What was answered, in full.
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 */
export async function call(method, path, options) {
  const answer = await asked(method, path, options);
  return answer.status === 204 ? null : isJson(answer) ? answer.json() : answer.text();
}

/** A file, and the name it is given. @param {string} path @param {Record<string, any>} query */
export async function getFile(path, query) {
  const answer = await asked('GET', path, { query });
  const blob = await answer.blob().catch(() => { throw new Problem(0, {}); }); // cut off
  return { blob, name: /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] };
}

// Short lists that pages show whole: one full page of the API.
const whole = new Set(['/absences', '/assignment/rules', '/destination-kinds', '/destinations', '/offers', '/processes', '/providers', '/publishers', '/teams', '/tokens', '/users', '/views']);
/** @param {string} path @param {Record<string, any>} [query] @param {AbortSignal} [signal] */
export const get = (path, query, signal) => call('GET', path, { query: whole.has(path) ? { limit: 500, ...query } : query, signal });
/** @param {string} path @param {any} [body] */
export const post = (path, body = {}) => call('POST', path, { body });
/** @param {string} path @param {any} body */
export const patch = (path, body) => call('PATCH', path, { body });
/** @param {string} path */
export const remove = (path) => call('DELETE', path);

/**
 * Loads one thing and loads it again when the path or the query changes.
 * @param {string | null} path null: nothing to load yet
 * @param {Record<string, any>} [query]
 */
export function useLoad(path, query) {
  const key = path === null ? '' : address(path, query);
  const [state, setState] = useState(/** @type {{key: string, data: any, error: Problem | null}} */ ({ key: '', data: null, error: null }));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    get(path, query, stop.signal).then(
      (data) => setState({ key, data, error: null }),
      (error) => { if (!stop.signal.aborted) setState((s) => ({ key, data: s.key === key ? s.data : null, error })); },
    );
    return () => stop.abort();
  }, [key, turn]);
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : null,
    error: fresh ? state.error : null,
    loading: !fresh && path !== null,
    reload: useCallback(() => setTurn((n) => n + 1), []),
    /** @param {(data: any) => any} change */
    update: (change) => setState((s) => ({ ...s, data: change(s.data) })),
  };
}

/**
 * The new items, but those that say the same as before are the same objects, so that their rows rest.
 * @param {any[]} before
 * @param {any[]} items
 */
function settle(before, items) {
  const known = new Map(before.map((item) => [item.id, item]));
  return items.map((item) => {
    const old = known.get(item.id);
    return old && JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
}

/**
 * A keyset-paged list. Reloading keeps as many rows as are on the screen, up to one full page of the API.
 * @param {string} path
 * @param {Record<string, any>} query
 */
export function useList(path, query) {
  const limit = 50;
  const key = address(path, query);
  const [state, setState] = useState(/** @type {{key: string, items: any[], next: string | null, error: Problem | null}} */ ({ key: '', items: [], next: null, error: null }));
  const [more, setMore] = useState(false);
  const running = useRef(/** @type {AbortController | null} */ (null));
  const again = useRef(false);
  const latest = useRef(state);
  latest.current = state;

  const load = useCallback(() => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    const shown = latest.current.key === key ? latest.current.items.length : 0;
    const size = Math.min(500, Math.max(limit, shown));
    const done = () => {
      if (running.current !== stop) return;
      running.current = null;
      if (again.current) { again.current = false; load(); }
    };
    get(path, { ...query, limit: size }, stop.signal).then(
      (page) => { setState((s) => ({ key, items: settle(s.items, page.items), next: page.next, error: null })); done(); },
      (error) => {
        if (stop.signal.aborted) return;
        setState((s) => (s.key === key ? { ...s, error } : { key, items: [], next: null, error }));
        done();
      },
    );
  }, [key]);

  useEffect(() => {
    again.current = false;
    load();
    return () => { running.current?.abort(); running.current = null; };
  }, [load]);

  const fresh = state.key === key;
  return {
    items: fresh ? state.items : [],
    next: fresh ? state.next : null,
    error: fresh ? state.error : null,
    loading: !fresh,
    loadingMore: more,
    reload: load,
    /** As reload, but never cuts off a load under way: one follows when it is done. */
    refresh: useCallback(() => { if (running.current) again.current = true; else load(); }, [load]),
    async loadMore() {
      if (more || !state.next) return;
      setMore(true);
      try {
        const page = await get(path, { ...query, limit, after: state.next });
        setState((s) => {
          if (s.key !== key) return s;
          const known = new Set(s.items.map((i) => i.id));
          return { ...s, items: [...s.items, ...page.items.filter((/** @type {any} */ i) => !known.has(i.id))], next: page.next };
        });
      } catch (error) {
        setState((s) => ({ ...s, error: /** @type {Problem} */ (error) }));
      } finally {
        setMore(false);
      }
    },
    /** @param {(item: any) => any} change */
    update: (change) => setState((s) => ({ ...s, items: s.items.map(change) })),
  };
}
