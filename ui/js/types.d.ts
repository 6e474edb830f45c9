// The shapes of /api/v1 as the page reads them.
export interface User {
  id: string; email: string; name: string; role: string; language: string | null; publisher: string | null;
  theme?: string | null; density?: string | null; active?: boolean; hasPassword?: boolean; seenAt?: string | null; createdAt?: string;
}
export interface Session { user: User; csrf: string }
export interface Customer {
  id: string; firstName: string | null; lastName: string | null; email: string | null; phone: string | null;
  country: string | null; company: string | null; title: string | null;
}
export interface Lead {
  id: string; publisher: string; offer: { id: string; title: string | null }; source: string; action: string;
  kind: string; leadSource: string; description: string | null; receivedAt: string; touches: number; test: boolean;
  doNotContact: boolean; bought: boolean; hot: boolean; warmUntil: string | null; status: string; substatus: string; owner: string | null; unread: boolean;
  firstResponse: { dueAt: string | null; respondedAt: string | null; breached: boolean } | null;
  customer: Customer; flags: string[];
}
export interface Understood {
  field: string; value: string | null; from: string; rule: string; confidence: 'sure' | 'likely' | 'guess' | 'none'; raw: string | null;
}
export interface TimelineEntry {
  at: string; type: string; receipt?: string | null; delivery?: string | null; detail?: Record<string, any>;
}
export interface LeadDetail extends Lead {
  asReceived: Record<string, string | null>; understanding: Understood[]; timeline: TimelineEntry[];
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
export interface Receipt {
  id: string; offer: string; state: string; arrivals: number; receivedAt: string; leads: string[];
  problem: { code: string; text: string } | null; publisher?: string; bytes?: number;
}
export interface Offer {
  id: string; publisher: string; title: string | null; listing: string[]; transactable: boolean;
  intakeUrl?: string; lastReceivedAt: string | null; leads?: number;
}
export interface Counters {
  unread: number; new: number; test: number; receiptsUnreadable: number; receiptsSetAside: number;
  deliveriesDue: number; deliveriesParked: number; deliveriesRejected: number; reviews: number;
}
export interface Why {
  bits: number; probability: number; model: number; prior: number; steps: { trait: string; level: number; text: string; bits: number }[];
  limits: { join: number; review: number }; outcome: string; whatIf?: { join: number; review: number; outcome: string };
}
