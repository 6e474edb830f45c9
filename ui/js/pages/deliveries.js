// What was sent, what is owed, what was refused; and sending again, one, some or by filter.
import { html, useEffect, useMemo, useState } from '../lib.js';
import { post, useList, useLoad } from '../api.js';
import { locale, number, personName, t } from '../i18n.js';
import { navigate, place } from '../router.js';
import { useKeys } from '../keys.js';
import { useLiveRefresh } from '../live.js';
import { DELIVERY_STATES, deliveryStateName, destinationKindName } from '../words.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Empty, MessageBar, PageHead, Skeleton, Time, useTitle } from '../parts/bits.js';
import { BulkBar, ColumnChooser, ListBody, Table, useColumns } from '../parts/table.js';
import { FilterBar, filterValues, useFiltered } from '../parts/filters.js';
import { Dialog } from '../parts/overlay.js';
import { attemptCount, DeliveryDrawer, DeliveryState, mayReplay, Outcome, replay } from '../parts/delivery.js';
import { toast } from '../parts/toast.js';

/** @typedef {import('../types').Delivery} Delivery */

/** @param {any[]} destinations @returns {import('../parts/filters.js').Filter[]} */
const filtersFor = (destinations) => [
  { name: 'state', label: t('delivery.state'), type: 'choice', options: Object.keys(DELIVERY_STATES).map((s) => ({ value: s, label: deliveryStateName(s) })) },
  { name: 'destination', label: t('delivery.destination'), type: 'choice', options: destinations.map((d) => ({ value: d.id, label: d.name })) },
  { name: 'since', label: t('filter.since'), type: 'since' },
  { name: 'until', label: t('filter.until'), type: 'until' },
];

/** @param {Delivery} d */
const deliveryName = (d) => personName(d.customer) || d.customer?.email || d.lead;

/** @param {string} search @returns {import('../parts/table.js').Column[]} */
const columns = (search) => [
  { id: 'state', label: t('delivery.state'), cell: (d) => html`<${DeliveryState} state=${d.state} />` },
  { id: 'lead', label: t('delivery.lead'), fixed: true, cell: (d) => html`<a href=${`/deliveries/${d.id}${search}`} data-row-link class="row-link">${deliveryName(d)}</a>` },
  { id: 'company', label: t('field.company'), off: true, cell: (d) => d.customer?.company },
  { id: 'destination', label: t('delivery.destination'), cell: (d) => html`<span class="two">${d.destination.name} <small>${d.recipient ?? destinationKindName(d.destination.kind)}</small></span>` },
  { id: 'outcome', label: t('delivery.outcome'), off: true, cell: (d) => html`<${Outcome} outcome=${d.outcome} />` },
  { id: 'status', label: t('delivery.status'), num: true, cell: (d) => d.status || '' },
  { id: 'attempts', label: t('delivery.attempts'), num: true, cell: (d) => number(attemptCount(d)) },
  { id: 'next', label: t('delivery.next'), cell: (d) => d.nextAttemptAt && html`<${Time} at=${d.nextAttemptAt} />` },
  { id: 'detail', label: t('delivery.detail'), class: 'long', cell: (d) => d.detail && html`<span title=${d.detail}>${d.detail}</span>` },
  { id: 'done', label: t('delivery.doneAt'), off: true, cell: (d) => d.doneAt && html`<${Time} at=${d.doneAt} />` },
  { id: 'created', label: t('delivery.created'), class: 'end', cell: (d) => html`<${Time} at=${d.createdAt} />` },
];

/**
 * Counts first, sends only then.
 * @param {{filter: Record<string, string>, onClose: () => void, onDone: () => void}} props
 */
function ReplayMatching({ filter, onClose, onDone }) {
  const [matched, setMatched] = useState(/** @type {number | null} */ (null));
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    post('/deliveries/replay', { filter, dryRun: true }).then((a) => setMatched(a.matched), (e) => setError(e.text()));
  }, []);
  const send = async () => {
    setBusy(true);
    try {
      const answer = await post('/deliveries/replay', { filter, dryRun: false });
      toast({ text: t('delivery.replayed', { count: answer.replayed }) });
      onDone();
      onClose();
    } catch (problem) {
      setError(/** @type {import('../api.js').Problem} */ (problem).text());
      setBusy(false);
    }
  };
  return html`<${Dialog} title=${t('delivery.replayMatching')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" icon="refresh" busy=${busy} disabled=${!matched} onClick=${send}>${t('delivery.replayCount', { count: matched ?? 0 })}<//>`}>
    ${error ? html`<${MessageBar} tone="bad">${error}<//>` : matched === null ? html`<${Skeleton} rows=${2} />`
    : html`<p>${t('delivery.matched', { count: matched })}</p><p class="muted">${t('delivery.replayNote')}</p>`}<//>`;
}

/** @param {{id?: string}} props */
export function DeliveriesPage({ id }) {
  const { query } = place.use();
  publisher.use();
  useTitle(t('nav.deliveries'));
  const destinations = useLoad('/destinations', narrowed()).data?.items ?? null;
  const filters = useMemo(() => filtersFor(destinations ?? []), [destinations, document.documentElement.lang]);
  const values = filterValues(filters, query);
  const list = useList('/deliveries', { ...narrowed(), ...values, lead: query.get('lead') });
  const filtered = useFiltered(filters);
  const [selected, setSelected] = useState(/** @type {Set<string>} */ (new Set()));
  const [matching, setMatching] = useState(false);
  useLiveRefresh(['delivery'], 400, list.refresh);
  useKeys({ '.': list.refresh });
  const { language } = locale.use();
  const all = useMemo(() => columns(location.search), [location.search, language]);
  const chosen = useColumns('deliveries', all);
  const narrow = Object.keys(values).length > 0;
  return html`<div class="page"><${PageHead} title=${t('nav.deliveries')} sub=${t('deliveries.sub')}
      actions=${mayReplay() && html`<${Button} icon="refresh" disabled=${!narrow} title=${narrow ? undefined : t('delivery.filterFirst')} onClick=${() => setMatching(true)}>${t('delivery.replayMatching')}<//>`} />
    <nav class="tabs" aria-label=${t('delivery.state')}>${['', 'due', 'done', 'rejected', 'parked', 'expired', 'cancelled'].map((s) => html`
      <a key=${s} href=${`/deliveries${s ? `?state=${s}` : ''}`} aria-current=${(query.get('state') ?? '') === s ? 'page' : undefined}>${s ? deliveryStateName(s) : t('delivery.all')}</a>`)}</nav>
    <${FilterBar} filters=${filters}><${Button} look="ghost" icon="refresh" label=${t('do.refresh')} onClick=${list.reload} />
      <${ColumnChooser} columns=${all} ...${chosen} /><//>
    <${ListBody} list=${list} filtered=${filtered} count=${(/** @type {number} */ count) => t('deliveries.shown', { count })}
      empty=${destinations && !destinations.length
        ? html`<${Empty} icon="plug" title=${t('deliveries.none.title')} actions=${html`<a class="button button-primary" href="/destinations">${t('deliveries.none.action')}</a>`}>${t('deliveries.none.text')}<//>`
        : html`<${Empty} icon="deliver" title=${t('deliveries.empty.title')}>${t('deliveries.empty.text')}<//>`}>
      <${Table} label=${t('nav.deliveries')} columns=${chosen.shown} rows=${list.items} rowName=${deliveryName}
        selected=${mayReplay() ? selected : undefined} onSelect=${setSelected} /><//>
    ${selected.size > 0 && html`<${BulkBar} count=${selected.size} onClear=${() => setSelected(new Set())}>
      <${Button} look="ghost" icon="refresh" onClick=${() => replay([...selected], () => { setSelected(new Set()); list.refresh(); })}>${t('delivery.replay')}<//><//>`}
    ${matching && html`<${ReplayMatching} filter=${{ ...narrowed(), ...values }} onClose=${() => setMatching(false)} onDone=${list.refresh} />`}
    ${id && html`<${DeliveryDrawer} id=${id} onClose=${() => navigate(`/deliveries${location.search}`)} onChanged=${list.refresh} />`}</div>`;
}
