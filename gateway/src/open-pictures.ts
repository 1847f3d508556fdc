import type { CameraKeeper } from './cameras/camera-keeper.js';
import type { Ground } from './ground.js';
import { isUp } from './open-cameras.js';
import { PictureWatch } from './picture-health/index.js';
import type { Pipeline } from './pipeline.js';

const NO_MASKS: readonly never[] = [];

/** Both are there by the time at which the first picture comes. */
interface Later {
  readonly pipeline: () => Pipeline;
  readonly cameras: () => CameraKeeper;
}

export function openPictures(ground: Ground, later: Later): Promise<PictureWatch> {
  const { clock, log, outbox, stamp, registry, view } = ground;
  return PictureWatch.load({
    clock,
    log,
    outbox,
    stamp,
    cameras: () => registry.all().flatMap(({ id, kind }) => (kind === 'camera' ? [id] : [])),
    isUp: (camera) => isUp(later.cameras().health(camera)?.state),
    masksOf: (camera) => view.device(camera)?.masks ?? NO_MASKS,
    say: (camera, saying) => later.pipeline().say(camera, saying),
  });
}
