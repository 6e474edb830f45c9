// What a person has looked at since the page was loaded. It is kept in memory alone: names of customers belong on no disk.
import { session } from './api.js';

const MOST = 8;
/** @type {{who: string | undefined, icon: string, href: string, text: string}[]} */
let seen = [];

/** @param {string} icon @param {string} href @param {string} text */
export function visited(icon, href, text) {
  seen = [{ who: session.get()?.user.id, icon, href, text }, ...seen.filter((s) => s.href !== href)].slice(0, MOST);
}

/** Those of who is signed in. */
export const recent = () => seen.filter((s) => s.who === session.get()?.user.id);
