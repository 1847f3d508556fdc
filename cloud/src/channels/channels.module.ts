import { type DynamicModule, Module } from '@nestjs/common';
import { CapController } from './cap/cap.controller.js';
import type { Channels } from './open-channels.js';
import { PhoneController } from './phone/phone.controller.js';
import { TargetsController } from './targets.controller.js';
import { CHANNELS } from './tokens.js';

/** Ways out of the house, and the page behind the links that go out. */
@Module({})
export class ChannelsModule {
  static with(channels: Channels): DynamicModule {
    return {
      module: ChannelsModule,
      controllers: [TargetsController, PhoneController, CapController],
      providers: [{ provide: CHANNELS, useValue: channels }],
    };
  }
}
