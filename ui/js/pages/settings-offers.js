// Offers and the URL that each is to have in Partner Center.
import { html, useState } from '../lib.js';
import { post, session, useLoad } from '../api.js';
import { number, t } from '../i18n.js';
import { allows, LISTINGS, listingName } from '../words.js';
import { narrowed, publisher } from '../parts/layout.js';
import { Button, Chip, Copy, Empty, Failure, MessageBar, Skeleton, Time } from '../parts/bits.js';
import { Confirm, Drawer } from '../parts/overlay.js';
import { Form, useForm } from '../parts/form.js';
import { toast, toastError } from '../parts/toast.js';

/** @typedef {import('../types').Offer} Offer */

/** @param {{onClose: () => void, onSaved: () => void}} props */
function AddOffer({ onClose, onSaved }) {
  const [url, setUrl] = useState('');
  const form = useForm([
    { name: 'id', type: 'text', required: true, label: t('offer.id'), hint: t('offer.idHint'), placeholder: 'contoso.backup' },
    { name: 'title', type: 'text', label: t('offer.title') },
    ...LISTINGS.map((l) => /** @type {import('../parts/form.js').Field} */ ({ name: l, type: 'bool', label: listingName(l) })),
    { name: 'transactable', type: 'bool', label: t('offer.transactable'), hint: t('offer.transactableHint') },
  ], { 'contact-me': true }, async (values) => {
    const offer = await post('/offers', {
      id: values.id.trim(), title: values.title?.trim() ?? '', listing: LISTINGS.filter((l) => values[l]), transactable: Boolean(values.transactable),
    });
    onSaved();
    setUrl(offer.intakeUrl);
  });
  if (url) {
    return html`<${Drawer} title=${t('offer.added')} onClose=${onClose} footer=${html`<${Button} look="primary" onClick=${onClose}>${t('do.done')}<//>`}>
      <div class="stack"><p>${t('offer.paste')}</p><${IntakeUrl} url=${url} /></div><//>`;
  }
  return html`<${Drawer} title=${t('offer.add')} onClose=${onClose} footer=${html`<${Button} onClick=${onClose}>${t('do.cancel')}<//>
    <${Button} look="primary" type="submit" form="offer" busy=${form.busy}>${t('offer.add')}<//>`}><${Form} id="offer" form=${form} /><//>`;
}

/** @param {{url: string}} props */
function IntakeUrl({ url }) {
  return html`<div class="url"><code>${url}</code><${Copy} text=${url} label=${t('offer.copyUrl')} /></div>`;
}

/** @param {{offer: Offer, change: boolean, reload: () => void}} props */
function OfferCard({ offer, change, reload }) {
  const [confirm, setConfirm] = useState(false);
  const rotate = async () => {
    try {
      await post(`/offers/${offer.id}/rotate-key`);
      toast({ text: t('offer.rotated') });
      setConfirm(false);
      reload();
    } catch (error) {
      toastError(error);
    }
  };
  return html`<article class="panel card"><header class="card-head"><div class="card-title"><h2>${offer.title || offer.id}</h2><p class="muted"><code>${offer.id}</code></p></div>
      <span class="chips">${offer.transactable && html`<${Chip} tone="brand" icon="cart">${t('offer.transactable')}<//>`}
      ${offer.listing.map((l) => html`<${Chip} key=${l}>${listingName(l)}<//>`)}</span></header>
    ${offer.intakeUrl && html`<div class="card-url"><span class="label">${t('offer.url')}</span><${IntakeUrl} url=${offer.intakeUrl} /></div>`}
    <dl class="figures"><div><dt>${t('nav.leads')}</dt><dd><a href=${`/leads?view=all&offer=${encodeURIComponent(offer.id)}`}>${typeof offer.leads === 'number' ? number(offer.leads) : t('offer.showLeads')}</a></dd></div>
      <div><dt>${t('offer.lastReceived')}</dt><dd>${offer.lastReceivedAt ? html`<${Time} at=${offer.lastReceivedAt} />` : html`<${Chip} tone="warn" icon="bell">${t('offer.silent')}<//>`}</dd></div></dl>
    ${change && html`<footer class="card-foot"><${Button} look="ghost" icon="key" onClick=${() => setConfirm(true)}>${t('offer.rotate')}<//></footer>`}
    ${confirm && html`<${Confirm} title=${t('offer.rotateTitle')} confirm=${t('offer.rotate')} onConfirm=${rotate} onClose=${() => setConfirm(false)}><p>${t('offer.rotateText')}</p><//>`}</article>`;
}

export function OffersSection() {
  publisher.use();
  const role = session.use()?.user.role;
  const manage = allows(role, 'manager');
  const { data, error, loading, reload } = useLoad('/offers', narrowed());
  const [adding, setAdding] = useState(false);
  const add = manage && html`<${Button} look="primary" icon="add" onClick=${() => setAdding(true)}>${t('offer.add')}<//>`;
  return html`<div class="stack">${error && html`<${Failure} error=${error} retry=${reload} />`}${loading && html`<${Skeleton} rows=${4} />`}
    ${data && (data.items.length ? html`<div class="section-head"><${MessageBar}>${t('offer.paste')}<//>${add}</div>
      <div class="cards">${data.items.map((/** @type {Offer} */ o) => html`<${OfferCard} key=${o.id} offer=${o} change=${allows(role, 'admin')} reload=${reload} />`)}</div>`
      : html`<${Empty} icon="link" title=${t('empty.offers.title')} actions=${add}><ol><li>${t('empty.offers.step1')}</li><li>${t('empty.offers.step2')}</li><li>${t('empty.offers.step3')}</li></ol><//>`)}
    ${adding && html`<${AddOffer} onClose=${() => setAdding(false)} onSaved=${reload} />`}</div>`;
}
