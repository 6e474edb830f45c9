// Made-up leads in three languages for the page's mock server. The same on every run.

const PEOPLE = [
  ['Maria', 'Keller', 'Nordlicht Logistik GmbH', 'Head of IT', 'DE', 'Deutschland', '+493012345678', 'nordlicht-logistik.example'],
  ['지현', '김', '한빛소프트웨어', '인프라 팀장', 'KR', '대한민국', '+82215881234', 'hanbit-soft.example'],
  ['伟', '张', '上海云海科技有限公司', '技术总监', 'CN', '中国', '+862161234567', 'yunhai.example'],
  ['James', 'O’Connor', 'Fairwater Health', 'CTO', 'US', 'USA', '+12065550142', 'fairwater.example'],
  ['민준', '이', '서울유통', 'IT 관리자', 'KR', '한국', '+82255501234', 'seoulretail.example'],
  ['Aïcha', 'Benali', 'Atelier Numérique', 'Directrice technique', 'FR', 'France', '+33142685300', 'atelier-num.example'],
  ['芳', '王', '北京晨星教育集团', '信息部经理', 'CN', '中华人民共和国', '+861065551234', 'chenxing.example'],
  ['Liam', 'Fitzgerald', 'Harbour & Sons', 'Operations Director', 'IE', 'Ireland', '+35315550199', 'harbour.example'],
  ['서연', '박', '미래금융', '클라우드 아키텍트', 'KR', 'Korea, Republic of', '+82261234567', 'miraefin.example'],
  ['Priya', 'Natarajan', 'Bluepeak Analytics', 'Data Lead', 'IN', 'India', '+912266112233', 'bluepeak.example'],
  ['Sofia', 'Lindqvist', 'Västkusten Energi', 'Inköpschef', 'SE', 'Sverige', '+46317011234', 'vastkusten.example'],
  ['俊杰', '陈', '台北海豐貿易', '資訊長', 'TW', '台灣', '+886223456789', 'haifeng.example'],
  ['Carlos', 'Mendes', 'Rio Verde Alimentos', 'Gerente de TI', 'BR', 'Brasil', '+551130001234', 'rioverde.example'],
  ['Emily', 'Tran', 'Cedar & Co', 'IT Manager', 'AU', 'Australia', '+61255501234', 'cedarco.example'],
  ['하은', '최', '제주테크', '대표', 'KR', '한국', null, 'jejutech.example'],
  ['Tomasz', 'Wójcik', 'Bałtyk Systems', 'Architekt', 'PL', 'Polska', '+48585551234', 'baltyk.example'],
];

const NOTES = {
  en: ['We have about 400 seats and would like to see pricing for the EU region. Could we get a call this week?', 'Looking for something to replace our nightly tape backups. Does it support Azure Government?', ' '],
  ko: ['다음 분기 도입을 검토 중입니다. 견적과 데모를 요청드립니다.', '현재 사용 중인 제품과의 연동이 가능한지 궁금합니다.'],
  zh: ['我们计划在下个季度上线，希望了解报价以及本地支持。', '请安排一次演示，最好是周三下午。'],
};

export const OFFERS = [
  { id: 'contoso.backup-for-azure', publisher: 'contoso', title: 'Contoso Backup for Azure', listing: ['contact-me', 'get-it-now'], transactable: true },
  { id: 'contoso.insights', publisher: 'contoso', title: 'Contoso Insights', listing: ['contact-me', 'free-trial'], transactable: false },
  { id: 'contoso.openedx-kit', publisher: 'contoso', title: 'OpenEdX Starter Kit', listing: ['create'], transactable: false },
  { id: 'fabrikam.field-service', publisher: 'fabrikam', title: 'Fabrikam Field Service', listing: ['contact-me', 'test-drive'], transactable: false },
];

const PAIRS = [
  ['AppSource', 'PLT', 'interest'], ['AppSource', 'INS', 'active'], ['AzureMarketplace', 'INS', 'active'], ['AzurePortal', 'Create', 'active'],
  ['TestDrive', 'StartTestDrive', 'trial'], ['AppSource', 'DNC', 'information'], ['AppSource', 'PLT', 'interest'], ['AppSource', 'CONTACT', 'unknown'],
];

/** Ids that look like UUIDv7 and are the same on every run. */
export const idOf = (kind, n) => `0193${kind}-${(4096 + n).toString(16)}-7${(n % 4096).toString(16).padStart(3, '0')}-8a3f-${(n * 7919 + 104729).toString(16).padStart(12, '0')}`;
const iso = (ms) => new Date(ms).toISOString();
const HOUR = 3600000;

function note(country, i) {
  const language = country === 'KR' ? 'ko' : country === 'CN' || country === 'TW' ? 'zh' : 'en';
  return i % 3 === 2 ? '' : NOTES[language][i % NOTES[language].length];
}

/** Lead number i of n, the newest first. */
export function makeLead(i, now) {
  const who = PEOPLE[(i * 5 + Math.floor(i / 16)) % PEOPLE.length];
  const [source, action, kind] = PAIRS[(i * 3 + Math.floor(i / 8)) % PAIRS.length];
  const offer = OFFERS[(i * 7) % OFFERS.length];
  const test = i % 17 === 11;
  const age = i < 3 ? i * 40000 : Math.round(i ** 1.55 * 900000);
  const receivedAt = now - age;
  const answered = !test && kind !== 'information' && i > 6 && i % 3 === 0;
  const token = 'MSFT_TEST_636573304831318844';
  const [first, last, company, title, code, , phone, domain] = who;
  const clock = test || kind === 'information' ? null : { dueAt: iso(receivedAt + 24 * HOUR), respondedAt: answered ? iso(receivedAt + 3 * HOUR) : null, owed: !answered, breached: !answered && age > 24 * HOUR };
  const flags = [...(kind === 'unknown' ? ['unknown-action'] : []), ...(i % 13 === 5 ? ['repaired-json'] : []), ...(i % 19 === 7 ? ['action-conflict'] : []), ...(test ? ['test'] : [])];
  return {
    id: idOf('a1b2', i), publisher: offer.publisher, offer: { id: offer.id, title: offer.title }, source, action, kind,
    leadSource: test ? `${token}-${token}|${offer.title}` : `${source === 'AppSource' ? 'SPZA' : source}-${action}|${offer.id}`,
    description: test ? token : note(code, i), receivedAt: iso(receivedAt), touches: i % 9 === 4 ? 3 : 1, test, doNotContact: action === 'DNC', bought: action === 'Create' || (action === 'INS' && offer.transactable), hot: action === 'PLT', warmUntil: null,
    status: answered ? 'Active' : 'New', substatus: answered ? 'Accepted' : 'Received', owner: null,
    firstResponse: clock, unread: i < 9 && i !== 4, flags,
    customer: test
      ? { id: idOf('c0de', 999), firstName: token, lastName: token, email: `${token}@test.com`, phone: '1234567890', country: 'US', company: token, title: token }
      : { id: idOf('c0de', (i * 5 + Math.floor(i / 16)) % PEOPLE.length), firstName: first, lastName: last, email: `${['maria', 'jihyun', 'wei', 'james', 'minjun', 'aicha', 'fang', 'liam', 'seoyeon', 'priya', 'sofia', 'junjie', 'carlos', 'emily', 'haeun', 'tomasz'][PEOPLE.indexOf(who)]}@${domain}`, phone, country: code, company, title },
    _raw: { country: test ? 'US' : who[5], phone: test ? '1234567890' : phone?.replace(/^\+/, '') ?? '' },
  };
}

const DESTINATIONS = [
  { kind: 'https', name: 'Power Automate', publisher: 'contoso', offer: null, state: 'active', settings: { url: { set: true }, secret: { set: true }, timeoutMs: 15000 }, health: { state: 'open', failures: 0, lastError: null, until: null }, pending: 2 },
  { kind: 'azure-table', name: 'MarketplaceLeads', publisher: 'contoso', offer: 'contoso.insights', state: 'active', settings: { connectionString: { set: true }, table: 'MarketplaceLeads', createTable: true }, health: { state: 'suspended', failures: 6, lastError: '503 Server Busy', until: 12 * 60000 }, pending: 31 },
  { kind: 'https', name: 'Fabrikam CRM', publisher: 'fabrikam', offer: null, state: 'parked', settings: { url: { set: true } }, health: { state: 'suspended', failures: 3, lastError: '401: the receiver refuses our key. Set a new header value.', until: null }, pending: 8 },
];

export function makeDestinations(now) {
  return DESTINATIONS.map((d, i) => ({
    ...d, id: idOf('de57', i), settings: { ...d.settings },
    health: { ...d.health, lastSuccessAt: i === 2 ? null : iso(now - (i + 1) * 340000), until: d.health.until ? iso(now + d.health.until) : null },
  }));
}

const STATES = ['done', 'done', 'done', 'due', 'rejected', 'done', 'parked', 'done', 'expired', 'cancelled'];
const RESULT = {
  done: ['delivered', 202, '202 Accepted'], due: ['retry', 503, '503 Service Unavailable, tried again later'], rejected: ['rejected', 422, '422: the field Country is not in the list'],
  parked: ['config', 401, '401: the receiver refuses our key'], expired: ['retry', 0, 'connection timed out'], cancelled: [null, null, 'reason: doNotContact'],
};

export function makeDeliveries(leads, destinations) {
  return leads.flatMap((lead, i) => destinations.filter((d) => d.publisher === lead.publisher && (!d.offer || d.offer === lead.offer.id)).map((d, k) => {
    const state = STATES[(i * 3 + k * 4) % STATES.length];
    const [outcome, status, detail] = RESULT[state];
    const at = Date.parse(lead.receivedAt) + 900;
    const tries = state === 'done' ? 1 : state === 'cancelled' ? 0 : 3;
    return {
      id: idOf('de11', i * 4 + k), lead: lead.id, publisher: lead.publisher, customer: lead.customer, destination: { id: d.id, kind: d.kind, name: d.name }, state,
      attempts: tries, createdAt: iso(at), nextAttemptAt: state === 'due' ? iso(Date.now() + 240000) : null, doneAt: state === 'done' ? iso(at + 120) : null,
      outcome, status, detail: state === 'done' ? null : detail, remoteId: state === 'done' && d.kind === 'azure-table' ? `${lead.publisher}/${lead.id.slice(0, 8)}` : null,
      _attempts: Array.from({ length: tries }, (_, n) => ({ n: n + 1, at: iso(at + n * 300000), durationMs: 80 + n * 37, outcome, status, code: status ? `http.${status}` : 'net.timeout', detail })),
    };
  }));
}

const BROKEN = [
  ['unreadable', '{"UserDetails":{"FirstName":"Ana","LastName":', { code: 'body.json', text: 'The JSON ends inside an object, at byte 47.' }],
  ['unreadable', 'hello, is this thing on?', { code: 'body.no-lead', text: 'There is no contact field and no LeadSource in it.' }],
  ['set-aside', '{"UserDetails":{"FirstName":"\\ud83d"},"LeadSource":"AzureMarketplace"}', { code: 'reader.crash', text: 'The reader stopped twice at this message.' }],
];

export function bodyOf(lead) {
  const c = lead.customer;
  return JSON.stringify({
    UserDetails: { FirstName: c.firstName, LastName: c.lastName, Email: c.email, Phone: lead._raw.phone, Country: lead._raw.country, Company: c.company, Title: c.title },
    LeadSource: lead.leadSource, ActionCode: lead.action, OfferTitle: lead.offer.title, Description: lead.description,
  });
}

export function makeReceipts(leads, now) {
  const broken = BROKEN.map(([state, body, problem], i) => ({ id: idOf('bad0', i), offer: OFFERS[i].id, publisher: OFFERS[i].publisher, state, arrivals: i + 1, receivedAt: iso(now - (i * 7 + 2) * HOUR), leads: [], problem, _body: body }));
  const placed = leads.map((lead, i) => ({ id: idOf('5ece', i), offer: lead.offer.id, publisher: lead.publisher, state: 'placed', arrivals: lead.touches, receivedAt: lead.receivedAt, leads: [lead.id], problem: null, _body: bodyOf(lead) }));
  return [...broken, ...placed];
}

const SHARED = [
  { name: 'ordering', type: 'choice', choices: ['none', 'per-contact', 'strict'], default: 'none', help: 'Order of leads.' },
  { name: 'doNotContact', type: 'choice', choices: ['forward', 'flag', 'drop'], default: 'forward', help: 'Leads that must not be contacted.' },
  { name: 'testLeads', type: 'choice', choices: ['tag', 'drop', 'deliver'], default: 'tag', help: 'Test leads.' },
  { name: 'maxAge', type: 'int', default: '72', min: 1, max: 2160, help: 'When to give up.' },
  { name: 'timeoutMs', type: 'int', min: 1000, max: 60000, default: '15000', help: 'Time-out.' },
  { name: 'allowPrivate', type: 'bool', default: 'false', help: 'Allow private addresses.' },
  { name: 'caFile', type: 'text', help: 'CA file.' },
];

export const KINDS = [
  { kind: 'https', settings: [
    { name: 'url', type: 'url', required: true, secret: true, help: 'The address.' },
    { name: 'secret', type: 'text', secret: true, help: 'Signing secret.' },
    { name: 'header', type: 'text', secret: true, help: 'Extra header.' },
    { name: 'envelope', type: 'choice', choices: ['none', 'standard'], default: 'none', help: 'Envelope.' },
    { name: 'allowHttp', type: 'bool', default: 'false', help: 'Allow plain HTTP.' }, ...SHARED] },
  { kind: 'azure-table', settings: [
    { name: 'connectionString', type: 'text', required: true, secret: true, help: 'Connection string.' },
    { name: 'table', type: 'text', default: 'MarketplaceLeads', help: 'Table.' },
    { name: 'createTable', type: 'bool', default: 'true', help: 'Create the table.' }, ...SHARED] },
];
