// Importing leads: a file is chosen and sent in pieces; the imports so far. One import is in import.js.
import { html, useRef, useState } from '../lib.js';
import { post, session, useList, useLoad } from '../api.js';
import { number, t } from '../i18n.js';
import { navigate } from '../router.js';
import { useLiveRefresh } from '../live.js';
import { publisher, narrowed } from '../parts/layout.js';
import { Empty, MessageBar, PageHead, Progress, Time, useTitle } from '../parts/bits.js';
import { FileButton, send, StateChip } from '../parts/import.js';
import { ListBody, Table } from '../parts/table.js';
import { allows } from '../words.js';
import { Icon } from '../icons.js';
import { Import } from './import.js';

function Drop() {
  const user = session.use()?.user;
  const { data } = useLoad(user?.publisher ? null : '/publishers');
  const [chosen, setChosen] = useState('');
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState(/** @type {{file: File, bytes: number} | null} */ (null));
  const [failure, setFailure] = useState('');
  const made = useRef(/** @type {any} */ (null));
  const all = /** @type {{id: string, name: string}[]} */ (data?.items ?? []);
  const whose = user?.publisher || publisher.get() || (all.length === 1 ? all[0].id : chosen);
  const take = async (/** @type {File} */ file) => {
    setFailure('');
    if (!whose) { setFailure(t('import.choosePublisher')); return; }
    if (!file.size) { setFailure(t('import.emptyFile')); return; }
    setSent({ file, bytes: 0 });
    try {
      made.current = await post('/imports', { file: file.name, bytes: file.size, publisher: whose });
      const whole = await send(made.current, file, (bytes) => setSent({ file, bytes }));
      navigate(`/import/${whole.id}`);
    } catch (error) {
      setFailure(/** @type {any} */ (error).text?.() ?? String(error));
      if (made.current) navigate(`/import/${made.current.id}`);
    } finally {
      setSent(null);
    }
  };
  return html`<section class=${`panel drop ${over ? 'is-over' : ''}`} aria-label=${t('import.drop')}
    onDragOver=${(/** @type {DragEvent} */ e) => { e.preventDefault(); setOver(true); }} onDragLeave=${() => setOver(false)}
    onDrop=${(/** @type {DragEvent} */ e) => { e.preventDefault(); setOver(false); const file = e.dataTransfer?.files[0]; if (file) take(file); }}>
    ${failure && html`<${MessageBar} tone="bad">${failure}<//>`}
    ${sent ? html`<${Progress} label=${t('import.sending', { name: sent.file.name })} value=${sent.bytes} max=${sent.file.size} />`
      : html`<span class="empty-icon"><${Icon} name="upload" size=${28} /></span><h2>${t('import.drop')}</h2><p class="muted">${t('import.formats')}</p>
        ${!user?.publisher && !publisher.get() && all.length > 1 && html`<label class="field"><span>${t('import.publisher')}</span>
          <select onChange=${(/** @type {Event} */ e) => setChosen(/** @type {HTMLSelectElement} */ (e.target).value)}><option value="">${t('form.none')}</option>
          ${all.map((p) => html`<option key=${p.id} value=${p.id} selected=${p.id === chosen}>${p.name || p.id}</option>`)}</select></label>`}
        <div class="row"><${FileButton} label=${t('import.choose')} onFile=${take} /></div>`}</section>`;
}

/** @returns {import('../parts/table.js').Column[]} */
const columns = () => [
  { id: 'name', label: t('import.file'), fixed: true, cell: (i) => html`<a href=${`/import/${i.id}`} data-row-link class="row-link">${i.file}</a>` },
  { id: 'state', label: t('import.stateLabel'), cell: (i) => html`<${StateChip} state=${i.state} />` },
  { id: 'new', label: t('import.outcome.new'), num: true, cell: (i) => number(i.rows.new) },
  { id: 'known', label: t('import.outcome.known'), num: true, cell: (i) => number(i.rows.known) },
  { id: 'changed', label: t('import.outcome.changed'), num: true, cell: (i) => number(i.rows.changed) },
  { id: 'refused', label: t('import.outcome.refused'), num: true, cell: (i) => number(i.rows.refused) },
  { id: 'actor', label: t('import.actor'), cell: (i) => i.actor },
  { id: 'received', label: t('import.at'), class: 'end', cell: (i) => html`<${Time} at=${i.startedAt} />` },
];

function Imports() {
  publisher.use();
  useTitle(t('nav.import'));
  const may = allows(session.use()?.user.role, 'manager');
  const list = useList('/imports', narrowed());
  useLiveRefresh(['import'], 500, list.refresh);
  return html`<div class="page"><${PageHead} title=${t('nav.import')} sub=${t('import.sub')} />
    ${may && html`<${Drop} />`}
    <${ListBody} list=${list} filtered=${false} count=${(/** @type {number} */ count) => t('import.shown', { count })}
      empty=${html`<${Empty} icon="upload" title=${t('import.empty.title')}>${t('import.empty.text')}<//>`}>
      <${Table} label=${t('nav.import')} columns=${columns()} rows=${list.items} rowName=${(/** @type {any} */ i) => i.file} /><//></div>`;
}

/** @param {{id?: string}} props */
export const ImportPage = ({ id }) => (id ? html`<${Import} id=${id} key=${id} />` : html`<${Imports} />`);
