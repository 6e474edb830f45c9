// The table of every list: sticky header, sort, column choice, selection, and a row cursor that is the
// focus itself: j and k move it, x selects, Enter follows the row's link.
import { html, useEffect, useMemo, useRef, useState } from '../lib.js';
import { t } from '../i18n.js';
import { Icon } from '../icons.js';
import { useKeys } from '../keys.js';
import { prefs, setPrefs } from '../prefs.js';
import { Button, Empty, Failure, Skeleton } from './bits.js';
import { Popup } from './overlay.js';

/**
 * @typedef {{id: string, label: string, cell: (row: any) => any, sort?: string, off?: boolean, fixed?: boolean,
 *   num?: boolean, hideLabel?: boolean, class?: string}} Column
 *   off: not shown until chosen; fixed: cannot be hidden; sort: the API's name for ascending order
 */

/** @param {string} name @param {Column[]} columns */
export function useColumns(name, columns) {
  const chosen = prefs.use().columns[name];
  const shown = useMemo(() => columns.filter((c) => c.fixed || (chosen ? chosen.includes(c.id) : !c.off)), [columns, chosen]);
  /** @param {string} id */
  const toggle = (id) => {
    const ids = shown.map((c) => c.id);
    const next = ids.includes(id) ? ids.filter((known) => known !== id) : [...ids, id];
    setPrefs({ columns: { ...prefs.get().columns, [name]: next } });
  };
  const reset = () => {
    const { [name]: _, ...rest } = prefs.get().columns;
    setPrefs({ columns: rest });
  };
  return { shown, toggle, reset };
}

/** @param {{columns: Column[], shown: Column[], toggle: (id: string) => void, reset: () => void}} props */
export function ColumnChooser({ columns, shown, toggle, reset }) {
  return html`<${Popup} label=${t('table.columns')} icon="columns" end=${true} title=${t('table.columns')}>
    ${() => html`<fieldset class="popup-fields"><legend>${t('table.columns')}</legend>
      ${columns.filter((c) => !c.fixed).map((c) => html`<label class="check" key=${c.id}>
        <input type="checkbox" checked=${shown.includes(c)} onChange=${() => toggle(c.id)} /><span>${c.label}</span></label>`)}
      <${Button} look="ghost" onClick=${reset}>${t('table.reset')}<//></fieldset>`}<//>`;
}

/** @param {{column: Column, sort?: string, onSort?: (sort: string) => void}} props */
function Head({ column, sort, onSort }) {
  const up = sort === column.sort;
  const down = sort === `-${column.sort}`;
  const name = `th-${column.id} ${column.num ? 'num' : ''} ${column.class ?? ''}`;
  if (!column.sort || !onSort) {
    return html`<th scope="col" role="columnheader" class=${name}>${column.hideLabel ? html`<span class="sr">${column.label}</span>` : column.label}</th>`;
  }
  return html`<th scope="col" role="columnheader" class=${name} aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}>
    <button type="button" class="sort" onClick=${() => onSort(up ? `-${column.sort}` : down ? String(column.sort) : `-${column.sort}`)}>
      ${column.label}${(up || down) && html`<${Icon} name=${up ? 'up' : 'down'} size=${14} />`}</button></th>`;
}

/**
 * One row; drawn again only when what it shows is another. What it calls is looked up when it is called.
 * @param {{row: any, i: number, columns: Column[], selected: boolean | undefined, name: string, extra: string,
 *   acts: {current: {click: (e: MouseEvent, row: any, i: number) => void, select: (i: number, range: boolean) => void}}}} props
 */
function Row({ row, i, columns, selected, name, extra, acts }) {
  return useMemo(() => html`<tr role="row" class=${`${extra} ${selected ? 'is-selected' : ''}`} onClick=${(/** @type {MouseEvent} */ e) => acts.current.click(e, row, i)}>
      ${selected !== undefined && html`<td role="cell" class="td-select"><input type="checkbox" checked=${selected} aria-label=${t('table.select', { name })}
        onClick=${(/** @type {MouseEvent} */ e) => acts.current.select(i, e.shiftKey)} /></td>`}
      ${columns.map((column) => html`<td role="cell" key=${column.id} data-label=${column.label} class=${`td-${column.id} ${column.num ? 'num' : ''} ${column.class ?? ''}`}>${column.cell(row)}</td>`)}
    </tr>`, [row, i, columns, selected, name, extra]);
}

/**
 * A table wider than its place scrolls sideways and then gives up its sticky header.
 * @param {{label: string, columns: Column[], rows: any[], href?: (row: any) => string, onOpen?: (row: any) => void,
 *   sort?: string, onSort?: (sort: string) => void, selected?: Set<string>, onSelect?: (ids: Set<string>) => void,
 *   rowClass?: (row: any) => string, rowName?: (row: any) => string}} props
 *   a row is followed by the link that a cell marks with the attribute data-row-link
 */
export function Table({ label, columns, rows, onOpen, sort, onSort, selected, onSelect, rowClass, rowName }) {
  const body = useRef(/** @type {HTMLTableSectionElement | null} */ (null));
  const [last, setLast] = useState(-1);
  const links = () => /** @type {HTMLElement[]} */ ([...(body.current?.querySelectorAll('[data-row-link]') ?? [])]);
  const at = () => links().findIndex((l) => l.closest('tr')?.contains(document.activeElement));
  /** @param {number} step */
  const move = (step) => {
    const all = links();
    const present = at();
    const next = present < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, present + step));
    all[next]?.focus();
    all[next]?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  };
  /** @param {number} index @param {boolean} [range] */
  const select = (index, range) => {
    if (!onSelect || !selected || !rows[index]) return;
    const next = new Set(selected);
    const on = !next.has(rows[index].id);
    const from = range && last >= 0 ? Math.min(last, index) : index;
    const to = range && last >= 0 ? Math.max(last, index) : index;
    for (let i = from; i <= to; i++) next[on ? 'add' : 'delete'](rows[i].id);
    setLast(index);
    onSelect(next);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => { const i = at(); if (i >= 0) select(i); },
    ...(onSelect && selected?.size ? { Escape: () => onSelect(new Set()) } : {}),
  });
  const frame = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const box = frame.current;
    if (!box) return undefined;
    const fit = () => box.classList.toggle('is-scrolled', (box.firstElementChild?.scrollWidth ?? 0) > box.clientWidth + 1);
    const watch = new ResizeObserver(fit);
    watch.observe(box);
    fit();
    return () => watch.disconnect();
  }, [columns.length, rows]);
  const whole = Boolean(selected && rows.length && rows.every((row) => selected.has(row.id)));
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    if (box.current) box.current.indeterminate = Boolean(selected?.size) && !whole;
  }, [selected, whole]);
  /** @param {MouseEvent} event @param {any} row @param {number} index */
  const click = (event, row, index) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest('a, button, input, label') || String(getSelection())) return;
    if (event.shiftKey && onSelect) { select(index, true); return; }
    const link = /** @type {HTMLElement | null | undefined} */ (/** @type {Element} */ (event.currentTarget).querySelector('[data-row-link]'));
    if (onOpen && !(link instanceof HTMLAnchorElement)) onOpen(row);
    else link?.dispatchEvent(new MouseEvent('click', event));
  };
  const acts = useRef({ click, select });
  acts.current = { click, select };
  return html`<div class="table-box" ref=${frame}><table class="table" role="table" aria-label=${label} style=${{ minWidth: `${columns.length * 96}px` }}>
    <thead role="rowgroup"><tr role="row">${selected && html`<th scope="col" role="columnheader" class="th-select">
      <input type="checkbox" ref=${box} checked=${whole} aria-label=${t('table.selectAll')}
        onChange=${() => onSelect?.(whole ? new Set() : new Set(rows.map((row) => row.id)))} /></th>`}
      ${columns.map((column) => html`<${Head} key=${column.id} column=${column} sort=${sort} onSort=${onSort} />`)}</tr></thead>
    <tbody role="rowgroup" ref=${body}>${rows.map((row, i) => html`<${Row} key=${row.id} row=${row} i=${i} columns=${columns} acts=${acts}
      selected=${selected?.has(row.id)} name=${rowName?.(row) ?? row.id} extra=${rowClass?.(row) ?? ''} />`)}</tbody></table></div>`;
}

/**
 * What a list shows at the moment: that it loads, why it failed, its table, or why there is none.
 * @param {{list: ReturnType<typeof import('../api.js').useList>, count: (count: number) => string, filtered?: boolean, empty: any, children?: any}} props
 */
export function ListBody({ list, count, filtered, empty, children }) {
  const n = list.items.length, goesOn = !n && !list.error && list.next;
  // A search that other filters keep short may find nothing at first.
  useEffect(() => { if (goesOn) list.loadMore(); }, [goesOn]);
  if (list.loading || goesOn) return html`<${Skeleton} rows=${12} />`;
  if (list.error && !n) return html`<${Failure} error=${list.error} retry=${list.reload} />`;
  if (!n) return filtered ? html`<${Empty} icon="filter" title=${t('empty.filter.title')}>${t('empty.filter.text')}<//>` : empty;
  return html`${list.error && html`<${Failure} error=${list.error} retry=${list.reload} />`}${children}
    <div class="load-more"><span class="muted">${count(n)}</span>${list.next && html`<${Button} busy=${list.loadingMore} onClick=${list.loadMore}>${t('table.more')}<//>`}</div>`;
}

/** @param {{count: number, onClear: () => void, children?: any}} props */
export function BulkBar({ count, onClear, children }) {
  return html`<div class="bulk" role="region" aria-label=${t('bulk.label')}><strong aria-live="polite">${t('bulk.count', { count })}</strong>
    ${children}<${Button} look="ghost" icon="close" label=${t('bulk.clear')} onClick=${onClear} /></div>`;
}
