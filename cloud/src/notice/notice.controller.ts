import { idSchema } from '@angrid/contract';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { CloudDatabase } from '../database.js';
import { withScope } from '../platform/database/index.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { DATABASE } from '../platform/tokens.js';
import { type Notice, readNotice } from './notice.js';

@Controller('api/notice')
export class NoticeController {
  constructor(@Inject(DATABASE) private readonly db: CloudDatabase) {}

  /** For residents and visitors: no account is needed to know what watches and for how long. */
  @Get(':compound')
  @Route({ permission: 'public', scope: 'system', audit: 'none' })
  read(@Param('compound') id: string): Promise<Notice> {
    const compound = validated(idSchema, id, 'notice.read');
    const scope = { compounds: [compound], units: 'all', actor: 'system:notice' } as const;
    return withScope(this.db.service, scope, (trx) => readNotice(trx, compound), { accessMode: 'read only' });
  }
}
