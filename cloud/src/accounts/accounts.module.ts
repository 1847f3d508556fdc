import type { Clock } from '@angrid/runtime';
import { Module } from '@nestjs/common';
import { openSealingBox } from '../channels/sealing.js';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { AUTHENTICATOR } from '../platform/http/principal.js';
import { CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import { AccountsController } from './accounts.controller.js';
import { CallerAuthenticator } from './authenticator.js';
import { SecondFactorController } from './second-factor.controller.js';
import { SecondFactors } from './second-factors.js';
import type { SessionKeeping } from './session-principal.js';
import { SessionController } from './session.controller.js';
import { SignIn } from './sign-in.js';
import { SECOND_FACTORS, SESSION_KEEPING, SIGN_IN } from './tokens.js';

@Module({
  controllers: [SessionController, SecondFactorController, AccountsController],
  providers: [
    { provide: AUTHENTICATOR, useClass: CallerAuthenticator },
    {
      provide: SESSION_KEEPING,
      inject: [DATABASE, CLOCK, SETTINGS],
      useFactory: (db: CloudDatabase, clock: Clock, { accounts }: CloudSettings): SessionKeeping => {
        return { db, clock, secondFactorFor: accounts.secondFactorFor };
      },
    },
    {
      provide: SECOND_FACTORS,
      inject: [DATABASE, CLOCK, SETTINGS],
      useFactory: async (db: CloudDatabase, clock: Clock, { channels, data }: CloudSettings) =>
        new SecondFactors({ db, clock, box: await openSealingBox(channels.key, data) }),
    },
    {
      provide: SIGN_IN,
      inject: [DATABASE, CLOCK, SECOND_FACTORS],
      useFactory: (db: CloudDatabase, clock: Clock, factors: SecondFactors) => new SignIn({ db, clock, factors }),
    },
  ],
  exports: [AUTHENTICATOR],
})
export class AccountsModule {}
