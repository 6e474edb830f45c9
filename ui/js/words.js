// The words of the field: which text, icon and tone belongs to each code that the server sends.
import { tOr } from './i18n.js';

/** @typedef {{icon: string, tone: string}} Look */

/** In the order of how much they show. */
export const REACHES = ['all', 'team', 'own', 'offers'];
/** Whether somebody sees all leads; who does not sees nothing that is made of all of them. @param {{reach?: string} | undefined} user */
export const reachesAll = (user) => (user?.reach ?? 'all') === 'all';
/** @param {string} reach */
export const reachName = (reach) => tOr(`reach.${reach}`, reach);

/** @type {Record<string, Look>} */
export const KINDS = {
  active: { icon: 'cart', tone: 'brand' },
  information: { icon: 'info', tone: 'quiet' },
  interest: { icon: 'phone', tone: 'hot' },
  trial: { icon: 'trial', tone: 'trial' },
  unknown: { icon: 'question', tone: 'warn' },
};

/** Flags that say something is wrong, against those that only inform. */
const QUIET_FLAGS = ['repaired-text', 'sender-duplicate'];

/** @type {Record<string, Look>} */
export const DELIVERY_STATES = {
  cancelled: { icon: 'dismiss', tone: 'quiet' },
  done: { icon: 'checkCircle', tone: 'good' },
  due: { icon: 'clock', tone: 'brand' },
  expired: { icon: 'clock', tone: 'bad' },
  leased: { icon: 'deliver', tone: 'brand' },
  parked: { icon: 'pause', tone: 'warn' },
  rejected: { icon: 'alert', tone: 'bad' },
};

/** @type {Record<string, string>} */
export const OUTCOME_TONES = {
  already: 'good', config: 'warn', delivered: 'good', gone: 'bad', rejected: 'bad', retry: 'warn', unknown: 'warn',
};

/** @type {Record<string, Look>} */
export const RECEIPT_STATES = {
  placed: { icon: 'checkCircle', tone: 'good' },
  'set-aside': { icon: 'shield', tone: 'warn' },
  unreadable: { icon: 'alert', tone: 'bad' },
  waiting: { icon: 'clock', tone: 'brand' },
};

/** @type {Record<string, Look>} */
export const DESTINATION_STATES = {
  active: { icon: 'checkCircle', tone: 'good' },
  parked: { icon: 'alert', tone: 'bad' },
  paused: { icon: 'pause', tone: 'quiet' },
};

/** @type {Record<string, string>} */
export const HEALTH_TONES = { open: 'good', probing: 'warn', suspended: 'bad' };

/** @type {Record<string, string>} */
export const STANDING_TONES = { gone: 'bad', lost: 'quiet', open: 'brand', qualified: 'good', won: 'good', working: 'warn' };

/** @type {Record<string, string>} */
export const CONFIDENCE_TONES = { guess: 'warn', likely: 'brand', none: 'bad', sure: 'good' };

export const SOURCES = ['AppSource', 'AzureMarketplace', 'AzurePortal', 'TestDrive'];
export const ACTIONS = ['PLT', 'INS', 'Create', 'StartTestDrive', 'DNC'];
export const ROLES = ['viewer', 'seller', 'manager', 'admin'];
/** Filters of leads that are lists by time of receipt: they go with no words, clock or other order. */
export const MARKS = ['progress', 'favorite', 'quality', 'purchaseIntent'];
export const LISTINGS = ['contact-me', 'get-it-now', 'free-trial', 'test-drive', 'create'];

/** @param {string} code */
export const kindName = (code) => tOr(`kind.${code}`, code);
/** @param {string} code */
export const sourceName = (code) => tOr(`source.${code}`, code);
/** @param {string} code */
export const actionName = (code) => tOr(`action.${code}`, code);
/** @param {string} code */
export const flagName = (code) => tOr(`flag.${code}`, code);
/** @param {string} code */
export const flagTone = (code) => (QUIET_FLAGS.includes(code) ? 'quiet' : 'warn');
/** @param {string} code */
export const deliveryStateName = (code) => tOr(`delivery.state.${code}`, code);
/** @param {string} code */
export const outcomeName = (code) => tOr(`outcome.${code}`, code);
/** @param {string} code */
export const receiptStateName = (code) => tOr(`receipt.state.${code}`, code);
/** @param {string} code */
export const statusName = (code) => tOr(`status.${code}`, code);
/** @param {string} code */
export const roleName = (code) => tOr(`role.${code}`, code);
/** @param {string} kind */
export const destinationKindName = (kind) => tOr(`destination.kind.${kind}`, kind);
/** @param {string} code */
export const fieldName = (code) => tOr(`field.${code}`, code);
/** @param {string} code */
export const listingName = (code) => tOr(`listing.${code}`, code);

/** Roles in order of power. @param {string | undefined} have @param {string} need */
export const allows = (have, need) => ROLES.indexOf(have ?? '') >= ROLES.indexOf(need);
