// Working time: how it is said, and what it says of a lead's first response beside the clock.
import { html } from '../lib.js';
import { locale, t, unitNumber } from '../i18n.js';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** @param {string} day one of DAYS @param {'long' | 'short'} [weekday] */
export const dayName = (day, weekday = 'long') => new Intl.DateTimeFormat(locale.get().language, { weekday, timeZone: 'UTC' })
  .format(new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)))); // a Monday

/** Hours and minutes, and never days: a working day has as many hours as its calendar says. @param {number} ms */
export function hours(ms) {
  const minutes = Math.floor(ms / 60000);
  const parts = [minutes >= 60 && unitNumber(Math.floor(minutes / 60), 'hour', 'narrow'), (minutes % 60 > 0 || minutes < 60) && unitNumber(minutes % 60, 'minute', 'narrow')];
  return parts.filter(Boolean).join(' ');
}

/** The wall clock of another zone. @param {string} at @param {string} timeZone */
export const zoned = (at, timeZone) => new Intl.DateTimeFormat(locale.get().language, {
  weekday: 'short', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZone, timeZoneName: 'short',
}).format(new Date(at));

/** @param {{lead: import('../types').LeadDetail}} props */
export function WorkingTime({ lead }) {
  const r = lead.firstResponse;
  if (!r?.calendar || !r.timeZone || r.workingMs === null || lead.status === 'Closed') return null;
  const used = t('working.used', { used: hours(r.workingMs ?? 0), promise: hours(r.workingPromiseMs ?? 0) });
  const due = !r.workingDueAt ? t('working.never') : t(r.workingBreached ? 'working.late' : r.respondedAt ? 'working.inTime' : 'working.due', { at: zoned(r.workingDueAt, r.timeZone) });
  return html`<p class="muted working-time" title=${t('working.by', { calendar: r.calendar.name, zone: r.timeZone })}>${due} · ${used}</p>`;
}
