// One import: what is in the file, which column holds what, the dry run, the progress, the report, undo.
import { html, useState } from '../lib.js';
import { address, patch, post, remove, session, useList, useLoad } from '../api.js';
import { number, t, tOr } from '../i18n.js';
import { navigate } from '../router.js';
import { useLiveRefresh } from '../live.js';
import { Button, Chip, Failure, MessageBar, PageHead, Panel, Progress, Skeleton, Time, useTitle } from '../parts/bits.js';
import { Confirm } from '../parts/overlay.js';
import { Table } from '../parts/table.js';
import { toastError } from '../parts/toast.js';
import { allows, CONFIDENCE_TONES, fieldName } from '../words.js';
import { Icon } from '../icons.js';
import { FileButton, send, StateChip } from '../parts/import.js';

const BUSY = ['checking', 'waiting', 'reading', 'placing', 'undoing'];
const OUTCOMES = ['new', 'known', 'changed', 'refused', 'ignored'];
const ENCODINGS = ['UTF-8', 'UTF-16LE', 'windows-949', 'GB18030', 'Big5', 'Shift_JIS', 'EUC-JP', 'windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'KOI8-R'];
/** @type {[string, string][]} */
const DELIMITERS = [[',', 'comma'], [';', 'semicolon'], ['\t', 'tab'], ['|', 'bar']];
/** @param {string} mark */
const delimiterName = (mark) => t(`import.${DELIMITERS.find(([d]) => d === mark)?.[1] ?? 'comma'}`);

/** @param {Event} e */
const valueOf = (e) => /** @type {HTMLSelectElement} */ (e.target).value;

/** A file whose sending was broken off goes on where it was. @param {{item: any, reload: () => void}} props */
function GoOn({ item, reload }) {
  const [bytes, setBytes] = useState(-1);
  const [failure, setFailure] = useState('');
  const take = async (/** @type {File} */ file) => {
    setFailure('');
    if (file.size !== item.bytes) { setFailure(t('import.otherFile', { name: item.file })); return; }
    try { await send(item, file, setBytes); } catch (error) { setFailure(/** @type {any} */ (error).text?.() ?? String(error)); }
    setBytes(-1);
    reload();
  };
  if (bytes >= 0) return html`<${Progress} label=${t('import.sending', { name: item.file })} value=${bytes} max=${item.bytes} />`;
  return html`${failure && html`<${MessageBar} tone="bad">${failure}<//>`}
    <${MessageBar} tone="warn" actions=${html`<${FileButton} label=${t('import.choose')} onFile=${take} />`}>${t('import.brokenOff', { name: item.file })}<//>`;
}

/** @param {{label: string, children?: any}} props */
const Field = ({ label, children }) => html`<label class="field"><span>${label}</span>${children}</label>`;

/** @param {{item: any, look: any, offers: any[], may: boolean, say: (change: any) => void}} props */
function Facts({ item, look, offers, may, say }) {
  const { about } = look;
  const encodings = ENCODINGS.includes(about.encoding) ? ENCODINGS : [about.encoding, ...ENCODINGS];
  return html`<div class="import-facts">
    <${Field} label=${t('import.encoding')}><select disabled=${!may} onChange=${(/** @type {Event} */ e) => say({ encoding: valueOf(e) })}>
      <option value="" selected=${!item.said.encoding}>${t('import.told', { what: about.encoding })}</option>
      ${encodings.map((name) => html`<option key=${name} value=${name} selected=${item.said.encoding === name}>${name}</option>`)}</select><//>
    ${about.format === 'csv' && html`<${Field} label=${t('import.delimiter')}><select disabled=${!may} onChange=${(/** @type {Event} */ e) => say({ delimiter: valueOf(e) })}>
      <option value="" selected=${!item.said.delimiter}>${t('import.told', { what: delimiterName(about.delimiter) })}</option>
      ${DELIMITERS.map(([d]) => html`<option key=${d} value=${d} selected=${item.said.delimiter === d}>${delimiterName(d)}</option>`)}</select><//>`}
    ${look.tabs.length > 1 && html`<${Field} label=${t('import.sheet')}><select disabled=${!may} onChange=${(/** @type {Event} */ e) => say({ tab: valueOf(e) })}>
      ${look.tabs.map((/** @type {string} */ name) => html`<option key=${name} value=${name} selected=${about.tab === name}>${name}</option>`)}</select><//>`}
    <${Field} label=${t('import.offer')}><select disabled=${!may} onChange=${(/** @type {Event} */ e) => say({ offer: valueOf(e) })}>
      <option value="" selected=${!item.said.offer}>${t('import.offerNone')}</option>
      ${offers.map((o) => html`<option key=${o.id} value=${o.id} selected=${item.said.offer === o.id}>${o.title || o.id}</option>`)}</select><//>
    <label class="check"><input type="checkbox" disabled=${!may} checked=${item.deliver} onChange=${(/** @type {Event} */ e) => say({ deliver: /** @type {HTMLInputElement} */ (e.target).checked })} /><span>${t('import.deliver')}</span></label></div>`;
}

/** What the column is now, as the map has it: a field, "ignore", or "" when nobody knows. @param {any} column */
const fieldOf = (column) => column.field ?? (column.why === 'said' ? 'ignore' : '');

/** @param {{look: any, item: any, may: boolean, say: (change: any) => void}} props */
function Mapping({ look, item, may, say }) {
  const set = (/** @type {string} */ name, /** @type {string} */ field) => {
    const map = Object.fromEntries(item.said.map.map((/** @type {any} */ m) => [m.column, m.field]));
    if (field) map[name] = field; else delete map[name];
    say({ map });
  };
  const fields = [...look.fields].sort((a, b) => fieldName(a).localeCompare(fieldName(b)));
  return html`<div class="table-box"><table class="table mapping"><caption class="sr">${t('import.mapping')}</caption>
    <thead><tr><th scope="col">${t('import.column')}</th><th scope="col">${t('import.holds')}</th><th scope="col">${t('import.sure')}</th><th scope="col">${t('import.example')}</th></tr></thead>
    <tbody>${look.about.columns.map((/** @type {any} */ column, /** @type {number} */ i) => {
      const examples = [...new Set(look.rows.map((/** @type {any} */ r) => r.cells[i]).filter(Boolean))].slice(0, 2);
      const now = fieldOf(column);
      return html`<tr key=${i}><th scope="row">${column.name || html`<span class="muted">${t('import.noName')}</span>`}</th>
        <td>${column.name && html`<select class="map-field" aria-label=${t('import.holdsNamed', { column: column.name })} disabled=${!may} onChange=${(/** @type {Event} */ e) => set(column.name, valueOf(e))}>
          <option value="" selected=${!now}>${t('import.unknown')}</option><option value="ignore" selected=${now === 'ignore'}>${t('import.ignore')}</option>
          ${fields.map((f) => html`<option key=${f} value=${f} selected=${now === f}>${fieldName(f)}</option>`)}</select>`}</td>
        <td>${now && now !== 'ignore' && html`<${Chip} tone=${CONFIDENCE_TONES[column.confidence]}>${column.why === 'said' ? t('import.said') : t(`confidence.${column.confidence}`)}<//>`}</td>
        <td class="muted">${examples.join(' · ')}</td></tr>`;
    })}</tbody></table></div>`;
}

/** @param {{look: any}} props */
function FirstRows({ look }) {
  return html`<div class="table-box is-scrolled" tabindex="0" role="region" aria-label=${t('import.firstRows')}><table class="table stays"><caption class="sr">${t('import.firstRows')}</caption>
    <thead><tr><th scope="col">${t('import.row')}</th>${look.about.columns.map((/** @type {any} */ c, /** @type {number} */ i) => html`<th scope="col" key=${i}>${c.name || '–'}</th>`)}</tr></thead>
    <tbody>${look.rows.map((/** @type {any} */ r) => html`<tr key=${r.row}><th scope="row">${number(r.row)}${r.problem && html` <span class="flag-mark" title=${r.problem}><${Icon} name="alert" size=${14} /><span class="sr">${r.problem}</span></span>`}</th>
      ${look.about.columns.map((/** @type {any} */ _, /** @type {number} */ i) => html`<td key=${i}>${r.cells[i] ?? ''}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** @param {{item: any, may: boolean, reload: () => void, act: (what: string) => void}} props */
function Look({ item, may, reload, act }) {
  const preview = useLoad(`/imports/${item.id}/preview`);
  const offers = useLoad('/offers', { publisher: item.publisher });
  const say = async (/** @type {any} */ change) => {
    try { await patch(`/imports/${item.id}`, change); reload(); preview.reload(); } catch (error) { toastError(error); }
  };
  const discard = async () => {
    try { await remove(`/imports/${item.id}`); navigate('/import'); } catch (error) { toastError(error); }
  };
  const look = preview.data;
  const actions = may && html`<${Button} icon="trash" look="ghost" onClick=${discard}>${t('import.discard')}<//>
    <${Button} icon="eye" onClick=${() => act('check')}>${t('import.check')}<//><${Button} look="primary" icon="play" onClick=${() => act('start')}>${t('import.start')}<//>`;
  if (preview.error) {
    return html`<${Failure} error=${preview.error} retry=${preview.reload} />${may && html`<div class="row import-actions"><${Button} icon="refresh" onClick=${() => say({ map: {}, encoding: '', delimiter: '', tab: '' })}>${t('import.reset')}<//>
      <${Button} icon="trash" onClick=${discard}>${t('import.discard')}<//></div>`}`;
  }
  if (!look) return html`<${Skeleton} />`;
  return html`${look.problems.map((/** @type {any} */ p) => html`<${MessageBar} key=${p.code} tone=${p.code === 'date' ? 'info' : 'warn'}>${tOr(`import.problem.${p.code}`, p.text)}<//>`)}
    <div class="row import-actions">${actions}</div>
    <${Panel} title=${t('import.what')}><div class="panel-body"><p class="muted">${[look.about.format.toUpperCase(), look.about.dialect && tOr(`import.dialect.${look.about.dialect}`, look.about.dialect)].filter(Boolean).join(' · ')}</p>
      <${Facts} item=${item} look=${look} offers=${offers.data?.items ?? []} may=${may} say=${say} /></div><//>
    <${Panel} title=${t('import.mapping')}><${Mapping} look=${look} item=${item} may=${may} say=${say} /><//>
    <${Panel} title=${t('import.firstRows')}><${FirstRows} look=${look} /><//>`;
}

/** @param {{item: any}} props */
function Counts({ item }) {
  const { rows, partnerCenter: pc } = item;
  const clocks = item.about?.dialect?.startsWith('partner-center');
  return html`<${Panel} title=${t(item.tried || item.state === 'checking' ? 'import.wouldBe' : 'import.became')}><div class="panel-body">
    <dl class="figures">${OUTCOMES.map((o) => html`<div key=${o} title=${t(`import.outcomeText.${o}`)}><dt>${t(`import.outcome.${o}`)}</dt><dd>${number(rows[o])}</dd></div>`)}
      <div><dt>${t('import.rowsRead')}</dt><dd>${number(rows.read)}</dd></div>${rows.test > 0 && html`<div><dt>${t('field.test')}</dt><dd>${number(rows.test)}</dd></div>`}</dl>
    ${clocks && html`<h3 class="clocks-head">${t('import.clocks')}</h3><p class="muted">${t('import.clocksText')}</p>
      <dl class="figures">${['archived', 'archivesSoon', 'expired', 'expiresSoon'].map((k) => html`<div key=${k}><dt>${t(`import.clock.${k}`)}</dt><dd>${number(pc[k])}</dd></div>`)}</dl>`}</div><//>`;
}

/** @returns {import('../parts/table.js').Column[]} */
const rowColumns = () => [
  { id: 'row', label: t('import.row'), num: true, cell: (r) => number(r.row) },
  { id: 'line', label: t('import.line'), num: true, cell: (r) => number(r.line) },
  { id: 'outcome', label: t('import.outcomeLabel'), cell: (r) => t(`import.outcome.${r.outcome}`) },
  { id: 'problem', label: t('import.problemLabel'), class: 'wrap', cell: (r) => r.problem },
];

/** @param {{item: any}} props */
function Report({ item }) {
  const [outcome, setOutcome] = useState('');
  const list = useList(`/imports/${item.id}/rows`, outcome ? { outcome } : {});
  const rows = list.items.map((r) => ({ ...r, id: String(r.row) }));
  if (!rows.length && !outcome) return null;
  return html`<${Panel} title=${t('import.report')} actions=${html`<span class="row">
      <select class="report-filter" aria-label=${t('import.outcomeLabel')} onChange=${(/** @type {Event} */ e) => setOutcome(valueOf(e))}><option value="">${t('import.allOutcomes')}</option>
        ${OUTCOMES.map((o) => html`<option key=${o} value=${o} selected=${o === outcome}>${t(`import.outcome.${o}`)}</option>`)}</select>
      <a class="button button-plain" href=${address(`/imports/${item.id}/report`, { outcome })} download><${Icon} name="download" size=${18} /><span>${t('import.download')}</span></a></span>`}>
    ${rows.length ? html`<${Table} label=${t('import.report')} columns=${rowColumns()} rows=${rows} />` : html`<p class="panel-empty">${t('import.noRows')}</p>`}
    ${list.next && html`<div class="load-more"><${Button} busy=${list.loadingMore} onClick=${list.loadMore}>${t('import.more')}<//></div>`}<//>`;
}

/** @param {{item: any}} props */
function Running({ item }) {
  const { rows, bytes, bytesRead } = item;
  const label = item.state === 'waiting' ? t('import.inLine') : item.state === 'undoing' ? t('import.state.undoing')
    : t(item.placing ? 'import.progressPlaced' : 'import.progress', { count: number(rows.read), percent: `${Math.floor((100 * bytesRead) / (bytes || 1))} %`, placed: number(Math.max(0, rows.new - item.placing)) });
  return html`<${Panel} title=${tOr(`import.state.${item.state}`, item.state)}><div class="panel-body" role="status">
    ${['waiting', 'undoing'].includes(item.state) ? html`<div class="progress-line"><progress aria-label=${label}></progress><span>${label}</span></div>` : html`<${Progress} label=${label} value=${bytesRead} max=${bytes} />`}</div><//>`;
}

/** @param {{id: string}} props */
export function Import({ id }) {
  const one = useLoad(`/imports/${id}`);
  const may = allows(session.use()?.user.role, 'manager');
  const [undo, setUndo] = useState(false);
  const item = one.data;
  useTitle(item?.file ?? t('nav.import'));
  useLiveRefresh(['import', 'lead'], 300, one.reload);
  const act = async (/** @type {string} */ what) => {
    try { one.update(() => null); await post(`/imports/${id}/${what}`); } catch (error) { toastError(error); }
    one.reload();
  };
  if (one.error && !item) return html`<div class="page"><${PageHead} title=${t('nav.import')} /><${Failure} error=${one.error} retry=${one.reload} /></div>`;
  if (!item) return html`<div class="page"><${PageHead} title=${t('nav.import')} /><${Skeleton} /></div>`;
  const early = ['ready', 'checked'].includes(item.state);
  const busy = BUSY.includes(item.state);
  const over = ['done', 'failed'].includes(item.state);
  const back = html`<a class="button button-ghost" href="/import"><${Icon} name="back" size=${18} /><span>${t('nav.import')}</span></a>`;
  return html`<div class="page import"><${PageHead} back=${back} title=${item.file} sub=${html`<${StateChip} state=${item.state} /> ${item.publisher} · ${item.actor} · <${Time} at=${item.startedAt} />`}
      actions=${may && over && html`<${Button} icon="back" onClick=${() => setUndo(true)}>${t('import.undo')}<//>`} />
    ${item.problem && html`<${MessageBar} tone="bad">${item.problem}<//>`}
    ${item.state === 'undone' && html`<${MessageBar}>${t('import.undoneBy', { who: item.undoneBy ?? '' })}<//>`}
    ${item.state === 'uploading' && may && html`<${GoOn} item=${item} reload=${one.reload} />`}
    ${busy && html`<${Running} item=${item} />`}
    ${(item.rows.read > 0 || over) && item.state !== 'ready' && html`<${Counts} item=${item} />`}
    ${!busy && item.state !== 'uploading' && item.state !== 'ready' && html`<${Report} item=${item} key=${item.state} />`}
    ${early && html`<${Look} item=${item} may=${may} reload=${one.reload} act=${act} />`}
    ${undo && html`<${Confirm} title=${t('import.undoTitle', { name: item.file })} confirm=${t('import.undo')} onClose=${() => setUndo(false)}
      onConfirm=${async () => { setUndo(false); await act('undo'); }}><p>${t('import.undoText')}</p><//>`}</div>`;
}
