import { Module } from '@nestjs/common';
import { AUTHENTICATOR } from '../platform/http/principal.js';
import { AccountsController } from './accounts.controller.js';
import { CallerAuthenticator } from './authenticator.js';
import { SessionController } from './session.controller.js';

@Module({
  controllers: [SessionController, AccountsController],
  providers: [{ provide: AUTHENTICATOR, useClass: CallerAuthenticator }],
  exports: [AUTHENTICATOR],
})
export class AccountsModule {}
