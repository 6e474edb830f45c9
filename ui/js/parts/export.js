// What the lead list finds as a file, handed to the browser.
import { getFile } from '../api.js';
import { t } from '../i18n.js';
import { toast, toastError } from './toast.js';

let busy = false;

/** @param {Record<string, any>} query what the list asks for @param {string} format */
export async function save(query, format) {
  if (busy) return;
  busy = true;
  toast({ text: t('export.begun') });
  try {
    const { blob, name } = await getFile('/leads/export', { ...query, format });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name ?? `leads.${format}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    toast({ text: t('export.done', { name: link.download }) });
  } catch (error) {
    toastError(error);
  } finally {
    busy = false;
  }
}
