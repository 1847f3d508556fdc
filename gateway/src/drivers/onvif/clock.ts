import type { Clock } from '@angrid/runtime';
import type { SoapCaller } from './soap/client.js';
import { at, textAt, type XmlElement } from './soap/xml.js';

/** The camera counts as badly set beyond this: rules that compare its times would go wrong. */
export const CLOCK_WRONG_MS = 30_000;

/**
 * What the camera believes the time is. Between two readings it goes on with our monotonic time, so a jump of the
 * gateway's own wall clock changes no token. Before the first reading it is our wall time.
 */
export class CameraTime {
  private reading: { readonly cameraMs: number; readonly monotonicMs: number } | undefined;

  constructor(private readonly clock: Pick<Clock, 'wall' | 'monotonic'>) {}

  /** The camera said `cameraMs` at `monotonicMs` of our time. */
  set(cameraMs: number, monotonicMs: number): void {
    this.reading = { cameraMs, monotonicMs };
  }

  now(): number {
    if (!this.reading) return this.clock.wall();
    return this.reading.cameraMs + this.clock.monotonic() - this.reading.monotonicMs;
  }

  /** Camera time minus gateway time; undefined while the camera has not told its time. */
  skewMs(): number | undefined {
    return this.reading ? Math.round(this.now() - this.clock.wall()) : undefined;
  }
}

/** It is the first thing that a camera is asked, and the simplest: one that is silent for longer is not there. */
const DEADLINE_MS = 4_000;

export interface ClockReading {
  readonly caller: SoapCaller;
  readonly path: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly anonymous: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * GetSystemDateAndTime (ONVIF Device Management 8.3.8) into `time`. A reply without a valid UTC time leaves it as it
 * was: LocalDateTime is not used, half of the cameras with one get daylight saving wrong.
 */
export async function readCameraClock(time: CameraTime, reading: ClockReading): Promise<void> {
  const { caller, path, clock, anonymous, signal } = reading;
  const before = clock.monotonic();
  const { payload } = await caller.call({
    op: 'onvif.read-clock',
    path,
    body: '<tds:GetSystemDateAndTime/>',
    anonymous,
    deadlineMs: DEADLINE_MS,
    signal,
  });
  const after = clock.monotonic();
  const cameraMs = utcOf(at(payload, 'SystemDateAndTime', 'UTCDateTime'));
  if (cameraMs !== undefined) time.set(cameraMs, (before + after) / 2);
}

function utcOf(utc: XmlElement | undefined): number | undefined {
  const number = (...path: string[]): number => Number(textAt(utc, ...path) ?? Number.NaN);
  const month = number('Date', 'Month');
  const day = number('Date', 'Day');
  const ms = Date.UTC(
    number('Date', 'Year'),
    month - 1,
    day,
    number('Time', 'Hour'),
    number('Time', 'Minute'),
    number('Time', 'Second'),
  );
  if (!Number.isFinite(ms) || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return ms;
}
