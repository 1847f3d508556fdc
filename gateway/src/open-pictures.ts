import { type CameraKeeper, isUp } from './cameras/camera-keeper.js';
import type { Ground } from './ground.js';
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
    isShown: (camera) => {
      const cameras = later.cameras();
      return isUp(cameras.health(camera)?.state) && cameras.streamOf(camera) !== undefined;
    },
    masksOf: (camera) => view.device(camera)?.masks ?? NO_MASKS,
    say: (camera, saying) => later.pipeline().say(camera, saying),
  });
}
