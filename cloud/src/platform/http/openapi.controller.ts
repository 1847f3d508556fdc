import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header } from '@nestjs/common';
import { Route } from './route.js';

/** Written by `npm run reference`; seen from sources and from the build. */
const DOCUMENT = fileURLToPath(new URL('../../../../deploy/reference/openapi.json', import.meta.url));

/** What this program can be asked, for those who write programs against it. */
@Controller('api')
export class OpenApiController {
  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  @Route({ permission: 'signed-in', scope: 'none', audit: 'none', answerType: 'application/json' })
  read(): Promise<string> {
    return readFile(DOCUMENT, 'utf8');
  }
}
