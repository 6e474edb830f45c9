// Which list a lead was opened from, so that its page can go to the previous and the next one.
import { createStore } from '../store.js';

export const leadContext = createStore(/** @type {{ids: string[], back: string, title: string}} */ ({ ids: [], back: '/leads', title: '' }));
