// What the lead list finds as a file, handed to the browser.
import { address, Problem } from '../api.js';
import { t } from '../i18n.js';
import { toast, toastError } from './toast.js';

let busy = false;

/** The whole answer, or why there is none. @param {string} url */
async function fetched(url) {
  const answer = await fetch(url, { credentials: 'same-origin' }).catch(() => { throw new Problem(0, {}); });
  if (!answer.ok) throw new Problem(answer.status, /json/.test(answer.headers.get('Content-Type') ?? '') ? await answer.json() : {});
  return answer;
}

/** @param {Record<string, any>} query what the list asks for @param {string} format */
export async function save(query, format) {
  if (busy) return;
  busy = true;
  toast({ text: t('export.begun') });
  try {
    const answer = await fetched(address('/leads/export', { ...query, format }));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? `leads.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    toast({ text: t('export.done', { name: link.download }) });
  } catch (error) {
    toastError(error);
  } finally {
    busy = false;
  }
}
