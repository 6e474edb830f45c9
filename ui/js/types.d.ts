// The shapes of /api/v1 as the page reads them.
export interface User {
  id: string; email: string; name: string; role: string; language: string | null; publisher: string | null;
  reach?: string; reachOffers?: string[];
  leadView?: string | null; theme?: string | null; density?: string | null; active?: boolean; hasPassword?: boolean; seenAt?: string | null; createdAt?: string;
}
export interface AssignmentRule {
  id: string; publisher: string; key: string; version: number; class: 'pair' | 'offer' | 'market' | 'default'; precedence: number; name: string;
  offer: string | null; countries: string[]; way: string; account: string | null; email: string | null; team: string | null; teamName: string | null;
}

export interface Team {
  id: string; publisher: string; name: string; createdAt: string; members: { id: string; email: string; name: string; active: boolean }[] | null; eTag: string;
}
export interface Session { user: User; csrf: string }
export interface Customer {
  id: string; firstName: string | null; lastName: string | null; email: string | null; phone: string | null;
  country: string | null; company: string | null; title: string | null;
}
export interface Lead {
  id: string; publisher: string; offer: { id: string; title: string | null }; source: string; action: string;
  kind: string; leadSource: string; description: string | null; receivedAt: string; touches: number; test: boolean;
  doNotContact: boolean; bought: boolean; hot: boolean; warmUntil: string | null; status: string; substatus: string; owner: string | null; ownerName?: string | null; team?: string | null; teamName?: string | null; unread: boolean;
  firstResponse: {
    dueAt: string | null; respondedAt: string | null; owed: boolean; breached: boolean;
    workingDueAt?: string | null; workingMs?: number | null; workingPromiseMs?: number | null; workingBreached?: boolean; timeZone?: string | null;
    calendar?: { id: string; name: string } | null;
  } | null;
  customer: Customer; flags: string[]; stage: LeadStage | null;
}
export interface LeadStage { process: string; key: string; name: string; shipped: boolean; enteredAt: string; dueAt: string | null; overdue: boolean }
export interface Stage { key: string; name: string; entry: string; exit: string; shipped: boolean; targetDays: number | null; gate: boolean }
export interface Item { key: string; name: string; shipped: boolean; required: boolean; needsEvidence: boolean }
export interface CheckedItem extends Item { met: boolean; evidence: string | null; entry: string | null; actor: string | null; at: string | null }
export interface Process {
  id: string; publisher: string; key: string; name: string; shipped: boolean; default: boolean; version: number; attempts: number;
  stages: Stage[]; checklist: Item[]; offers: string[];
}
export interface Understood {
  field: string; value: string | null; from: string; rule: string; confidence: 'sure' | 'likely' | 'guess' | 'none'; raw: string | null;
}
export interface TimelineEntry {
  at: string; type: string; id?: string; actor?: string; receipt?: string | null; delivery?: string | null; detail?: Record<string, any>;
}
export interface Owner { id: string; email: string; name: string; active: boolean }
export interface Engagement {
  name: string | null; value: string | null; currency: string | null; purchaseTimeFrame: string | null; closingOn: string | null; notes: string | null;
  crmId: string | null; campaignId: string | null; quality: string | null; purchaseIntent: string | null; favorite: boolean; reason: string | null;
  acceptedAt: string | null; closedAt: string | null; workedAt: string | null; attempts: number; calls: number; reached: number; owner: Owner | null; team?: { id: string; name: string } | null;
  expiresAt: string | null; workable: boolean; actions: { action: string; reasons: { reason: string; noteRequired: boolean }[] }[];
  attemptsWanted: number; undo: { entry: string; action: string; to: string; stage: string | null; until: string } | null;
}
export interface CrmRecord {
  destination: { id: string; kind: string; name: string }; id: string; link: string | null; status: string | null; standing: string;
  owner: string | null; ownerEmail: string | null; changedAt: string | null; readAt: string; conflict: string | null;
}
export interface LeadDetail extends Lead {
  eTag: string; mentioned?: { id: string; email: string; name: string }[]; engagement: Engagement; tasks: Task[]; proposal: { reason: string; kind: string; text: string; dueAt: string } | null; process: Process | null; checklist: CheckedItem[] | null;
  asReceived: Record<string, string | null>; understanding: Understood[]; timeline: TimelineEntry[]; records: CrmRecord[];
  deliveries: Delivery[]; otherLeads: Lead[]; match: { rule: string; value: string; leads: number; lead: string | null; moved: { id: string; verb: string; actor: string; at: string } | null; why: Why | null } | null;
}
export interface Attempt {
  n: number; at: string; durationMs: number; outcome: string; status: number | null; code: string | null; detail: string | null;
}
export interface Delivery {
  id: string; lead: string; customer: Partial<Customer>; destination: { id: string; kind: string; name: string };
  state: string; attempts: number | Attempt[]; createdAt: string; nextAttemptAt: string | null; doneAt: string | null;
  outcome: string | null; status: number | null; detail: string | null; remoteId: string | null; recipient: string | null; remoteLink?: string | null;
}
export interface Destination {
  id: string; publisher: string; offer: string | null; kind: string; name: string; state: string;
  stateReason?: string | null; settings: Record<string, any>; pending: number;
  health: {
    state: string; failures: number; lastSuccessAt: string | null; lastError: string | null;
    p50Ms?: number | null; p95Ms?: number | null; until: string | null;
  };
  follow: { minutes: number; readAt: string | null; nextAt: string; failures: number; error: { code: string; detail: string } | null } | null;
}
export interface Setting {
  name: string; type: 'text' | 'url' | 'int' | 'bool' | 'choice' | 'email' | 'list'; required?: boolean; secret?: boolean;
  default?: any; min?: number; max?: number; choices?: string[]; help?: string;
}
export interface DestinationKind {
  kind: string; settings: Setting[]; describes?: boolean; leadFields?: string[];
  mapping?: { field: string; template: string; type: string; max: number | null }[];
}
export interface Alarm {
  id: string; publisher: string; kind: 'destination-parked' | 'destination-stopped' | 'offer-silent'; ref: string; name: string; detail: string;
  raisedAt: string; overAt: string | null; toldAt: string | null;
}
export interface Notification {
  id: string; publisher: string; at: string; readAt: string | null; overAt: string | null; mailedAt: string | null;
  kind: 'first-response-warning' | 'first-response-breached' | 'first-response-escalated' | 'ownerless' | 'lead-assigned' | 'lead-handed-over' | 'task-due' | 'team-lead' | 'mentioned' | 'warm-ending' | 'warm-ended';
  lead: { id: string; firstName: string | null; lastName: string | null; company: string | null; email: string | null; offerTitle: string | null; status: string | null;
    dueAt: string | null; warmUntil: string | null; respondedAt: string | null };
  task: { id: string; text: string; dueAt: string } | null;
  why?: string | null;
}
export interface Receipt {
  id: string; offer: string; state: string; arrivals: number; receivedAt: string; leads: string[];
  problem: { code: string; text: string } | null; publisher?: string; bytes?: number;
}
export interface Offer {
  id: string; publisher: string; title: string | null; listing: string[]; transactable: boolean;
  intakeUrl?: string; lastReceivedAt: string | null; leads?: number;
}
export interface View {
  id: string; publisher: string | null; name: string; visibility: 'personal' | 'shared'; mine: boolean; mayChange: boolean; query: Record<string, any>;
  problems: { field: string; code: string; message: string }[]; position: number; eTag: string; createdAt: string; changedAt: string; erasedAt: string | null;
}
export interface Counters {
  unread: number; new: number; test: number; receiptsUnreadable: number; receiptsSetAside: number;
  deliveriesDue: number; deliveriesParked: number; deliveriesRejected: number; reviews: number; owed: number; overdue: number; unassigned: number; unassignedOwed: number; lostAfterFewAttempts: number; capped: boolean;
}
export interface Why {
  bits: number; probability: number; model: number; prior: number; steps: { trait: string; level: number; text: string; bits: number }[];
  limits: { join: number; review: number }; outcome: string; whatIf?: { join: number; review: number; outcome: string };
}
export interface Calendar {
  id: string; publisher: string; name: string; timeZone: string; hours: string[]; responseMinutes: number; default: boolean; createdAt: string;
  days: { day: string; name: string }[]; eTag: string;
}
export interface Task {
  id: string; publisher: string; kind: string; text: string; dueAt: string; endsAt: string | null; place: string | null; overdue: boolean;
  outcome: string | null; doneAt: string | null; owner: { id: string; email: string; name: string } | null;
  lead: { id: string; firstName: string | null; lastName: string | null; company: string | null; email: string | null; status: string; substatus: string };
}
