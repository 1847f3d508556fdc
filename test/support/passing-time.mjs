// Time that a test can let pass in a program: at SIGUSR2 its wall and monotonic clocks go on by ANGRID_TEST_STEP_MS at
// once, as they do over a pause of the machine. Loaded with --import.
import { isMainThread } from 'node:worker_threads';

const step = Number(process.env.ANGRID_TEST_STEP_MS);
let passed = 0;

const { bigint } = process.hrtime;
process.hrtime.bigint = () => bigint() + BigInt(passed) * 1_000_000n;

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...when) {
    super(...(when.length === 0 ? [RealDate.now() + passed] : when));
  }
};

if (isMainThread) process.on('SIGUSR2', () => void (passed += step));
