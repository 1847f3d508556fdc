import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** Who may call a route, over what, what the audit log keeps of it, and what it takes and answers. */
export interface RoutePolicy {
  /** A permission that the caller must hold; `public` is for everybody, `signed-in` for every session. */
  readonly permission: string;
  /**
   * What the handler may see: `none` touches no protected row, `caller` only the caller's scope,
   * `system` a scope that the handler itself narrows (sign-in, enrolment).
   */
  readonly scope: 'none' | 'caller' | 'system';
  /** none: not logged. read, change, access, evidence: logged under that class. */
  readonly audit: 'none' | 'read' | 'change' | 'access' | 'evidence';
  /** handler: it writes the record itself, in the transaction of its work, with what only it knows. */
  readonly recordedBy?: 'handler';
  /** What the handler validates its query with. */
  readonly query?: z.ZodType;
  /** What the handler validates its body with; of a body of lines, what each line is. */
  readonly body?: z.ZodType;
  /** Media type of the body where it is not JSON. */
  readonly bodyType?: string;
  /** Media type of the answer where it is not JSON. */
  readonly answerType?: string;
}

export const ROUTE_POLICY = Symbol('route-policy');

/** Each route declares its policy; the one global guard refuses a route that does not. */
export const Route = (policy: RoutePolicy): MethodDecorator => SetMetadata(ROUTE_POLICY, policy);
