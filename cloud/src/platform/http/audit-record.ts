import type { FastifyRequest } from 'fastify';
import { type Principal, principalOf } from './principal.js';
import type { RoutePolicy } from './route.js';

export interface AuditRecord {
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly auditClass: string;
  readonly subject: string;
  readonly compound?: string;
  readonly reason?: string;
  readonly detail?: AuditDetail;
}

/** Ids, times and words of the program, never free text: what was made, and what the request named. */
export type AuditDetail = Readonly<Record<string, string | number | readonly string[]>>;

/** Append-only; resolves when the record is durable. */
export interface AuditSink {
  record(entry: AuditRecord): Promise<void>;
  /** What somebody known was not let do; a flood of it is cut off. */
  refused(entry: AuditRecord): Promise<void>;
}

export const AUDIT_SINK = Symbol('audit-sink');

type Audited = Pick<RoutePolicy, 'permission' | 'audit'>;

/** What the audit log says of a call that went well. */
export function recordOf(request: FastifyRequest, policy: Audited, answer: unknown): AuditRecord {
  const reason = wordOf(request.body, 'reason');
  const made = wordOf(answer, 'id');
  return {
    ...calling(request),
    action: policy.permission,
    auditClass: policy.audit,
    ...(reason === undefined ? {} : { reason }),
    detail: { ...(made === undefined ? {} : { made }), ...namedIn(request.body) },
  };
}

/** And of one that was refused. */
export function refusalOf(request: FastifyRequest, { permission }: Audited): AuditRecord {
  return {
    ...calling(request),
    action: `${permission}.refused`,
    auditClass: 'access',
    detail: namedIn(request.body),
  };
}

function calling(request: FastifyRequest): Pick<AuditRecord, 'actor' | 'role' | 'subject' | 'compound'> {
  const principal: Principal | undefined = principalOf(request);
  const compound = compoundOf(request);
  return {
    actor: principal?.id ?? 'anonymous',
    role: principal?.role ?? 'none',
    subject: `${request.method} ${request.url.split('?')[0] ?? ''}`,
    ...(compound === undefined ? {} : { compound }),
  };
}

/** The compound that a path or a body names. */
function compoundOf({ params, body, url }: FastifyRequest): string | undefined {
  const named = wordOf(params, 'compound') ?? wordOf(body, 'compound');
  return named ?? (url.startsWith('/api/compounds/') ? wordOf(params, 'id') : undefined);
}

const TOLD = new Set([
  ...['unit', 'device', 'place', 'event', 'kinds', 'overlay', 'into', 'alerts', 'units', 'account', 'duty', 'standIn'],
  ...['action', 'answer', 'kind', 'role', 'compounds', 'unitPaths', 'duties', 'from', 'to', 'until', 'days', 'version'],
]);
const MOST = 50;
const LONGEST = 400;

function namedIn(body: unknown): AuditDetail {
  const detail: Record<string, string | number | readonly string[]> = {};
  if (typeof body !== 'object' || body === null) return detail;
  for (const [name, value] of Object.entries(body)) {
    if (!TOLD.has(name)) continue;
    if (typeof value === 'string') detail[name] = value.slice(0, LONGEST);
    if (typeof value === 'number') detail[name] = value;
    if (Array.isArray(value)) detail[name] = value.slice(0, MOST).map((each) => String(each).slice(0, LONGEST));
  }
  return detail;
}

function wordOf(holder: unknown, name: string): string | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const value: unknown = Reflect.get(holder, name);
  return typeof value === 'string' ? value.slice(0, 500) : undefined;
}
