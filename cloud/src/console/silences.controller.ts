import type { Clock } from '@angrid/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionOf } from '../accounts/session-principal.js';
import type { CloudDatabase } from '../database.js';
import {
  endExercise,
  type ExerciseView,
  joinExercise,
  leaveExercise,
  listExercises,
  newExerciseSchema,
  openExercise,
} from '../dispatch/exercises.js';
import {
  addSilence,
  type Deciding,
  endSilence,
  listSilences,
  newSilenceSchema,
  type SilenceView,
} from '../dispatch/silences.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { changeAs, readAs } from './scoped.js';

interface Made {
  readonly id: string;
}

/** Silences, maintenance windows and exercises: who is told, and who is not. */
@Controller('api')
export class SilencesController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('silences')
  @Route({ permission: 'silences.read', scope: 'caller', audit: 'none' })
  silences(@Req() request: FastifyRequest): Promise<readonly SilenceView[]> {
    return readAs(this.db, request, listSilences);
  }

  @Post('silences')
  @Route({ permission: 'silences.manage', scope: 'caller', audit: 'change', body: newSilenceSchema })
  add(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Made> {
    const wish = validated(newSilenceSchema, body, 'silence.add');
    return changeAs(this.db, request, async (trx) => ({ id: await addSilence(trx, wish, this.deciding(request)) }));
  }

  @Delete('silences/:id')
  @HttpCode(204)
  @Route({ permission: 'silences.manage', scope: 'caller', audit: 'change' })
  end(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const silence = validated(z.guid(), id, 'silence.end');
    return changeAs(this.db, request, (trx) => endSilence(trx, silence, this.deciding(request)));
  }

  @Get('exercises')
  @Route({ permission: 'exercises.join', scope: 'caller', audit: 'none' })
  exercises(@Req() request: FastifyRequest): Promise<readonly ExerciseView[]> {
    return readAs(this.db, request, (trx) => listExercises(trx, sessionOf(request).account.id));
  }

  @Post('exercises')
  @Route({ permission: 'silences.manage', scope: 'caller', audit: 'change', body: newExerciseSchema })
  open(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Made> {
    const wish = validated(newExerciseSchema, body, 'exercise.open');
    return changeAs(this.db, request, async (trx) => ({ id: await openExercise(trx, wish, this.deciding(request)) }));
  }

  @Delete('exercises/:id')
  @HttpCode(204)
  @Route({ permission: 'silences.manage', scope: 'caller', audit: 'change' })
  close(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const exercise = validated(z.guid(), id, 'exercise.end');
    return changeAs(this.db, request, (trx) => endExercise(trx, exercise, this.deciding(request)));
  }

  @Post('exercises/:id/members')
  @HttpCode(204)
  @Route({ permission: 'exercises.join', scope: 'caller', audit: 'change' })
  join(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const exercise = validated(z.guid(), id, 'exercise.join');
    return changeAs(this.db, request, (trx) => joinExercise(trx, exercise, this.deciding(request)));
  }

  @Delete('exercises/:id/members')
  @HttpCode(204)
  @Route({ permission: 'exercises.join', scope: 'caller', audit: 'change' })
  leave(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const exercise = validated(z.guid(), id, 'exercise.leave');
    return changeAs(this.db, request, (trx) => leaveExercise(trx, exercise, this.deciding(request)));
  }

  private deciding(request: FastifyRequest): Deciding {
    return { actor: sessionOf(request).account.id, now: new Date(this.clock.wall()) };
  }
}
