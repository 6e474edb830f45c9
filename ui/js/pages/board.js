// The board: the leads of a process by stage. A card is moved by the mouse, or lifted by Space, moved by arrows and dropped by Space.
import { html, useEffect, useRef, useState } from '../lib.js';
import { call, Problem, useList, useLoad } from '../api.js';
import { money, moneyAbout, number, t } from '../i18n.js';
import { place, setQuery } from '../router.js';
import { useLiveRefresh } from '../live.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Clock, Empty, Failure, PageHead, Skeleton, useTitle } from '../parts/bits.js';
import { mayWork } from '../parts/desk.js';
import { processName, stageEnds, stageName } from '../parts/desk-words.js';
import { StageAge } from '../parts/process.js';
import { toast, toastError } from '../parts/toast.js';
import { Icon } from '../icons.js';
import { Flame, leadContext, leadName } from './leads.js';

/** @typedef {import('../types').Lead} Lead */
/** @typedef {import('../types').Stage} Stage */
/** @typedef {{lead: Lead, from: string, to: string, keyed: boolean}} Lifted keyed: by keyboard */

const cardOf = (/** @type {string} */ id) => /** @type {HTMLElement | null} */ (document.querySelector(`.board [data-card="${id}"]`));

/** True once the element has come near what can be seen. @param {{current: Element | null}} box @param {() => void} then @param {any[]} watched */
function useSeen(box, then, watched) {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    if (!box.current) return undefined;
    const eye = new IntersectionObserver((seen) => { if (seen.some((s) => s.isIntersecting)) latest.current(); }, { rootMargin: '300px' });
    eye.observe(box.current);
    return () => eye.disconnect();
  }, watched);
}

/** @param {{lead: Lead, lifted: boolean, onKey: (e: KeyboardEvent, lead: Lead) => void, onDrag: (lead: Lead | null) => void}} props */
function Card({ lead, lifted, onKey, onDrag }) {
  return html`<li><a class=${`board-card ${lifted ? 'is-lifted' : ''}`} href=${`/leads/${lead.id}`} data-card=${lead.id} draggable=${mayWork()} aria-describedby=${mayWork() ? 'board-how' : undefined}
    onKeyDown=${(/** @type {KeyboardEvent} */ e) => onKey(e, lead)} onDragStart=${(/** @type {DragEvent} */ e) => { e.dataTransfer?.setData('text/plain', lead.id); onDrag(lead); }} onDragEnd=${() => onDrag(null)}>
    <strong>${leadName(lead)} <${Flame} lead=${lead} /></strong>${lead.customer.company && html`<span class="muted">${lead.customer.company}</span>`}
    <span>${lead.offer.title || lead.offer.id}</span>${lead.ownerName && html`<span class="muted"><${Icon} name="user" size=${14} /> ${lead.ownerName}</span>`}<span class="chips">${lead.stage && html`<${StageAge} stage=${lead.stage} />`}<${Clock} lead=${lead} /></span></a></li>`;
}

/** The cards of a stage, a page at a time. @param {{process: string, stage: string, turn: number, lifted: Lifted | null, onKey: any, onDrag: any, keep: (ids: string[]) => void}} props */
function Cards({ process, stage, turn, lifted, onKey, onDrag, keep }) {
  const list = useList('/board/cards', { process, stage });
  const end = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => { if (turn) list.refresh(); }, [turn]);
  useEffect(() => keep(list.items.map((l) => l.id)), [list.items]);
  useSeen(end, () => { if (list.next && !list.loadingMore) list.loadMore(); }, [list.next, list.items.length]);
  if (list.error) return html`<${Failure} error=${list.error} retry=${list.reload} />`;
  if (list.loading) return html`<${Skeleton} rows=${2} />`;
  return html`<ul class="board-cards">${list.items.map((l) => html`<${Card} key=${l.id} lead=${l} lifted=${lifted?.lead.id === l.id} onKey=${onKey} onDrag=${onDrag} />`)}</ul>
    ${list.next && html`<div ref=${end}><${Button} look="ghost" busy=${list.loadingMore} onClick=${list.loadMore}>${t('board.more')}<//></div>`}`;
}

/** @param {{stage: Stage, column: any, more: string, process: string, turn: number, lifted: Lifted | null, onKey: any, onDrag: any, onOver: (key: string) => void, onDrop: () => void, keep: (ids: string[]) => void}} props */
function Column({ stage, column, more, lifted, onOver, onDrop, ...rest }) {
  const [seen, setSeen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useSeen(box, () => setSeen(true), []);
  const name = stageName(stage);
  return html`<section ref=${box} class=${`board-column ${lifted?.to === stage.key ? 'is-target' : ''}`} aria-label=${name} data-stage=${stage.key}
    onDragOver=${(/** @type {DragEvent} */ e) => { if (lifted) { e.preventDefault(); onOver(stage.key); } }} onDrop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); onDrop(); }}>
    <header title=${stageEnds(stage).join('\n')}><h2>${name}${stage.gate && html` <${Icon} name="shield" size=${16} /><span class="sr">${t('process.gate')}</span>`}<span class="count">${number(column.count)}${more}</span></h2>
      ${column.values.length > 0 && html`<p class="muted board-sums">${column.values.map((/** @type {any} */ v) => html`<span key=${v.currency} title=${money(v.value, v.currency)}>${moneyAbout(v.value, v.currency)}${more}</span>`)}</p>`}</header>
    ${seen && (column.count || more) && html`<${Cards} ...${rest} stage=${stage.key} lifted=${lifted} />`}</section>`;
}

/**
 * A card that is lifted, and what becomes of it.
 * @param {{stages: Stage[], counts: (key: string) => number, refresh: () => void, say: (text: string) => void}} props
 */
function useMoves({ stages, counts, refresh, say }) {
  const [lifted, setLifted] = useState(/** @type {Lifted | null} */ (null));
  const [gate, setGate] = useState(/** @type {any} */ (null));
  const nameOf = (/** @type {string} */ key) => stageName(/** @type {Stage} */ (stages.find((s) => s.key === key)));
  const moved = (/** @type {any} */ done) => {
    refresh();
    const undo = () => call('POST', `/leads/${done.id}/undo`, { body: {}, match: done.eTag }).then(() => { toast({ text: t('desk.undone') }); refresh(); }, toastError);
    toast({ text: t('process.moved', { stage: stageName(done.stage) }), undo });
    say(t('process.moved', { stage: stageName(done.stage) }));
  };
  const drop = async () => {
    setLifted(null);
    if (!lifted || lifted.to === lifted.from) { if (lifted) say(t('board.back')); return; }
    const { lead, to } = lifted;
    try {
      moved(await call('POST', `/leads/${lead.id}/stage`, { body: { stage: to } }));
    } catch (error) {
      say(error instanceof Problem ? error.text() : '');
      if (/** @type {any} */ (error).code !== 'lead.gate') { toastError(error); refresh(); return; }
      import('../parts/process-dialogs.js').then((m) => setGate({ View: m.GateDialog, lead, to: stages.find((s) => s.key === to) }), toastError);
    }
  };
  const over = (/** @type {string} */ to) => {
    if (!lifted || lifted.to === to) return;
    setLifted({ ...lifted, to });
    if (lifted.keyed) say(t('board.over', { stage: nameOf(to), count: counts(to) }));
  };
  const lift = (/** @type {Lead} */ lead, keyed = false) => {
    if (!mayWork() || !lead.stage) return;
    setLifted({ lead, from: lead.stage.key, to: lead.stage.key, keyed });
    if (keyed) say(t('board.lifted', { name: leadName(lead), stage: nameOf(lead.stage.key) }));
  };
  const cancel = () => { if (lifted?.keyed) say(t('board.back')); setLifted(null); };
  const dialog = gate && html`<${gate.View} lead=${gate.lead} to=${gate.to} onChanged=${moved} reload=${refresh} onClose=${() => setGate(null)} />`;
  return { lifted, lift, over, drop, cancel, dialog };
}

/** Arrows go from card to card, or take the lifted one from stage to stage. @param {Stage[]} stages @param {ReturnType<typeof useMoves>} moves */
const keysFor = (stages, moves) => (/** @type {KeyboardEvent} */ e, /** @type {Lead} */ lead) => {
  const { lifted } = moves;
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const side = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (e.key === ' ') {
    if (lifted) moves.drop(); else moves.lift(lead, true);
  } else if (lifted && e.key === 'Escape') moves.cancel();
  else if (lifted && side) moves.over(stages[Math.max(0, Math.min(stages.length - 1, stages.findIndex((s) => s.key === lifted.to) + side))].key);
  else if (!lifted && (side || e.key === 'ArrowUp' || e.key === 'ArrowDown')) step(/** @type {HTMLElement} */ (e.target), side ?? 0, e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : 0);
  else if (!lifted) return;
  e.preventDefault();
  e.stopPropagation();
};

/** @param {HTMLElement} card @param {number} aside @param {number} along */
function step(card, aside, along) {
  const cards = (/** @type {Element | null | undefined} */ column) => [.../** @type {NodeListOf<HTMLElement>} */ (column?.querySelectorAll('[data-card]') ?? [])];
  const columns = [...document.querySelectorAll('.board-column')];
  const own = /** @type {Element} */ (card.closest('.board-column'));
  const at = cards(own).indexOf(card);
  if (along) { cards(own)[at + along]?.focus(); return; }
  for (let i = columns.indexOf(own) + aside; i >= 0 && i < columns.length; i += aside) {
    const there = cards(columns[i]);
    if (there.length) { there[Math.min(at, there.length - 1)].focus(); return; }
  }
}

/** @param {{process: import('../types').Process}} props */
function Board({ process }) {
  const { data, error, reload } = useLoad('/board', { process: process.id });
  const [turn, setTurn] = useState(0);
  const [said, say] = useState('');
  const shown = useRef(/** @type {Record<string, string[]>} */ ({}));
  const focused = useRef('');
  const refresh = () => {
    focused.current = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.card ?? focused.current;
    reload();
    setTurn((n) => n + 1);
  };
  useLiveRefresh(['lead'], 400, refresh);
  const stages = /** @type {Stage[]} */ (data?.process.stages ?? []);
  const column = (/** @type {string} */ key) => data?.columns.find((/** @type {any} */ c) => c.stage === key) ?? { count: 0, values: [] };
  const moves = useMoves({ stages, counts: (key) => column(key).count, refresh, say });
  const { lifted } = moves;
  // A card that went to another column is another element: who held it goes on from there.
  const keep = (/** @type {string} */ stage) => (/** @type {string[]} */ ids) => {
    shown.current[stage] = ids;
    leadContext.set({ ids: stages.flatMap((s) => shown.current[s.key] ?? []), back: location.pathname + location.search, title: t('nav.board'), opened: '', query: {}, next: null });
    if (focused.current && (document.activeElement === document.body || !document.activeElement)) cardOf(focused.current)?.focus();
  };
  if (error) return html`<${Failure} error=${error} retry=${reload} />`;
  if (!data) return html`<${Skeleton} rows=${6} />`;
  if (!data.capped && !data.columns.some((/** @type {any} */ c) => c.count)) {
    return html`<${Empty} icon="columns" title=${t('board.empty.title')} actions=${html`<a class="button button-primary" href="/leads">${t('board.empty.action')}</a>`}>${t('board.empty.text')}<//>`;
  }
  return html`<p id="board-how" class="sr">${t('board.how')}</p><div class="sr" role="status" aria-live="assertive">${said}</div>
    <div class=${`board ${lifted?.keyed ? 'is-lifting' : ''}`} data-own-focus>${stages.map((s) => html`<${Column} key=${s.key} stage=${s} column=${column(s.key)} more=${data.capped ? '+' : ''} process=${process.id} turn=${turn} lifted=${lifted}
      onKey=${keysFor(stages, moves)} onDrag=${(/** @type {Lead | null} */ l) => (l ? moves.lift(l) : moves.cancel())} onOver=${moves.over} onDrop=${moves.drop} keep=${keep(s.key)} />`)}</div>${moves.dialog}`;
}

export function BoardPage() {
  publisher.use();
  const { query } = place.use();
  const { data, error, loading, reload } = useLoad('/processes', narrowed());
  useTitle(t('nav.board'));
  const all = /** @type {import('../types').Process[]} */ (data?.items ?? []);
  const process = all.find((p) => p.id === query.get('process')) ?? all[0];
  const many = new Set(all.map((p) => p.publisher)).size > 1;
  const choose = (/** @type {Event} */ e) => setQuery({ process: /** @type {HTMLSelectElement} */ (e.target).value });
  return html`<div class="page board-page"><${PageHead} title=${t('nav.board')} sub=${process && all.length === 1 && processName(process)} actions=${all.length > 1 && html`<label class="board-choice"><span class="sr">${t('board.process')}</span>
      <select value=${process?.id} onChange=${choose}>${all.map((p) => html`<option key=${p.id} value=${p.id} selected=${p.id === process?.id}>${many ? `${p.publisher} · ` : ''}${processName(p)}</option>`)}</select></label>`} />
    ${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${6} />`}
    ${data && (process ? html`<${Board} key=${process.id} process=${process} />`
      : html`<${Empty} icon="link" title=${t('empty.offers.title')} actions=${html`<a class="button button-primary" href="/settings?section=offers">${t('empty.offers.action')}</a>`}>${t('board.empty.text')}<//>`)}</div>`;
}
